"""A table that grows: for each key one number of every row, for what nearly every row has.

Where most rows have a key, a full column is smaller than a list of those that have it (`postings`), and is
added up several times as fast.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


class Table:
    """Key -> a float32 for each row, 0 where a row has nothing of it."""

    def __init__(self) -> None:
        self.columns: dict[int, array[float]] = {}
        self.rows = 0

    def append(self, values: Mapping[int, float]) -> None:
        """Add a row."""
        for key in values:
            if key not in self.columns:
                self.columns[key] = array("f", bytes(4 * self.rows))
        for key, column in self.columns.items():
            column.append(values.get(key, 0.0))
        self.rows += 1

    def product(self, weights: Mapping[int, float]) -> NDArray[np.float32]:
        """The product of a vector with that of every row, added up in the order of its keys."""
        total, part = np.zeros(self.rows, np.float32), np.empty(self.rows, np.float32)
        for key, weight in weights.items():
            if key in self.columns:
                np.multiply(np.frombuffer(self.columns[key], np.float32), np.float32(weight), out=part)
                total += part
        return total

    def keep(self, rows: NDArray[np.bool_]) -> None:
        """Let the other rows go."""
        for key, column in self.columns.items():
            self.columns[key] = kept = array("f")
            kept.frombytes(np.frombuffer(column, np.float32)[rows].tobytes())
        self.rows = int(rows.sum())

    def nbytes(self) -> int:
        """Bytes of the numbers alone."""
        return sum(len(column) * column.itemsize for column in self.columns.values())
