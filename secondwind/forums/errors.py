"""What the forums refuse, as sentences for the person who asked."""


class Refused(ValueError):
    """Something cannot be done; the message says why and what would do. Nothing was changed."""


class TooMany(Refused):
    """The same, because too much was asked for in too short a time."""
