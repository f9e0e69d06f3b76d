"""The vectors of an index (`meaning`): of the rows that have one, and the nearest of them.

A vector is 384 float16 (768 bytes) and 384 bits, one for the sign of each number. How many bits two vectors
share says roughly how near they are (Charikar 2002), and is counted for 100,000 rows in the time in which a
thousand vectors are multiplied; so the bits choose and the numbers decide.
"""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from secondwind.clinic.similarity.meaning import SIZE, Floats, Vector
from secondwind.clinic.similarity.postings import Rows

_WORDS = SIZE // 64  # machine words of the bits of a vector
Places = NDArray[np.intp]


class Vectors:
    """Rows that have a vector, growing, with their vectors."""

    def __init__(self) -> None:
        self.rows = array("i")
        self.values = array("H")  # float16, as bits
        self.signs = [array("Q") for _ in range(_WORDS)]

    def __len__(self) -> int:
        return len(self.rows)

    def append(self, row: int, vector: Vector) -> None:
        """Add a row, which must be above every other. `vector` is float16 (384,) of length one."""
        self.rows.append(row)
        self.values.frombytes(np.ascontiguousarray(vector, np.float16).tobytes())
        for column, word in zip(self.signs, _signs(vector).tolist(), strict=True):
            column.append(word)

    def near(self, vector: Vector, among: NDArray[np.bool_], least: int) -> Rows:
        """The `least` rows that share most bits with a vector, and all that share as many as the last of
        them; `among` says of each row of the index whether it counts.
        """
        rows = np.frombuffer(self.rows, np.int32)
        apart, other = np.zeros(len(rows), np.uint16), np.empty(len(rows), np.uint64)
        for column, of_query in zip(self.signs, _signs(vector), strict=True):
            np.bitwise_xor(np.frombuffer(column, np.uint64), of_query, out=other)
            apart += np.bitwise_count(other)
        counted = among[rows]
        rows, apart = rows[counted], apart[counted]
        if len(rows) <= least:
            return rows
        nearest: Rows = rows[apart <= np.partition(apart, least - 1)[least - 1]]
        return nearest

    def having(self, rows: Rows) -> tuple[Rows, Places]:
        """Those of some ascending rows that have a vector, and where it lies."""
        own = np.frombuffer(self.rows, np.int32)
        at = np.searchsorted(own, rows)
        found = at < len(own)
        found[found] = own[at[found]] == rows[found]
        return rows[found], at[found]

    def of(self, row: int) -> Vector | None:
        """The vector of a row."""
        _, at = self.having(np.array([row], np.int32))
        if not len(at):
            return None
        vector: Vector = np.frombuffer(self.values, np.float16).reshape(-1, SIZE)[at[0]].copy()
        return vector

    def cosines(self, vector: Vector, at: Places) -> Floats:
        """The cosines of a vector and those at some places, each added up by itself, so that none depends on
        what lies beside it.
        """
        values = np.frombuffer(self.values, np.float16).reshape(-1, SIZE)[at].astype(np.float32)
        values *= vector.astype(np.float32)
        cosines: Floats = values.sum(axis=1)
        return np.clip(cosines, -1.0, 1.0)

    def renumber(self, places: Rows) -> None:
        """Give every row its new number, `places[row]`; rows with -1 go."""
        moved = places[np.frombuffer(self.rows, np.int32)]
        stays = moved >= 0
        values = np.frombuffer(self.values, np.uint16).reshape(-1, SIZE)[stays]
        self.rows, self.values = array("i"), array("H")
        self.rows.frombytes(moved[stays].tobytes())
        self.values.frombytes(values.tobytes())
        self.sign()

    def sign(self) -> None:
        """Work out the signs of all vectors anew."""
        signs = _signs(np.frombuffer(self.values, np.float16).reshape(-1, SIZE))
        self.signs = [array("Q", column.tobytes()) for column in signs.T]

    def nbytes(self) -> int:
        """Bytes of the numbers alone."""
        return sum(len(column) * column.itemsize for column in (self.rows, self.values, *self.signs))


def _signs(vectors: Vector) -> NDArray[np.uint64]:
    """(…, 384) -> (…, 6)."""
    return np.packbits(vectors > 0, axis=-1).view(np.uint64)
