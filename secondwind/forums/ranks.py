"""Ranks: what points are called. They decorate and open nothing; trust does that (`trust.py`).

The names are those of Cool Running's forums. How many points each took there is not on record, so the limits
are ours.
"""

from typing import NamedTuple


class Rank(NamedTuple):
    """A name, and the points from which it is shown."""

    name: str
    points: int


RANKS = (Rank("Rookie", 0), Rank("Amateur", 50), Rank("Pro", 250), Rank("Legend", 1000))


def rank_of(points: int) -> str:
    """The name for so many points; below none it is the first."""
    return next((rank.name for rank in reversed(RANKS) if points >= rank.points), RANKS[0].name)
