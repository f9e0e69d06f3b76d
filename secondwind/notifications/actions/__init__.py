"""What changes something: following, telling, reading."""
