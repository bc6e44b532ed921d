"""A path network from a map or from tracks, and ways through it on which people can keep talking."""
