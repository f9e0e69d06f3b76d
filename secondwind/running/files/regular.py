"""Points of XML files that all look alike, read by the hundred.

Watches and services write every point with the same tags in the same order. From the first point of a look a
pattern is made in which only the texts are open; runs of points that match it give their values without a
call for each element. The pattern is exact: whatever differs by a byte is left to the XML parser. It is used
only in documents without comments, CDATA sections and further instructions, where a `<` always begins a tag.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

MOST_POINTS = 4096
"""Points read at once; bounds the memory for their values."""
MOST_LOOKS = 12
LONGEST_VALUE = 64
TIME = "time"

# From the names of the elements around a text, the innermost last, to the column it fills, TIME, or None.
ColumnOf = Callable[[Sequence[str]], str | None]

_PIECES = re.compile(rb"(<[^<>]*>)")
_TAG = re.compile(rb"<(/?)([^\s/>]+)((?:\s+[^\s=]+\s*=\s*(?:\"[^\"<&]*\"|'[^'<&]*'))*)\s*(/?)>")
_ATTRIBUTE = re.compile(rb"(\s+)([^\s=]+)(\s*=\s*)(\"[^\"]*\"|'[^']*')")
_VALUE = rb"([^<&\]]{0,%d})" % LONGEST_VALUE
_OTHER = rb"[^<&\]]{0,%d}" % (4 * LONGEST_VALUE)


class Look:
    """How a point is written: the columns of its values in order, and the pattern of one and of many."""

    def __init__(self, point: bytes, attributes: dict[str, str], column_of: ColumnOf) -> None:
        self.columns: list[str] = []
        self._attributes = attributes
        pattern = self._pattern(point, column_of)
        if not self.columns:
            raise ValueError("a point without a value has no look")
        self.one = re.compile(pattern + rb"\s*")
        closed = re.sub(rb"\((?!\?)", b"(?:", pattern)  # the same without groups
        self.many = re.compile(rb"(?:%s\s*+){1,%d}+" % (closed, MOST_POINTS))

    def _pattern(self, point: bytes, column_of: ColumnOf) -> bytes:
        around: list[str] = []
        made = b""
        for i, piece in enumerate(_PIECES.split(point)):
            if i != 1 and not around and piece.strip():
                raise ValueError("a point must be one element")
            if i % 2:
                made += self._tag(piece, around)
            elif not piece.strip():
                made += rb"\s*" if piece else b""
            else:
                made += self._text(column_of(around))
        if around:
            raise ValueError("a point must be whole")
        return made

    def _text(self, column: str | None) -> bytes:
        if column is None or column in self.columns:
            return _OTHER
        self.columns.append(column)
        return _VALUE

    def _tag(self, tag: bytes, around: list[str]) -> bytes:
        match = _TAG.fullmatch(tag)
        if match is None:
            raise ValueError("no plain tag")
        closing, name, attributes, empty = match.groups()
        local = name.decode("utf-8", "replace").rpartition(":")[2]
        if closing:
            if not around or around.pop() != local:
                raise ValueError("tags do not match")
            return re.escape(tag)
        first = not around
        if not empty:
            around.append(local)
        opened = b"<" + re.escape(name)
        for space, key, sign, value in _ATTRIBUTE.findall(attributes):
            opened += re.escape(space + key + sign) + self._attribute(key, value, first)
        return opened + re.escape(tag[len(b"<" + name + attributes) :])

    def _attribute(self, key: bytes, value: bytes, first: bool) -> bytes:
        if not first:
            return re.escape(value)
        column = self._attributes.get(key.decode("utf-8", "replace"))
        inside = rb"[^\"'<&]{0,%d}" % LONGEST_VALUE
        if column is not None and column not in self.columns:
            self.columns.append(column)
            inside = b"(" + inside + b")"
        return value[:1] + inside + value[-1:]


def is_plain(data: bytes) -> bool:
    """Whether every `<` of a document begins a tag, so that what looks like a point is one."""
    head = data.find(b"?>", 2) + 2 if data.startswith(b"<?") else 0
    # One byte is found far quicker than two, and few documents hold either behind their first line.
    marked = b"!" in data and b"<!" in data
    instructed = data.find(b"<?", 1, head) >= 0 or (
        data.find(b"?", head) >= 0 and data.find(b"<?", max(head, 1)) >= 0
    )
    return not (marked or instructed)
