"""The FIT protocol: from bytes to columns of each kind of message, without knowing what they mean.

A FIT file is a header, messages, and a checksum; several may stand one after the other. A definition message
says how the data messages of a local number look from there on. Messages are not decoded one by one: equal
neighbours are found as runs, and all messages of one definition become one structured NumPy array. Protocol:
the FIT SDK's published description (record headers, definitions, base types, compressed timestamps).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from copy import copy
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from secondwind.running.activity import Column
from secondwind.running.files.limits import Deadline, Limits

COMPRESSED = 0x80
DEFINITION = 0x40
DEVELOPER = 0x20
TIMESTAMP = 253
MOST_DEFINITIONS = 20_000
MOST_LINKS = 1_000
MOST_CHECKED = 4 * 2**20
"""Bytes above which no checksum is worked out: it costs a quarter of a second a megabyte."""
FIRST_RUN = 48
RECORD = 20
DAY_S = 86_400
FAR = 2**18
MOST_RESUMED, MOST_ASKED = 100, 4
"""How often reading goes on behind a fault, within how many bytes (`FAR`), and how many messages in a row
must then make sense."""

# Every compressed-timestamp header of one local number looks the same here; others stay as they are.
KINDS = bytes(b & 0xE0 if b & COMPRESSED else b for b in range(256))

# By base type number: NumPy's letter, size, invalid value.
BASE_TYPES: dict[int, tuple[str, int, int | None]] = {
    0: ("u", 1, 0xFF), 1: ("i", 1, 0x7F), 2: ("u", 1, 0xFF), 3: ("i", 2, 0x7FFF), 4: ("u", 2, 0xFFFF),
    5: ("i", 4, 0x7FFFFFFF), 6: ("u", 4, 0xFFFFFFFF), 7: ("S", 1, None), 8: ("f", 4, None),
    9: ("f", 8, None), 10: ("u", 1, 0), 11: ("u", 2, 0), 12: ("u", 4, 0), 13: ("u", 1, 0xFF),
    14: ("i", 8, 0x7FFFFFFFFFFFFFFF), 15: ("u", 8, 0xFFFFFFFFFFFFFFFF), 16: ("u", 8, 0),
}  # fmt: skip
STRING, BYTE = 7, 13


class Field(NamedTuple):
    """One field of a definition: number, place in the message, bytes, base type; `developer` is the index of
    the developer's data, or -1."""

    number: int
    offset: int
    size: int
    base: int
    developer: int


@lru_cache(maxsize=4096)
def _layout(body: bytes, developer_body: bytes) -> tuple[int, int, str, tuple[Field, ...]]:
    """Global number, message size with its header byte, byte order, and fields of a definition's bytes."""
    order = ">" if body[1] == 1 else "<"
    number = int.from_bytes(body[2:4], "big" if order == ">" else "little")
    fields = []
    at = 1
    for i in range(5, len(body), 3):
        fields.append(Field(body[i], at, body[i + 1], body[i + 2] & 0x1F, -1))
        at += body[i + 1]
    for i in range(0, len(developer_body), 3):
        fields.append(Field(developer_body[i], at, developer_body[i + 1], BYTE, developer_body[i + 2]))
        at += developer_body[i + 1]
    return number, at, order, tuple(fields)


class Definition:
    """One look of a message, and where in the file runs of messages with this look stand."""

    __slots__ = ("counts", "fields", "message", "order", "starts", "stride")

    def __init__(self, body: bytes, developer_body: bytes) -> None:
        self.message, self.stride, self.order, self.fields = _layout(body, developer_body)
        self.starts = array("q")
        self.counts = array("q")

    def __len__(self) -> int:
        return sum(self.counts)

    def field(self, number: int) -> Field | None:
        """The first field with this number, developers' fields aside."""
        return next((f for f in self.fields if f.number == number and f.developer < 0 and f.size), None)


class Link:
    """One of the files that stand in a file: its definitions, and how its reading ended."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.definitions: dict[tuple[bytes, bytes], Definition] = {}
        self.fault = ""
        self.passed = 0
        self.resumed = 0
        self.end = 0
        self.messages = 0

    def tables(self, message: int) -> list[Table]:
        """All messages of this number, a table for each look they have."""
        found = [d for d in self.definitions.values() if d.message == message and d.counts]
        return [Table(self.data, d) for d in found]


class Table:
    """All messages of one definition, in the order of the file."""

    def __init__(self, data: bytes, definition: Definition) -> None:
        self.definition = definition
        d = definition
        if len(d.starts) == 1:
            self.bytes = memoryview(data)[d.starts[0] : d.starts[0] + d.counts[0] * d.stride]
        else:
            runs = zip(d.starts, d.counts, strict=True)
            self.bytes = memoryview(b"".join([data[s : s + n * d.stride] for s, n in runs]))
        self.grid = np.frombuffer(self.bytes, np.uint8).reshape(-1, d.stride)

    def __len__(self) -> int:
        return len(self.grid)

    def offsets(self) -> NDArray[np.int64]:
        """Where each message stands in the file."""
        d = self.definition
        starts = np.frombuffer(d.starts, np.int64)
        counts = np.frombuffer(d.counts, np.int64)
        if len(counts) == 1:
            where: NDArray[np.int64] = starts[0] + np.arange(counts[0]) * d.stride
            return where
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        where = within * d.stride
        where += np.repeat(starts, counts)
        return where

    def raw(self, field: Field, base: int | None = None) -> tuple[NDArray[Any], int | None]:
        """A field as stored, one value a message (the first of several), and what stands for unknown."""
        kind, size, invalid = BASE_TYPES.get(field.base if base is None else base, BASE_TYPES[BYTE])
        if field.size < size or field.size % size:
            # Some devices store a number in fewer or odd bytes than its type has: trust the size.
            size = next(n for n in (8, 4, 2, 1) if n <= field.size)
            kind = "i" if kind == "i" else "u"
            invalid = 2 ** (8 * size - (kind == "i")) - 1
        order = "|" if size == 1 else self.definition.order
        layout = {
            "names": ["v"],
            "formats": [f"{order}{kind}{size}"],
            "offsets": [field.offset],
            "itemsize": self.definition.stride,
        }
        values = np.frombuffer(self.bytes, np.dtype(layout))["v"]  # type: ignore[call-overload] # a dict is fine
        return values, invalid

    def values(self, field: Field, scale: float = 1, offset: float = 0, base: int | None = None) -> Column:
        """A number field as floats in its unit: stored / scale - offset, NaN where unknown."""
        stored, invalid = self.raw(field, base)
        if stored.dtype.kind == "S":
            return np.full(len(stored), np.nan)
        result = stored.astype(np.float64)
        if invalid is not None:
            result[stored == invalid] = np.nan
        if scale != 1:
            result /= scale
        if offset:
            result -= offset
        return result

    def text(self, field: Field, row: int = 0) -> str:
        """A text field of one message, up to its first zero byte."""
        stored = self.grid[row, field.offset : field.offset + field.size].tobytes()
        return stored.split(b"\0", 1)[0].decode("utf-8", "replace").strip()

    def number(self, row: int, number: int, scale: float = 1, offset: float = 0) -> float | None:
        """One value of one message; None when it is not there or unknown."""
        field = self.definition.field(number)
        if field is None:
            return None
        value = float(self._row(row).values(field, scale, offset)[0])
        return None if np.isnan(value) else value

    def _row(self, row: int) -> Table:
        """One message as a table of its own."""
        one = copy(self)
        stride = self.definition.stride
        one.bytes = self.bytes[row * stride : (row + 1) * stride]
        return one

    @property
    def compressed(self) -> NDArray[np.bool_]:
        """Which messages carry five bits of time in their header in place of a timestamp."""
        packed: NDArray[np.bool_] = (self.grid[:, 0] & COMPRESSED) != 0
        return packed


def links(data: bytes, limits: Limits, deadline: Deadline) -> Iterator[Link]:
    """The files that stand one after the other in `data`; the first begins at 0. What follows a fault is
    sought by its signature."""
    at = 0
    for _ in range(MOST_LINKS):
        link = _link(data, at, limits, deadline)
        yield link
        deadline.check()
        at = next_header(data, link.end)
        if at < 0:
            return


def next_header(data: bytes, at: int) -> int:
    """Where the next file header begins, at `at` or later; -1 when there is none."""
    found = data.find(b".FIT", at + 8)
    return found - 8 if found >= 0 else -1


def header_size(data: bytes, at: int = 0) -> int:
    """The size of the file header at `at`; 0 when there is none."""
    if data[at + 8 : at + 12] != b".FIT":
        return 0
    return data[at] if data[at] >= 12 else 12


def _link(data: bytes, at: int, limits: Limits, deadline: Deadline) -> Link:
    size = int.from_bytes(data[at + 4 : at + 8], "little")
    begin = at + header_size(data, at)
    end = begin + size
    if size == 0 or end > len(data):
        return _unclosed(data, begin, size, limits, deadline)
    link = Link(data)
    _scan(link, begin, end, limits, deadline)
    after = end + 2
    follows = after == len(data) or header_size(data, after)
    if not link.fault and follows:
        link.end = after
        return link
    if after > len(data):
        link.fault = link.fault or f"The file breaks off: its checksum is missing at byte {len(data)}"
        return link
    # Something is wrong: the checksum tells whether it is the header's size.
    if checksum(data[at:after]) == 0 if size < MOST_CHECKED else not link.fault:
        link.end = after if not link.fault else link.end
        return link
    if not follows and len(data) > after:
        following = next_header(data, end)
        return _scanned(Link(data), begin, following if following > 0 else len(data) - 2, limits, deadline)
    link.fault = (link.fault or "The file has its parts") + "; its checksum is wrong, so it was damaged"
    return link


def _unclosed(data: bytes, begin: int, size: int, limits: Limits, deadline: Deadline) -> Link:
    """A link whose header says nothing of its size, or more than there is: read up to the last byte."""
    following = next_header(data, begin) if size == 0 else -1
    end = following if following > 0 else len(data)
    link = _scanned(Link(data), begin, end, limits, deadline)
    why = "was never closed by the device" if size == 0 else "breaks off"
    link.fault = link.fault or f"The file {why}: it ends at byte {end}"
    return link


def _scanned(link: Link, begin: int, end: int, limits: Limits, deadline: Deadline) -> Link:
    _scan(link, begin, end, limits, deadline)
    return link


def _scan(link: Link, at: int, end: int, limits: Limits, deadline: Deadline) -> None:
    """Find the runs of messages from `at` to `end`; a fault that ends the search is told in `link.fault`."""
    data = link.data
    known: list[Definition | None] = [None] * 16
    turns = 0
    while at < end:
        head = data[at]
        defines = head & DEFINITION and not head & COMPRESSED
        following = _define(link, known, at, end) if defines else _take(link, known, at, end)
        if following < 0:
            break
        at = following
        turns += 1
        if not turns & 0xFFFF:
            deadline.check()
        if link.messages > limits.messages or turns > limits.messages // 2:
            link.fault = f"The file has more than {limits.messages} messages; those after byte {at} were left"
            break
    link.end = at
    if link.passed:
        link.fault += f"; {link.passed} bytes were passed over"


def _take(link: Link, known: list[Definition | None], at: int, end: int) -> int:
    """Note the run of data messages at `at`; where it ends, or -1 at a fault that nothing follows."""
    head = link.data[at]
    definition = known[(head >> 5) & 3 if head & COMPRESSED else head & 0x0F]
    if definition is None:
        link.fault = link.fault or f"At byte {at} stands a message that nothing defined"
        found = _resume(link, known, at, end)
        link.passed += max(found - at, 0)
        return found
    stride = definition.stride
    fit = (end - at) // stride
    if not fit:
        link.fault = link.fault or f"The file breaks off within a message at byte {at}"
        return -1
    count = 1
    if fit > 1 and KINDS[link.data[at + stride]] == KINDS[head]:
        count = _run(link.data, at, stride, fit)
    definition.starts.append(at)
    definition.counts.append(count)
    link.messages += count
    return at + count * stride


def _resume(link: Link, known: list[Definition | None], at: int, end: int) -> int:
    """Where messages go on behind a fault at `at`: at a record whose time follows the last one's, with known
    messages behind it. -1 when there is none near."""
    last = max(
        (d for d in link.definitions.values() if d.message == RECORD and d.starts and d.field(TIMESTAMP)),
        key=lambda d: d.starts[-1],
        default=None,
    )
    if last is None or link.resumed >= MOST_RESUMED:
        return -1
    link.resumed += 1
    field = last.field(TIMESTAMP)
    assert field is not None  # noqa: S101  it was asked for above
    order: Literal["big", "little"] = "big" if last.order == ">" else "little"
    here = last.starts[-1] + (last.counts[-1] - 1) * last.stride + field.offset
    time = int.from_bytes(link.data[here : here + 4], order)
    # The two upper bytes of a time stay the same for eighteen hours: they are quickly found.
    upper = (time >> 16).to_bytes(2, order)
    skip = field.offset + (2 if order == "little" else 0)
    place = at + skip
    while (place := link.data.find(upper, place + 1, min(end, at + FAR))) >= 0:
        start = place - skip
        began = int.from_bytes(link.data[start + field.offset : start + field.offset + 4], order)
        if time <= began <= time + DAY_S and _goes_on(link.data, known, last, start, end):
            return start
    return -1


def _goes_on(data: bytes, known: list[Definition | None], first: Definition, start: int, end: int) -> bool:
    """Whether a message of this definition and some more of known ones stand at `start`."""
    for i in range(MOST_ASKED):
        if start >= end:
            return i > 1
        head = data[start]
        definition = None if head & (COMPRESSED | DEFINITION) else known[head & 0x0F]
        if definition is None or (i == 0 and definition is not first):
            return False
        start += definition.stride
    return True


def _run(data: bytes, at: int, stride: int, fit: int) -> int:
    """How many messages of one kind follow each other from `at`, at most `fit`."""
    kind = KINDS[data[at]]
    count, window = 1, FIRST_RUN
    while count < fit:
        upto = min(count + window, fit)
        heads = data[at + count * stride : at + upto * stride : stride].translate(KINDS)
        same = len(heads) - len(heads.lstrip(bytes((kind,))))
        count += same
        if same < len(heads):
            break
        window *= 4
    return count


def _define(link: Link, known: list[Definition | None], at: int, end: int) -> int:
    """Take in the definition message at `at`; where it ends, or -1 when it is cut or there are too many."""
    data = link.data
    head = data[at]
    body_end = at + 6 + 3 * data[at + 5] if at + 5 < end else end + 1
    stop = body_end
    developer_body = b""
    if head & DEVELOPER and body_end < end:
        stop = body_end + 1 + 3 * data[body_end]
        developer_body = data[body_end + 1 : stop]
    if stop > end or (head & DEVELOPER and body_end >= end):
        link.fault = f"The file breaks off within a definition at byte {at}"
        return -1
    body = data[at + 1 : body_end]
    definition = link.definitions.get((body, developer_body))
    if definition is None:
        if len(link.definitions) >= MOST_DEFINITIONS:
            link.fault = f"The file defines more than {MOST_DEFINITIONS} kinds of messages, up to byte {at}"
            return -1
        definition = link.definitions[body, developer_body] = Definition(body, developer_body)
    known[head & 0x0F] = definition
    return stop


def timestamps(link: Link, tables: list[Table]) -> list[Column]:
    """The time of each message of `tables` in the device's seconds, NaN where unknown.

    A compressed header holds the last five bits of the time; the rest is that of the last timestamp before
    it, in a message of whatever kind.
    """
    times = [_own_times(table) for table in tables]
    if not any(table.compressed.any() for table in tables):
        return times
    every = [Table(link.data, d) for d in link.definitions.values() if d.counts]
    every = [t for t in every if t.definition.field(TIMESTAMP) or t.compressed.any()]
    where = np.concatenate([t.offsets() for t in every])
    full = np.concatenate([_own_times(t) for t in every])
    heads = np.concatenate(
        [np.where(t.compressed, (t.grid[:, 0] & 0x1F).astype(np.int64), -1) for t in every]
    )
    order = np.argsort(where, kind="stable")
    useful = order[np.isfinite(full[order]) | (heads[order] >= 0)]
    resolved = dict(zip(where[useful].tolist(), _unroll(full[useful], heads[useful]), strict=True))
    result = []
    for table, own in zip(tables, times, strict=True):
        packed = table.compressed
        own[packed] = [resolved[offset] for offset in table.offsets()[packed].tolist()]
        result.append(own)
    return result


def _own_times(table: Table) -> Column:
    field = table.definition.field(TIMESTAMP)
    if field is None:
        return np.full(len(table), np.nan)
    times = table.values(field, base=6)
    times[table.compressed] = np.nan
    return times


def _unroll(full: Column, five_bits: NDArray[np.int64]) -> Column:
    """Times in order of the file: full ones as they are, others so many seconds after the one before."""
    given = five_bits < 0
    low = np.where(given, np.where(given, full, 0) % 32, five_bits)
    steps = np.where(given, 0, np.diff(low, prepend=low[:1]) % 32)
    so_far = np.cumsum(steps)
    last = np.maximum.accumulate(np.where(given, np.arange(len(full)), -1))
    base = np.where(last >= 0, full[np.maximum(last, 0)] - so_far[np.maximum(last, 0)], 0.0)
    times: Column = base + so_far
    return times


@lru_cache(maxsize=1)
def _checksum_table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0xA001 if value & 1 else 0)
        table.append(value)
    return tuple(table)


def checksum(data: bytes) -> int:
    """CRC-16 with polynomial 0x8005, reflected, from 0; of data with its own checksum behind it, 0."""
    table = _checksum_table()
    crc = 0
    for byte in data:
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    return crc
