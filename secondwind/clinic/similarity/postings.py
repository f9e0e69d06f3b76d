"""Columns that grow: for each key the rows that have it, with a value each.

A list is two arrays of machine numbers that double when they are full (`array`), read by NumPy without a
copy. Rows only ever grow, so a list is sorted by itself.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Key = TypeVar("Key", bound=Hashable)
Rows = NDArray[np.int32]
Floats = NDArray[np.float64]


class Postings(Generic[Key]):
    """Key -> (rows, values). `typecode` is that of the values: "f" for weights, "B" for counts up to 255."""

    def __init__(self, typecode: str) -> None:
        self.typecode = typecode
        self._dtype = np.dtype(typecode)
        self.lists: dict[Key, tuple[array[int], array[Any]]] = {}

    def append(self, key: Key, row: int, value: float) -> None:
        """Add a row, which must be above every row of the key."""
        found = self.lists.get(key)
        if found is None:
            found = self.lists[key] = (array("i"), array(self.typecode))
        found[0].append(row)
        found[1].append(value)

    def count(self, key: Key) -> int:
        """How many rows have the key."""
        found = self.lists.get(key)
        return len(found[0]) if found else 0

    def read(self, key: Key) -> tuple[Rows, NDArray[Any]]:
        """Rows and values of a key, as they stand in memory: read them and let them go before the next
        append.
        """
        rows, values = self.lists[key]
        return np.frombuffer(rows, np.int32), np.frombuffer(values, self._dtype)

    def renumber(self, places: Rows) -> None:
        """Give every row its new number, `places[row]`; rows with -1 go, and keys without rows."""
        kept: dict[Key, tuple[array[int], array[Any]]] = {}
        for key in self.lists:
            rows, values = self.read(key)
            moved = places[rows]
            stays = moved >= 0
            if stays.any():
                kept[key] = self.made(moved[stays].tobytes(), values[stays].tobytes())
        self.lists = kept

    def made(self, rows: bytes, values: bytes) -> tuple[array[int], array[Any]]:
        """A list of its two columns as bytes of this machine."""
        one: array[int] = array("i")
        other: array[Any] = array(self.typecode)
        one.frombytes(rows)
        other.frombytes(values)
        return one, other

    def nbytes(self) -> int:
        """Bytes of the numbers alone."""
        return sum(len(r) * r.itemsize + len(v) * v.itemsize for r, v in self.lists.values())
