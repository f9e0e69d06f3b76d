"""FIT files: what their messages mean. Only the messages that make an activity are decoded.

Numbers of messages and fields: the FIT protocol's profile. Several sessions in one file (a triathlon) become
several activities, its samples shared out by time; without a session the samples alone make the activity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from secondwind.running.activity import Activity, Column
from secondwind.running.files.draft import Draft, build
from secondwind.running.files.fit_stream import (
    BYTE,
    STRING,
    Field,
    Link,
    Table,
    header_size,
    links,
    timestamps,
)
from secondwind.running.files.limits import LIMITS, Deadline, Limits, NotAnActivity, Unreadable
from secondwind.running.sports import fit_kind

EPOCH_S = 631_065_600
"""1989-12-31 00:00 UTC, where FIT time begins, in Unix seconds."""
UP_TIME_S = 0x10000000
"""Times below this are seconds since the device was switched on."""
UNKNOWN_TIME = 0xFFFFFFFF

FILE_ID, SPORT, SESSION, LAP, RECORD, EVENT, DEVICE_INFO = 0, 12, 18, 19, 20, 21, 23
ACTIVITY, LENGTH, CORRELATION, DESCRIPTION = 34, 101, 162, 206
ACTIVITY_FILE = 4
SEMICIRCLE = 2**31 / 180
MOST_SESSIONS = 500

FILE_KINDS = {
    1: "device", 2: "settings", 3: "sport settings", 5: "workout", 6: "course", 7: "schedule", 9: "weight",
    10: "totals", 11: "goals", 14: "blood pressure", 15: "monitoring", 20: "activity summary",
    28: "monitoring", 32: "monitoring", 34: "segment", 35: "segment list", 40: "device configuration",
}  # fmt: skip
PLANS = frozenset({5, 6, 7, 11, 34, 35})
"""Kinds of file that may hold records but were not run."""

MAKERS = {
    1: "Garmin", 15: "Dynastream", 23: "Suunto", 32: "Wahoo", 38: "o-synce", 41: "Shimano", 70: "Sigma",
    73: "Decathlon", 89: "Tacx", 95: "Stryd", 118: "Peaksware", 123: "Polar", 129: "Coros", 260: "Zwift",
    263: "Favero", 265: "Strava", 267: "Bryton", 281: "Technogym", 289: "Hammerhead", 294: "Coros",
    310: "Decathlon",
}  # fmt: skip


class Meaning(NamedTuple):
    """A field of records: the column it fills, how stored values become its unit, and its rank among the
    fields of the same column (the lowest that is known wins)."""

    column: str
    scale: float = 1
    offset: float = 0
    rank: int = 0


COLUMNS = {
    0: Meaning("lat_deg", SEMICIRCLE), 1: Meaning("lon_deg", SEMICIRCLE),
    78: Meaning("altitude_m", 5, 500), 2: Meaning("altitude_m", 5, 500, 1),
    3: Meaning("heart_rate_bpm"), 4: Meaning("cadence", rank=1), 52: Meaning("cadence", 256),
    5: Meaning("distance_m", 100), 73: Meaning("speed_mps", 1000), 6: Meaning("speed_mps", 1000, rank=1),
    7: Meaning("power_w"), 13: Meaning("temperature_c"),
}  # fmt: skip
EXTRA = {
    9: Meaning("grade_percent", 100), 29: Meaning("accumulated_power_w"), 31: Meaning("gps_accuracy_m"),
    32: Meaning("vertical_speed_mps", 1000), 33: Meaning("calories_kcal"),
    39: Meaning("vertical_oscillation_mm", 10), 40: Meaning("stance_time_percent", 100),
    41: Meaning("stance_time_ms", 10), 42: Meaning("activity_type"),
    83: Meaning("vertical_ratio_percent", 100), 84: Meaning("stance_time_balance_percent", 100),
    85: Meaning("step_length_mm", 10), 108: Meaning("respiration_rate_bpm", 100),
}  # fmt: skip
COMPRESSED_SPEED_DISTANCE, FRACTIONAL_CADENCE = 8, 53


class Developer(NamedTuple):
    """What a file says about a field of its own: name with unit, base type, scale, offset, and the standard
    field of records it stands for (or None)."""

    name: str
    base: int
    scale: float
    offset: float
    native: int | None


def read(data: bytes, limits: Limits = LIMITS) -> list[Activity]:
    """The activities of a FIT file. Raises NotAnActivity, Unreadable."""
    if not header_size(data):
        raise Unreadable("The file does not begin with a FIT header.")
    deadline = Deadline(limits)
    found: list[Activity] = []
    faults: list[str] = []
    kinds: list[int] = []
    for link in links(data, limits, deadline):
        reading = _Reading(link, limits)
        kinds.append(reading.kind)
        if reading.is_activity:
            found += [build(draft) for draft in reading.drafts()]
            deadline.check()
        if link.fault:
            faults.append(link.fault + ".")
    if not found:
        raise _nothing(kinds, faults)
    return numbered(found, faults)


def numbered(found: list[Activity], warnings: list[str]) -> list[Activity]:
    """Activities of one file with their part numbers, and what is to be said of the whole file."""
    return [
        replace(a, part=i, parts=len(found), warnings=(*warnings, *a.warnings))
        for i, a in enumerate(found, 1)
    ]


def kind_of(head: bytes) -> str | None:
    """What the first bytes of a FIT file (some hundred do) say it is: "activity", "monitoring", "settings" …

    "" when they do not tell, None when it is no FIT file. Costs microseconds: one message is looked at.
    """
    if not header_size(head):
        return None
    value = _file_id(head, 0, 1)
    return "" if value is None else _kind_name(value)


def created(head: bytes) -> float | None:
    """When the file was begun, in Unix seconds, by its first bytes; None when they do not tell."""
    value = _file_id(head, 4, 4)
    return None if value is None or not UP_TIME_S <= value < UNKNOWN_TIME else float(value + EPOCH_S)


def _file_id(head: bytes, number: int, size: int) -> int | None:
    """A field of the file_id message when that comes first, as it should; else None."""
    at = header_size(head)
    if not at or at + 6 > len(head) or head[at] & 0xC0 != 0x40:
        return None
    order: Literal["big", "little"] = "big" if head[at + 2] == 1 else "little"
    fields = at + 6 + 3 * head[at + 5]
    value = fields + 1
    if head[at] & 0x20:
        value += 1 + 3 * head[fields] if fields < len(head) else 0
    if int.from_bytes(head[at + 3 : at + 5], order) != FILE_ID or value > len(head):
        return None
    for i in range(at + 6, fields, 3):
        if head[i] == number and head[i + 1] == size and value + size <= len(head):
            return int.from_bytes(head[value : value + size], order)
        value += head[i + 1]
    return None


def _kind_name(number: int) -> str:
    return "activity" if number == ACTIVITY_FILE else FILE_KINDS.get(number, f"type {number}")


def _nothing(kinds: list[int], faults: list[str]) -> Unreadable:
    """Why there is no activity."""
    told = [k for k in kinds if k >= 0 and k != ACTIVITY_FILE]
    if told and not faults:
        kind = _kind_name(told[0])
        return NotAnActivity(kind, f"This is a FIT file of the kind “{kind}”, not an activity.")
    if faults:
        return Unreadable(f"Nothing of an activity could be read. {faults[0]}")
    return NotAnActivity("empty", "The FIT file is whole but holds neither samples nor a session.")


@dataclass
class _Session:
    start: float
    end: float
    draft: Draft = field(repr=False)


class _Reading:
    """The activities of one link of a FIT file."""

    def __init__(self, link: Link, limits: Limits) -> None:
        self.link = link
        self.limits = limits
        self.kind = int(self._first(FILE_ID, 0, -1))
        self.records = link.tables(RECORD)
        self.warnings: list[str] = []
        self.add_s = float(EPOCH_S)

    @property
    def is_activity(self) -> bool:
        """Whether there is something that was run: records, or a session or laps alone."""
        if self.kind in PLANS:
            return False
        return bool(self.records or self.link.tables(SESSION) or self.link.tables(LAP))

    def _first(self, message: int, number: int, default: float = np.nan) -> float:
        for table in self.link.tables(message):
            value = table.number(0, number)
            if value is not None:
                return value
        return default

    def drafts(self) -> list[Draft]:
        """One draft a session; one without a session when there is none."""
        whole = self._records()
        up_time = self._is_up_time(whole.clock_s) and not self._knows_up_time()
        whole.clock_s = whole.clock_s + self.add_s
        sessions = self._sessions(whole)
        if not sessions:
            kind = fit_kind(self._optional(SPORT, 0), self._optional(SPORT, 1))
            whole.sport, whole.sub_sport = kind
            if not self.records:
                self._sum_laps(whole)
            else:
                whole.warnings.append(
                    "The file has no summary of its own; totals were worked out from its samples."
                )
            sessions = [_Session(-np.inf, np.inf, whole)]
        else:
            _share_out(whole, sessions)
        self._add_laps(sessions)
        self._add_stops(sessions)
        device, offset = self._device(), None if up_time else self._utc_offset()
        for session in sessions:
            d = session.draft
            d.device, d.utc_offset_s, d.dated = device, offset, not up_time
            d.warnings = [*self.warnings, *d.warnings]
        return [s.draft for s in sessions]

    def _optional(self, message: int, number: int) -> float | None:
        value = self._first(message, number)
        return None if np.isnan(value) else value

    # Records.

    def _records(self) -> Draft:
        tables = self.records
        counts = [len(t) for t in tables]
        total = sum(counts)
        if total > self.limits.records:
            raise Unreadable(f"The file has {total} samples; at most {self.limits.records} are read.")
        draft = Draft("fit")
        if not total:
            return draft
        columns = _Columns(tables, total, self._developers(), self.limits.cells)
        draft.clock_s = columns.in_order(timestamps(self.link, tables))
        draft.columns, draft.extra = columns.decode()
        if columns.left_out:
            self.warnings.append(f"{columns.left_out} extra columns were left out: the file has too many.")
        return draft

    def _developers(self) -> dict[tuple[int, int], Developer]:
        found = {}
        for table in self.link.tables(DESCRIPTION):
            for row in range(min(len(table), 500)):
                index, number = table.number(row, 0), table.number(row, 1)
                if index is None or number is None:
                    continue
                native = table.number(row, 15) if table.number(row, 14) in {None, float(RECORD)} else None
                found[int(index), int(number)] = Developer(
                    _developer_name(table, row, f"developer_{index:.0f}_{number:.0f}"),
                    int(table.number(row, 2) or BYTE) & 0x1F,
                    table.number(row, 6) or 1,
                    table.number(row, 7) or 0,
                    None if native is None else int(native),
                )
        return found

    # Clocks.

    def _is_up_time(self, clock: Column) -> bool:
        """Whether the device counted from its switching on."""
        clock = clock[np.isfinite(clock)]
        if not len(clock):
            clock = np.array([self._first(SESSION, 2), self._first(SESSION, 253), self._first(FILE_ID, 4)])
            clock = clock[np.isfinite(clock)]
        return len(clock) > 0 and float(np.median(clock)) < UP_TIME_S

    def _knows_up_time(self) -> bool:
        """Whether a message says which date a count since switching on is; `add_s` is set by it."""
        true, system = self._optional(CORRELATION, 253), self._optional(CORRELATION, 1)
        if true is None or system is None or not true >= UP_TIME_S > system:
            return False
        self.add_s += true - system
        return True

    def _clock(self, stored: float | None) -> float:
        return np.nan if stored is None else stored + self.add_s

    def _utc_offset(self) -> int | None:
        """Seconds that local time is ahead of UTC, by the activity message; None when it makes no sense."""
        for table in self.link.tables(ACTIVITY):
            utc, local = table.number(0, 253), table.number(0, 5)
            if utc is not None and local is not None and utc >= UP_TIME_S:
                quarters = round((local - utc) / 900)
                if -52 <= quarters <= 60 and abs(local - utc - quarters * 900) <= 120:
                    return quarters * 900
        return None

    # Sessions, laps, events.

    def _sessions(self, whole: Draft) -> list[_Session]:
        tables = self.link.tables(SESSION)
        total = sum(map(len, tables))
        found = [self._session(t, row) for t in tables for row in range(min(len(t), MOST_SESSIONS))]
        if total > len(found):
            self.warnings.append(f"The file tells of {total} sessions; the first {len(found)} are kept.")
        found = [s for s in found if np.isfinite(s.start)] or found[:1]
        found.sort(key=lambda s: s.start)
        # One that is told again counts once; of a whole triathlon and its legs, the legs.
        unique = list({(s.start, s.draft.sport): s for s in reversed(found)}.values())[::-1]
        if len(unique) > 1:
            unique = [s for s in unique if s.draft.sport != "multisport"] or unique
        if not self.records and len(unique) == 1 and not unique[0].draft.elapsed_s:
            return unique if unique[0].draft.distance_m else []
        return unique

    def _session(self, table: Table, row: int) -> _Session:
        def value(number: int, scale: float = 1) -> float | None:
            return table.number(row, number, scale)

        sport, sub_sport = fit_kind(value(5), value(6))
        draft = Draft(
            "fit", sport=sport, sub_sport=sub_sport,
            elapsed_s=value(7, 1000), timer_s=value(8, 1000), distance_m=value(9, 100),
            calories_kcal=value(11), climb_m=value(22), descent_m=value(23),
        )  # fmt: skip
        start, end = self._clock(value(2)), self._clock(value(253))
        if np.isnan(start) and draft.elapsed_s:
            start = end - draft.elapsed_s
        draft.start_clock_s = start
        if draft.elapsed_s and np.isfinite(start):
            end = start + draft.elapsed_s
        return _Session(start, end, draft)

    def _add_laps(self, sessions: list[_Session]) -> None:
        for table in self.link.tables(LAP):
            starts = _column(table, 2) + self.add_s
            elapsed, distance = _column(table, 7, 1000), _column(table, 9, 100)
            for row in np.flatnonzero(np.isfinite(starts))[:5000].tolist():
                lap = (starts[row], _known(elapsed[row]), _known(distance[row]))
                _at(sessions, starts[row]).draft.laps.append(lap)
        for session in sessions:
            session.draft.laps.sort(key=lambda lap: lap[0])

    def _sum_laps(self, whole: Draft) -> None:
        """Totals of a file that has laps and nothing else."""
        for table in self.link.tables(LAP):
            starts = _column(table, 2) + self.add_s
            elapsed, distance = _column(table, 7, 1000), _column(table, 9, 100)
            whole.start_clock_s = float(np.nanmin(np.append(starts, whole.start_clock_s or np.inf)))
            whole.elapsed_s = (whole.elapsed_s or 0) + float(np.nansum(elapsed))
            whole.distance_m = (whole.distance_m or 0) + float(np.nansum(distance))

    def _add_stops(self, sessions: list[_Session]) -> None:
        """Pauses: from a stop of the timer to its next start."""
        times, starts = self._timer_events()
        stopped = None
        for at, start in zip(times, starts, strict=True):
            if start and stopped is not None:
                _at(sessions, stopped).draft.stops.append((stopped, at))
                stopped = None
            elif not start and stopped is None:
                stopped = at

    def _timer_events(self) -> tuple[list[float], list[bool]]:
        tables = [t for t in self.link.tables(EVENT) if t.definition.field(0) and t.definition.field(1)]
        if not tables:
            return [], []
        times = np.concatenate(timestamps(self.link, tables)) + self.add_s
        event = np.concatenate([_column(t, 0) for t in tables])
        kind = np.concatenate([_column(t, 1) for t in tables])
        where = np.concatenate([t.offsets() for t in tables])
        keep = (event == 0) & np.isin(kind, (0, 1, 4, 8, 9)) & np.isfinite(times)
        order = np.lexsort((where[keep], times[keep]))[:10_000]
        return times[keep][order].tolist(), (kind[keep][order] == 0).tolist()

    def _device(self) -> str:
        maker = self._optional(FILE_ID, 1)
        words = [] if maker is None else [MAKERS.get(int(maker), "")]
        for table in self.link.tables(FILE_ID):
            if named := table.definition.field(8):
                words.append(table.text(named))
        return " ".join(filter(None, words))[:100]


class _Columns:
    """Columns of the records, whose several looks are laid over each other in the order of the file."""

    def __init__(
        self, tables: list[Table], total: int, developers: dict[tuple[int, int], Developer], cells: int
    ) -> None:
        self.tables = tables
        self.total = total
        self.developers = developers
        self.room = max(1, cells // total)
        self.left_out = 0
        self.places: list[NDArray[np.int64] | slice] = [slice(None)]
        if len(tables) > 1:
            order = np.argsort(np.concatenate([t.offsets() for t in tables]), kind="stable")
            rank = np.empty(total, np.int64)
            rank[order] = np.arange(total)
            ends = np.cumsum([len(t) for t in tables])
            self.places = [rank[e - len(t) : e] for t, e in zip(tables, ends, strict=True)]

    def in_order(self, parts: list[Column]) -> Column:
        """Values of each table, put where their records stand in the file."""
        result = np.full(self.total, np.nan)
        for place, part in zip(self.places, parts, strict=True):
            result[place] = part
        return result

    def decode(self) -> tuple[dict[str, Column], dict[str, Column]]:
        """The columns that have a place of their own, and the others."""
        ranked: dict[str, list[tuple[int, Column]]] = {}
        extra: dict[str, Column] = {}
        for (number, developer), parts in self._fields().items():
            meaning, is_own = self._meaning(number, developer)
            if meaning is None:
                continue
            if not is_own and len(extra) + 12 > self.room:
                self.left_out += 1
                continue
            column = self._filled(parts, self._decoder(meaning, developer, number))
            if is_own:
                ranked.setdefault(meaning.column, []).append((meaning.rank, column))
            elif np.isfinite(column).any():
                extra[meaning.column] = column
        columns = {name: _best(found) for name, found in ranked.items()}
        self._add_parts(columns)
        return columns, extra

    def _fields(self) -> dict[tuple[int, int], list[tuple[int, Field]]]:
        """For each field of records, the tables that have it."""
        found: dict[tuple[int, int], list[tuple[int, Field]]] = {}
        for i, table in enumerate(self.tables):
            for f in table.definition.fields:
                if f.size:
                    found.setdefault((f.number, f.developer), []).append((i, f))
        return found

    def _meaning(self, number: int, developer: int) -> tuple[Meaning | None, bool]:
        """What a field means, and whether it has a column of its own."""
        if developer >= 0:
            told = self.developers.get((developer, number))
            if told is None:
                return None, False
            if told.native in COLUMNS:
                return COLUMNS[told.native]._replace(scale=told.scale, offset=told.offset, rank=9), True
            return Meaning(told.name, told.scale, told.offset), False
        if number in COLUMNS:
            return COLUMNS[number], True
        if number in {253, COMPRESSED_SPEED_DISTANCE, FRACTIONAL_CADENCE}:
            return None, False
        return EXTRA.get(number, Meaning(f"field_{number}")), False

    def _decoder(self, meaning: Meaning, developer: int, number: int) -> Callable[[Table, Field], Column]:
        base = self.developers[developer, number].base if developer >= 0 else None

        def decode(table: Table, f: Field) -> Column:
            return table.values(f, meaning.scale, meaning.offset, base)

        return decode

    def _filled(self, parts: list[tuple[int, Field]], decode: Callable[[Table, Field], Column]) -> Column:
        if len(self.tables) == 1:
            return decode(self.tables[0], parts[0][1])
        result = np.full(self.total, np.nan)
        for i, f in parts:
            result[self.places[i]] = decode(self.tables[i], f)
        return result

    def _add_parts(self, columns: dict[str, Column]) -> None:
        """Fields that are made of several values or add to another."""
        fields = self._fields()
        if "cadence" in columns and (parts := fields.get((FRACTIONAL_CADENCE, -1))):
            fraction = self._filled(parts, lambda t, f: t.values(f, 128))
            columns["cadence"] = columns["cadence"] + np.nan_to_num(fraction)
        if parts := fields.get((COMPRESSED_SPEED_DISTANCE, -1)):
            speed = self._filled(parts, lambda t, f: _twelve_bits(t, f, high=False) / 100)
            sixteenths = self._filled(parts, lambda t, f: _twelve_bits(t, f, high=True))
            columns["speed_mps"] = (
                _best([(0, columns["speed_mps"]), (1, speed)]) if "speed_mps" in columns else speed
            )
            columns.setdefault("distance_m", _accumulated(sixteenths, 4096) / 16)


def _twelve_bits(table: Table, f: Field, *, high: bool) -> Column:
    """The lower or higher half of three bytes; NaN where all are 255."""
    if f.size < 3:
        return np.full(len(table), np.nan)
    a, b, c = (table.grid[:, f.offset + i].astype(np.int64) for i in range(3))
    value = (b >> 4) + (c << 4) if high else a + ((b & 0x0F) << 8)
    return np.where((a & b & c) == 0xFF, np.nan, value.astype(float))


def _accumulated(values: Column, modulus: int) -> Column:
    """A counter that begins again at 0 after `modulus` - 1, as a sum that goes on."""
    known = np.flatnonzero(np.isfinite(values))
    result = np.full(len(values), np.nan)
    if len(known):
        steps = np.diff(values[known], prepend=values[known[:1]]) % modulus
        result[known] = values[known[0]] + np.cumsum(steps)
    return result


def _best(found: list[tuple[int, Column]]) -> Column:
    """The first known value in order of rank."""
    found.sort(key=lambda pair: pair[0])
    result = found[0][1]
    for _, other in found[1:]:
        result = np.where(np.isfinite(result), result, other)
    return result


def _developer_name(table: Table, row: int, default: str) -> str:
    name, units = (
        table.text(f, row) if (f := table.definition.field(n)) and f.base == STRING else "" for n in (3, 8)
    )
    return f"{name} ({units})"[:80] if name and units else name[:80] or default


def _column(table: Table, number: int, scale: float = 1) -> Column:
    f = table.definition.field(number)
    return table.values(f, scale) if f else np.full(len(table), np.nan)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _at(sessions: list[_Session], clock: float) -> _Session:
    """The session that runs at this time: the last that began by then, else the first."""
    begun = [s for s in sessions if s.start <= clock + 0.5]
    return begun[-1] if begun else sessions[0]


def _share_out(whole: Draft, sessions: list[_Session]) -> None:
    """Give each sample to the session in whose time it was taken; none is lost."""
    starts = np.array([s.start for s in sessions])
    clock = whole.clock_s
    known = np.isfinite(clock)
    filled = np.where(known, clock, -np.inf) if known.all() else _carried(clock)
    owner = np.maximum(np.searchsorted(starts, filled, side="right") - 1, 0)
    order = np.argsort(owner, kind="stable")
    ends = np.searchsorted(owner[order], np.arange(len(sessions)), side="right")
    for session, mine in zip(sessions, np.split(order, ends[:-1]), strict=True):
        d = session.draft
        d.clock_s = clock[mine]
        d.columns = {name: value[mine] for name, value in whole.columns.items()}
        d.extra = {name: value[mine] for name, value in whole.extra.items()}
        d.warnings += whole.warnings


def _carried(clock: Column) -> Column:
    """Times with the last known one where there is none."""
    last = np.maximum.accumulate(np.where(np.isfinite(clock), np.arange(len(clock)), 0))
    return np.nan_to_num(clock[last], nan=-np.inf)
