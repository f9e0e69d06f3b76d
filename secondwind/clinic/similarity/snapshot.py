"""An index as bytes and back: a line of JSON with what is in it, then the columns as they lie in memory.

Little-endian, whatever the machine. The bytes of equal contents filled in the same order are equal.
"""

from __future__ import annotations

import hashlib
import json
import sys
from array import array
from typing import Any

from secondwind.clinic.similarity import meaning
from secondwind.clinic.similarity.columns import Columns
from secondwind.clinic.similarity.postings import Postings

FORMAT = "secondwind similar 2"
_COLUMNS = ("alive", "outcome", "placed", "bits", "length", "told", "told_from", "named", "named_from")
_VECTORS = ("rows", "values")
_POSTINGS = ("features", "fits", "terms")


class SnapshotError(ValueError):
    """The bytes are no index of this version and knowledge; the message says why."""


def pack(columns: Columns, knowledge_version: str) -> bytes:
    """The columns of an index, without removed rows."""
    parts: list[bytes] = [_bytes(getattr(columns, name)) for name in _COLUMNS]
    keys: dict[str, list[Any]] = {}
    for name in _POSTINGS:
        postings: Postings[Any] = getattr(columns, name)
        lists = sorted(postings.lists.items())
        keys[name] = [[key, len(rows)] for key, (rows, _) in lists]
        parts += [_bytes(column) for _, pair in lists for column in pair]
    places = sorted(columns.places.columns.items())
    parts += [_bytes(column) for _, column in places]
    parts += [_bytes(getattr(columns.vectors, name)) for name in _VECTORS]
    body = b"".join(parts)
    head = {
        "format": FORMAT,
        "knowledge": knowledge_version,
        "sha256": hashlib.sha256(body).hexdigest(),
        "ids": columns.ids,
        "columns": {name: len(getattr(columns, name)) for name in _COLUMNS},
        "postings": keys,
        "places": [key for key, _ in places],
        "model": meaning.NAME,
        "vectors": [len(getattr(columns.vectors, name)) for name in _VECTORS],
    }
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + body


def unpack(data: bytes, knowledge_version: str) -> Columns:
    """The columns again. Raises SnapshotError."""
    line, _, body = data.partition(b"\n")
    head = _head(line, knowledge_version)
    if hashlib.sha256(body).hexdigest() != head["sha256"]:
        raise SnapshotError("damaged or cut off")
    columns = Columns()
    reader = _Reader(body)
    for name in _COLUMNS:
        setattr(columns, name, reader.column(getattr(columns, name).typecode, head["columns"][name]))
    for name in _POSTINGS:
        postings: Postings[Any] = getattr(columns, name)
        for key, size in head["postings"][name]:
            postings.lists[key] = reader.column("i", size), reader.column(postings.typecode, size)
    columns.places.rows = len(head["ids"])
    for key in head["places"]:
        columns.places.columns[key] = reader.column("f", columns.places.rows)
    for name, size in zip(_VECTORS, head["vectors"], strict=True):
        setattr(columns.vectors, name, reader.column(getattr(columns.vectors, name).typecode, size))
    columns.vectors.sign()
    columns.ids = head["ids"]
    columns.row = {id: row for row, id in enumerate(head["ids"])}
    return columns


def _head(line: bytes, knowledge_version: str) -> dict[str, Any]:
    """What the first line says, when this version can read the rest."""
    try:
        head = json.loads(line)
    except ValueError:
        raise SnapshotError("not an index of similar cases") from None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise SnapshotError("not an index of this version")
    if head["knowledge"] != knowledge_version:
        raise SnapshotError("made with other knowledge")
    if head["model"] != meaning.NAME:
        raise SnapshotError("made with another sentence model")
    return head


class _Reader:
    def __init__(self, body: bytes) -> None:
        self.body = memoryview(body)
        self.at = 0

    def column(self, typecode: str, size: int) -> array[Any]:
        """The next `size` numbers."""
        column: array[Any] = array(typecode)
        end = self.at + size * column.itemsize
        column.frombytes(self.body[self.at : end])
        self.at = end
        return _turned(column)


def _bytes(column: array[Any]) -> bytes:
    return _turned(column).tobytes()


def _turned(column: array[Any]) -> array[Any]:
    """The same numbers in little-endian order; the column itself where the machine has that."""
    if sys.byteorder == "little":
        return column
    other = column[:]
    other.byteswap()
    return other
