"""What members do here: each a function, in one transaction where it takes several steps."""
