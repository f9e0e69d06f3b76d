"""Writing much a little at a time: SQLite has one writer, and the others wait for it."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def portions(rows: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    """The rows in their order, at most so many at a time."""
    for at in range(0, len(rows), most):
        yield rows[at : at + most]
