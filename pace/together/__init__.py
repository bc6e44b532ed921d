"""Two or more people: the pace that they share."""
