"""What the log refuses, as sentences for the person who asked."""


class Refused(ValueError):
    """Something cannot be done; the message says why and what would do. Nothing was changed."""
