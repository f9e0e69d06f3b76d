"""What an index keeps of each case, one row a case, as growing columns of machine numbers."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from secondwind.clinic.similarity.meaning import Vector
from secondwind.clinic.similarity.pattern import Pattern
from secondwind.clinic.similarity.postings import Postings, Rows
from secondwind.clinic.similarity.table import Table
from secondwind.clinic.similarity.vectors import Vectors


class Columns:
    """The rows of an index. A row that was removed keeps its number, without its id, until `compact`."""

    def __init__(self) -> None:
        self.ids: list[str | None] = []
        self.row: dict[str, int] = {}
        self.alive = array("B")
        self.outcome = array("B")
        self.placed = array("B")
        self.bits = array("f")
        self.length = array("f")
        self.places = Table()
        self.features: Postings[int] = Postings("f")
        self.fits: Postings[int] = Postings("f")
        self.terms: Postings[str] = Postings("B")
        self.vectors = Vectors()
        # what was told, for the reasons: +(feature + 1) for a yes, minus that for a no; and the places named
        self.told, self.told_from = array("h"), array("q", [0])
        self.named, self.named_from = array("h"), array("q", [0])

    def __len__(self) -> int:
        """How many rows there are, removed ones included."""
        return len(self.ids)

    @property
    def dead(self) -> int:
        return len(self.ids) - len(self.row)

    def append(
        self,
        id: str,
        pattern: Pattern,
        terms: Iterable[tuple[str, int]],
        outcome: bool,
        vector: Vector | None = None,
    ) -> None:
        """A new row for an id that has none."""
        row = len(self.ids)
        self.ids.append(id)
        self.row[id] = row
        self.alive.append(1)
        self.outcome.append(outcome)
        self.placed.append(bool(pattern.places))
        self.bits.append(pattern.bits)
        self.places.append(pattern.places)
        for feature, weight in pattern.features.items():
            self.features.append(feature, row, weight)
        for condition, weight in pattern.fits.items():
            self.fits.append(condition, row, weight)
        length = 0
        for term, count in terms:
            self.terms.append(term, row, min(count, 255))
            length += count
        self.length.append(length)
        self.told.extend(f + 1 if yes else -f - 1 for f, yes in pattern.told.items())
        self.told_from.append(len(self.told))
        self.named.extend(pattern.named)
        self.named_from.append(len(self.named))
        if vector is not None:
            self.vectors.append(row, vector)

    def remove(self, id: str) -> None:
        row = self.row.pop(id)
        self.ids[row] = None
        self.alive[row] = 0

    def told_of(self, row: int) -> dict[int, bool]:
        """What was told in a row: feature -> yes or no."""
        codes = self.told[self.told_from[row] : self.told_from[row + 1]]
        return {abs(c) - 1: c > 0 for c in codes}

    def named_of(self, row: int) -> tuple[int, ...]:
        """The places named in a row."""
        return tuple(self.named[self.named_from[row] : self.named_from[row + 1]])

    def living(self) -> NDArray[np.bool_]:
        return np.frombuffer(self.alive, np.bool_)

    def frequency(self, term: str) -> int:
        """How many cases have a term."""
        count = self.terms.count(term)
        if count and self.dead:
            count = int(self.living()[self.terms.read(term)[0]].sum())
        return count

    def compact(self) -> None:
        """Let the removed rows go; the others keep their order."""
        alive = self.living().copy()
        places: Rows = np.where(alive, np.cumsum(alive) - 1, -1).astype(np.int32)
        kept = [row for row, id in enumerate(self.ids) if id is not None]
        told, named = array("h"), array("h")
        told_from, named_from = array("q", [0]), array("q", [0])
        for row in kept:
            told.extend(self.told[self.told_from[row] : self.told_from[row + 1]])
            told_from.append(len(told))
            named.extend(self.named[self.named_from[row] : self.named_from[row + 1]])
            named_from.append(len(named))
        self.told, self.told_from, self.named, self.named_from = told, told_from, named, named_from
        self.places.keep(alive)
        for column in (self.features, self.fits, self.terms):
            column.renumber(places)
        self.vectors.renumber(places)
        for name in ("alive", "outcome", "placed", "bits", "length"):
            old = getattr(self, name)
            setattr(self, name, array(old.typecode, [old[row] for row in kept]))
        self.ids = [self.ids[row] for row in kept]
        self.row = {id: row for row, id in enumerate(self.ids) if id is not None}

    def nbytes(self) -> int:
        """Bytes of the numbers, without what Python needs around them."""
        columns = (
            self.alive,
            self.outcome,
            self.placed,
            self.bits,
            self.length,
            self.told,
            self.told_from,
            self.named,
            self.named_from,
        )
        held = sum(len(c) * c.itemsize for c in columns)
        postings = sum(p.nbytes() for p in (self.features, self.fits, self.terms))
        return held + postings + self.places.nbytes() + self.vectors.nbytes()
