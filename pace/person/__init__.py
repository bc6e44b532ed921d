"""What many recordings and a few words say of one person."""
