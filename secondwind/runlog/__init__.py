"""A runner's own log: runs from watches and by hand, with shoes, surface and terrain."""
