"""What GPX and TCX share: one expat reader that fills columns while it goes and keeps what it has at a fault.

Element names count without their prefix, so that a missing or wrong namespace does no harm. Entities are
refused, as are elements nested deeper or texts longer than any recording has. After a fault in the middle the
reader goes on at the next point and says what it passed over.
"""

from __future__ import annotations

import codecs
import re
from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.parsers import expat

import numpy as np
from numpy.typing import NDArray

from secondwind.running.activity import Column
from secondwind.running.files.limits import Deadline, Limits, Unreadable
from secondwind.running.files.regular import MOST_LOOKS, TIME, Look, is_plain

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

CHUNK = 2**18
DEEPEST = 64
LONGEST_TOKEN = 2**21
MOST_RECODED = 16 * 2**20
LONGEST_TEXT = 10_000
LONGEST_POINT = 10_000
MOST_NAMES = 1_000
MOST_PIECES = 16
"""Pieces of one text that are kept; each has some kilobytes at most."""
MOST_MISSES = 200
"""So many points that look like none before, and points are no longer sought for their looks."""
MOST_FAULTS = 20
BLANKS = b" \t\r\n\0"
MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

BREAKS_OFF = {
    expat.errors.codes[e]
    for e in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}

Handler = Callable[[], None]
Opener = Callable[[dict[str, str]], None]


class Reader:
    """A walk through one document. A format gives it what to do at elements, by local name:

    `leaves` name the elements whose text is wanted, with what takes it; `openers` and `closers` what to do
    where an element begins or ends. `point` is the element of a recorded point, and `restart` the tags that
    must stand before one so that reading can go on after a fault.
    """

    def __init__(self, data: bytes, limits: Limits, point: str, restart: bytes) -> None:
        self.limits = limits
        self.deadline = Deadline(limits)
        self.point = point
        self.restart = restart
        self.openers: dict[str, Opener] = {}
        self.closers: dict[str, Handler] = {}
        self.leaves: dict[str, Callable[[str], None]] = {}
        self.faults: list[str] = []
        self.data = utf8(data)
        self.points = 0
        self.resuming = False
        self.columns: dict[str, Numbers] = {}
        self.times: list[bytes] = []
        self.point_attributes: dict[str, str] = {}
        name = point.encode()
        self._opening = re.compile(rb"<(?:\w+:)?" + name + rb"[\s>]")
        self._closing = re.compile(rb"</(?:\w+:)?" + name + rb"\s*>\s*")
        self._plain = is_plain(self.data)
        self._fed: list[tuple[int, int]] = []
        self._total = 0

    def at_points(self) -> bool:
        """Whether the reader stands where points stand, directly within a track."""
        raise NotImplementedError

    def column_of(self, around: Sequence[str]) -> str | None:
        """The column that a text within these elements of a point fills."""
        raise NotImplementedError

    def run(self) -> None:
        """Read the document to its end, over at most `MOST_FAULTS` faults. Raises Unreadable."""
        at = 0
        prefix = b""
        for _ in range(MOST_FAULTS):
            fault = self._parse(prefix, at)
            if fault is None:
                return
            at = self._next_point(max(fault, at + 1))
            if at < 0:
                return
            prefix = self.restart
            self.forget_part()

    def count(self) -> None:
        """Note one more point; bounds points and time."""
        self.points += 1
        if not self.points & 0x3FFF:
            self.deadline.check()
        if self.points > self.limits.records:
            raise Unreadable(f"The file has more than {self.limits.records} points.")

    def one_more(self, count: int, what: str) -> None:
        """Raise Unreadable when there are more activities, or parts of them, than a file may have."""
        if count > self.limits.activities:
            raise Unreadable(f"The file has more than {self.limits.activities} {what}.")

    def _next_point(self, at: int) -> int:
        found = self._opening.search(self.data, at)
        return found.start() if found else -1

    def _parse(self, prefix: bytes, start: int) -> int | None:
        """Parse from `start`, with `prefix` before it; where it failed in the document, or None."""
        parser = self._parser()
        before = self.points
        self._fed = [(0, start - len(prefix))]
        self._total = len(prefix)
        try:
            if prefix:
                self.resuming = True
                parser.Parse(prefix, False)
                self.resuming = False
            self._feed_all(parser, start)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            at = self._place(parser.ErrorByteIndex)
            self._note(error, at, self.points - before)
            return at
        return None

    def _place(self, index: int) -> int:
        """Where a byte that the parser got stands in the document, some points of which it never gets."""
        fed, place = max(pair for pair in self._fed if pair[0] <= max(index, 0))
        return place + index - fed

    def _feed_all(self, parser: XMLParserType, at: int) -> None:
        """Give the parser the document, without the points that can be read at once."""
        looks: list[Look] = []
        misses = 0
        while self._plain and misses < MOST_MISSES and (point := self._next_point(at)) >= 0:
            self._feed(parser, at, point)
            at = point
            if not self.at_points():
                misses += 1
            elif (end := self._read_many(looks, at)) > at:
                at = end
                self.deadline.check()
                continue
            end = self._end_of_point(at)
            if end < 0:
                break
            self._feed(parser, at, end)
            misses += len(looks) >= MOST_LOOKS
            if len(looks) < MOST_LOOKS:
                self._learn(looks, self.data[at:end])
            at = end
        self._feed(parser, at, len(self.data))

    def _feed(self, parser: XMLParserType, begin: int, end: int) -> None:
        self._fed.append((self._total, begin))
        for at in range(begin, end, CHUNK):
            piece = self.data[at : min(at + CHUNK, end)]
            parser.Parse(piece, False)
            self._total += len(piece)
            self.deadline.check()
            if self._total - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise Unreadable(f"At byte {at} stands a text longer than {LONGEST_TOKEN} bytes.")

    def _end_of_point(self, at: int) -> int:
        found = self._closing.search(self.data, at)
        return found.end() if found else -1

    def _learn(self, looks: list[Look], point: bytes) -> None:
        if len(point) > LONGEST_POINT:
            return
        with suppress(ValueError):
            looks.append(Look(point, self.point_attributes, self.column_of))

    def _read_many(self, looks: list[Look], at: int) -> int:
        """Read the points that look alike from `at` on; where they end."""
        for i, look in enumerate(looks):
            if (found := look.many.match(self.data, at)) is not None:
                values = look.one.findall(self.data, at, found.end())
                if len(look.columns) == 1:
                    values = [(v,) for v in values]
                self._take_many(look.columns, values)
                looks.insert(0, looks.pop(i))
                return found.end()
        return at

    def _take_many(self, columns: list[str], values: list[tuple[bytes, ...]]) -> None:
        if self.points + len(values) > self.limits.records:
            raise Unreadable(f"The file has more than {self.limits.records} points.")
        for column, texts in zip(columns, zip(*values, strict=True), strict=True):
            if column == TIME:
                self.set_times(texts)
            else:
                self.numbers(column).extend(self.points, texts)
        self.points += len(values)

    # What formats share.

    def numbers(self, column: str) -> Numbers:
        """A column of the points, made when it is first told of."""
        found = self.columns.get(column)
        if found is None:
            found = self.columns[column] = Numbers()
        return found

    def set_times(self, texts: Sequence[bytes]) -> None:
        """The times of the next points; of a point that tells two, the first counts."""
        missing = self.points - len(self.times)
        if missing > 0:
            self.times.extend([b""] * missing)
        if missing >= 0:
            self.times.extend(texts)

    def forget_part(self) -> None:
        """Forget what a point said that a fault broke."""
        for numbers in self.columns.values():
            numbers.cut(self.points)
        del self.times[self.points :]

    def _note(self, error: expat.ExpatError, at: int, points: int) -> None:
        if self.faults and not points:
            return
        what = expat.errors.messages.get(error.code, "fault")
        line = self.data.count(b"\n", 0, max(at, 0)) + 1
        breaks_off = error.code in BREAKS_OFF
        self.faults.append(
            f"The file breaks off in line {line} ({what}); what stands before is kept."
            if breaks_off
            else f"In line {line} the file is damaged ({what}); what can be read around it is kept."
        )

    def _parser(self) -> XMLParserType:
        parser = expat.ParserCreate("utf-8", intern={})
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.EntityDeclHandler = _refuse_entity
        parser.ExternalEntityRefHandler = _refuse_entity
        openers, closers, leaves = _by_raw(self.openers), _by_raw(self.closers), _by_raw(self.leaves)
        text: list[str] = []
        depth = 0

        def take(piece: str) -> None:
            if len(text) < MOST_PIECES:
                text.append(piece)

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > DEEPEST:
                raise Unreadable(f"Elements are nested deeper than {DEEPEST}: this is no recording.")
            if leaves[name] is not None:
                text.clear()
                parser.CharacterDataHandler = take
            elif (opener := openers[name]) is not None:
                opener(attributes)

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            if (leaf := leaves[name]) is not None:
                parser.CharacterDataHandler = None
                leaf(text[0] if len(text) == 1 else "".join(text)[:LONGEST_TEXT])
            elif (closer := closers[name]) is not None:
                closer()

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        return parser


class _by_raw(dict[str, Callable[..., None] | None]):  # noqa: N801  a table that fills itself, used as one
    """What to do with an element by its name as written, prefix and all."""

    def __init__(self, by_local: dict[str, Callable[..., None]]) -> None:
        super().__init__()
        self.by_local = by_local

    def __missing__(self, raw: str) -> Callable[..., None] | None:
        found = self[raw] = self.by_local.get(raw.rpartition(":")[2])
        if len(self) > MOST_NAMES:
            raise Unreadable(f"The file has more than {MOST_NAMES} kinds of elements: this is no recording.")
        return found


def _refuse_entity(*_: object) -> int:
    raise Unreadable("The file defines entities, which no recording needs; it was refused for safety.")


def utf8(data: bytes) -> bytes:
    """The document as UTF-8, without blanks or a byte-order mark before it, whatever its encoding was."""
    data = data.removeprefix(codecs.BOM_UTF8)
    for mark, name in MARKS.items():
        if data.startswith(mark):
            return _recoded(data, name)
    data = data.lstrip(BLANKS) if data[:1] != b"<" or data[1:2] != b"\0" else data
    if data[:2] == b"<\0" or data[1:2] == b"\0":
        return _recoded(data, "utf-16-le")
    declared = re.match(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.-]{1,40})", data)
    name = declared[1].decode() if declared else "utf-8"
    if data.isascii():
        return data
    try:
        codecs.lookup(name)
    except LookupError:
        name = "utf-8"
    return data if _is_utf8(data, name) else _recoded(data, name)


def _is_utf8(data: bytes, name: str) -> bool:
    if codecs.lookup(name).name != "utf-8":
        return False
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        # Piece by piece: one emoji makes four bytes of every letter that is decoded with it.
        for at in range(0, len(data), CHUNK):
            decoder.decode(data[at : at + CHUNK], at + CHUNK >= len(data))
    except UnicodeDecodeError:
        return False
    return True


def _recoded(data: bytes, name: str) -> bytes:
    if len(data) > MOST_RECODED:
        raise Unreadable(
            f"The file is not UTF-8 and has more than {MOST_RECODED} bytes, the most of such a file."
        )
    try:
        text = data.decode(name, "replace")
    except (LookupError, UnicodeError, TypeError):  # an encoding that does not make text
        text = data.decode("latin-1")
    return text.lstrip(" \t\r\n\0\ufeff").encode("utf-8", "replace")


# Values.


class Numbers:
    """A column that grows; NaN at points where nothing was said. Values are set for the point being read."""

    def __init__(self) -> None:
        self.values = array("d")

    def set(self, point: int, value: float) -> None:
        """The value of the point with this number; the first one said counts."""
        missing = point - len(self.values)
        if missing > 0:
            self.values.extend([np.nan] * missing)
        if missing >= 0:
            self.values.append(value)

    def extend(self, point: int, texts: Sequence[bytes]) -> None:
        """The values of points from this number on."""
        missing = point - len(self.values)
        if missing > 0:
            self.values.extend([np.nan] * missing)
        try:
            self.values.extend(map(float, texts))
        except ValueError:
            # What was added before the odd one is taken back.
            del self.values[point:]
            self.values.extend([number(t.decode("utf-8", "replace")) for t in texts])

    def cut(self, points: int) -> None:
        """Forget what is beyond this many points."""
        del self.values[points:]

    def column(self, points: int) -> Column:
        """The values of all points."""
        column = np.full(points, np.nan)
        column[: len(self.values)] = self.values[:points]
        return column


def number(text: str) -> float:
    """A decimal number, with point or comma; NaN for anything else."""
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return float(text.strip()[:40].replace(",", "."))
    except ValueError:
        return np.nan


_TIME = re.compile(
    r"\s*(\d{4})-(\d\d?)-(\d\d?)[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,:](\d{1,12}))?)?"
    r"\s*(Z|z|[+-]\d\d(?::?\d\d)?)?"
)


def times_of(texts: list[bytes]) -> tuple[Column, int | None, bool]:
    """ISO times in Unix seconds, NaN where empty or nonsense; the offset from UTC when they all tell one
    other than Z; and whether some tell no zone (they count as UTC)."""
    regular = _regular_times(texts)
    if regular is not None:
        return regular, None, False
    seconds = array("d")
    offsets: set[int | None] = set()
    for text in texts:
        if not text:
            seconds.append(np.nan)
            continue
        value, offset = time_of(text.decode("utf-8", "replace"))
        seconds.append(value)
        if value == value:
            offsets.add(offset)
    told = offsets - {None}
    only = told.pop() if len(told) == 1 and None not in offsets else None
    return np.array(seconds), only or None, None in offsets


def time_of(text: str) -> tuple[float, int | None]:
    """One ISO time in Unix seconds, and its offset from UTC in seconds (None: it has no zone)."""
    match = _TIME.match(text)
    if match is None:
        return np.nan, None
    *fields, fraction, zone = match.groups()
    try:
        moment = datetime(*(int(f or 0) for f in fields), tzinfo=UTC)  # type: ignore[arg-type,misc] # six whole numbers, then the zone
    except ValueError:
        return np.nan, None
    offset = _offset_s(zone)
    seconds = moment.timestamp() + (float(f"0.{fraction}") if fraction else 0.0) - (offset or 0)
    return seconds, offset


def _offset_s(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone in {"Z", "z"}:
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    value = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -value if zone[0] == "-" else value


def _regular_times(texts: list[bytes]) -> Column | None:
    """The same for times that are all written as 2026-05-17T06:30:00Z, or with .000 before the Z; else
    None."""
    length = len(texts[0]) if texts else 0
    if length not in {20, 24} or any(len(t) != length for t in texts):
        return None
    grid = np.frombuffer(b"".join(texts), np.uint8).reshape(-1, length)
    shape = "....-..-..T..:..:..Z" if length == 20 else "....-..-..T..:..:.....Z"[:19] + "....Z"
    digits = [i for i in range(length) if not (shape[i] in "-T:Z" or (i == 19 and length == 24))]
    fixed = {
        i: c for i, c in enumerate("0000-00-00T00:00:00" + ("Z" if length == 20 else ".000Z")) if c != "0"
    }
    if any((grid[:, i] != ord(c)).any() for i, c in fixed.items()):
        return None
    values = grid[:, digits].astype(np.int64) - 48
    if ((values < 0) | (values > 9)).any():
        return None
    return _from_digits(values)


def _from_digits(values: NDArray[np.int64]) -> Column | None:
    def whole(start: int, stop: int) -> NDArray[np.int64]:
        return values[:, start:stop] @ (10 ** np.arange(stop - start - 1, -1, -1))

    year, month, day = whole(0, 4), whole(4, 6), whole(6, 8)
    hour, minute, second = whole(8, 10), whole(10, 12), whole(12, 14)
    if (
        (month < 1) | (month > 12) | (day < 1) | (day > 31) | (hour > 23) | (minute > 59) | (second > 60)
    ).any():
        return None
    months = (year - 1970) * 12 + month - 1
    days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + day - 1
    seconds = (days * 86_400 + hour * 3600 + minute * 60 + second).astype(float)
    return seconds + (whole(14, 17) / 1000 if values.shape[1] > 14 else 0)
