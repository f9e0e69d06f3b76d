"""What this room refuses."""


class Refused(Exception):
    """It cannot be done; the message is a sentence for its owner."""
