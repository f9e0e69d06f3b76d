"""From what a file says to an `Activity`: clocks are mended, impossible values dropped, totals worked out.

All readers end here, so that a doubt is settled in one way for all formats. Nothing that a file tells is
changed without a warning, save single impossible values (a pulse of 0, a latitude of 200), which become
unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from secondwind.running.activity import ON_FOOT, Activity, Column, Lap, Pause, Samples
from secondwind.running.clocks import offset_there_s
from secondwind.running.geo import steps_m, way_m

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC).timestamp()
LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
DAY_S = 86_400.0
LONGEST_S = 40 * DAY_S
"""No activity is longer; what says so has a wrong clock."""
FASTEST_MPS = 120.0
LEAP_M, UNTIMED_LEAP_M = 500.0, 50_000.0
"""From one fix to the next nothing goes further than this, beside its speed; or where there are no times."""
FULL_STEPS_SPM = 120.0
"""A cadence above this, in one sport on foot, counts both feet already."""

POSSIBLE = {
    "lat_deg": (-90.0, 90.0),
    "lon_deg": (-180.0, 180.0),
    "altitude_m": (-500.0, 9_500.0),
    "distance_m": (0.0, 5e6),
    "heart_rate_bpm": (20.0, 250.0),
    "cadence": (0.0, 300.0),
    "speed_mps": (0.0, FASTEST_MPS),
    "power_w": (0.0, 5_000.0),
    "temperature_c": (-60.0, 80.0),
}


@dataclass
class Draft:
    """An activity as its file tells it: `clock_s` and all other clocks in Unix seconds, or in any seconds
    when `dated` is false. Columns are raw: NaN unknown; "cadence" as told, "segment" numbers the track
    segments."""

    format: str
    clock_s: Column = field(default_factory=lambda: np.empty(0))
    columns: dict[str, Column] = field(default_factory=dict)
    extra: dict[str, Column] = field(default_factory=dict)
    segment: NDArray[np.int64] | None = None
    dated: bool = True
    utc_offset_s: int | None = None
    start_clock_s: float | None = None
    sport: str = ""
    sub_sport: str = ""
    name: str = ""
    notes: str = ""
    device: str = ""
    distance_m: float | None = None
    elapsed_s: float | None = None
    timer_s: float | None = None
    climb_m: float | None = None
    descent_m: float | None = None
    calories_kcal: float | None = None
    laps: list[tuple[float, float | None, float | None]] = field(default_factory=list)
    stops: list[tuple[float, float]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.clock_s)

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> None:
        """Keep these points alone, in this order."""
        self.clock_s = self.clock_s[index]
        self.columns = {name: value[index] for name, value in self.columns.items()}
        self.extra = {name: value[index] for name, value in self.extra.items()}
        if self.segment is not None:
            self.segment = self.segment[index]


def build(draft: Draft) -> Activity:
    """The activity of a draft; the draft is used up."""
    _drop_impossible(draft)
    _mend_clock(draft)
    start = _start(draft)
    time_s = draft.clock_s - start
    span = float(np.nanmax(time_s)) if np.isfinite(time_s).any() else 0.0
    elapsed = _elapsed(draft, span)
    samples = _samples(draft, time_s)
    activity = Activity(
        samples=samples,
        start=_date(draft, start),
        utc_offset_s=draft.utc_offset_s,
        sport=draft.sport,
        sub_sport=draft.sub_sport,
        name=draft.name,
        notes=draft.notes,
        distance_m=_distance(draft, samples, elapsed),
        elapsed_s=elapsed,
        timer_s=_positive(draft.timer_s, LONGEST_S),
        device_climb_m=_positive(draft.climb_m, 50_000, zero=True),
        device_descent_m=_positive(draft.descent_m, 50_000, zero=True),
        calories_kcal=_positive(draft.calories_kcal, 100_000),
        laps=_laps(draft, start),
        pauses=_pauses(draft.stops, start, elapsed),
        device=draft.device,
        format=draft.format,
        warnings=tuple(dict.fromkeys(draft.warnings)),
    )
    return activity if draft.utc_offset_s is not None else _on_the_clock_there(activity)


def _on_the_clock_there(activity: Activity) -> Activity:
    return replace(activity, utc_offset_s=offset_there_s(activity))


def _drop_impossible(draft: Draft) -> None:
    for name, value in draft.columns.items():
        low, high = POSSIBLE.get(name, (-1e12, 1e12))
        with np.errstate(invalid="ignore"):
            draft.columns[name] = np.where((value >= low) & (value <= high), value, np.nan)
    lat, lon = draft.columns.get("lat_deg"), draft.columns.get("lon_deg")
    if lat is None or lon is None:
        draft.columns.pop("lat_deg", None)
        draft.columns.pop("lon_deg", None)
        return
    none = ~np.isfinite(lat) | ~np.isfinite(lon) | ((lat == 0) & (lon == 0))  # 0, 0 is a receiver without fix
    lat[none] = lon[none] = np.nan


# Clocks.


def _mend_clock(draft: Draft) -> None:
    if not len(draft):
        return
    draft.clock_s = np.where(np.isfinite(draft.clock_s), draft.clock_s, np.nan)
    if not np.isfinite(draft.clock_s).any():
        draft.dated = False
        return
    _bring_strays_back(draft)
    _put_in_order(draft)


def _bring_strays_back(draft: Draft) -> None:
    """Times that are weeks away from the rest belong to a clock that was not set yet, or jumped."""
    clock = draft.clock_s
    known = np.isfinite(clock)
    anchor = float(np.sort(clock[known])[known.sum() // 2])  # one of them, unlike a median
    stray = known & (np.abs(np.where(known, clock, anchor) - anchor) > LONGEST_S / 2)
    if not stray.any():
        return
    good = np.flatnonzero(known & ~stray)
    bad = np.flatnonzero(stray)
    ahead, behind = bad[bad < good[0]], bad[bad > good[-1]]
    between = bad[(bad > good[0]) & (bad < good[-1])]
    clock[between] = np.interp(between, good, clock[good])
    clock[ahead] = clock[good[0]] - 1 + _own_pace(clock[ahead], end=True)
    clock[behind] = clock[good[-1]] + 1 + _own_pace(clock[behind], end=False)
    draft.warnings.append(
        f"{len(bad)} points carry a time far from all others (the clock was not set yet, or jumped);"
        " their times were worked out from their neighbours."
    )


def _own_pace(clock: Column, *, end: bool) -> Column:
    """Seconds relative to the last or first of these; one a second where they make no sense themselves."""
    steps = np.diff(clock)
    if len(clock) == 0:
        return clock
    if ((steps < 0) | (steps > 3600)).any():
        clock = np.arange(len(clock), dtype=float)
    paced: Column = clock - clock[-1 if end else 0]
    return paced


def _put_in_order(draft: Draft) -> None:
    """Sort by time. Where a clock was set back, so that two stretches would mix, the later one is moved
    on."""
    clock = draft.clock_s
    filled = np.maximum.accumulate(np.where(np.isfinite(clock), clock, -np.inf))
    backward = np.flatnonzero(np.isfinite(clock[1:]) & (clock[1:] < filled[:-1]))
    if not len(backward):
        return
    if len(np.unique(clock)) < len(clock):
        _drop_repeats(draft)
    order = _time_order(draft.clock_s)
    if _mixes(draft.clock_s, order):
        _move_on(draft)
    else:
        draft.take(order)


def _time_order(clock: Column) -> NDArray[np.int64]:
    """A stable order by time; a point without time stays behind the one before it."""
    known = np.isfinite(clock)
    last = np.maximum.accumulate(np.where(known, np.arange(len(clock)), -1))
    key = np.where(last >= 0, clock[np.maximum(last, 0)], -np.inf)
    return np.argsort(key, kind="stable")


def _drop_repeats(draft: Draft) -> None:
    """Drop points that repeat an earlier one in time and place: some exports hold a segment twice."""
    keys = [draft.clock_s, *(draft.columns[n] for n in ("lat_deg", "lon_deg") if n in draft.columns)]
    if len(keys) == 1:
        keys += list(draft.columns.values())
    table = np.column_stack(keys)
    _, first = np.unique(table, axis=0, return_index=True)
    if len(first) < len(table):
        draft.warnings.append(f"{len(table) - len(first)} points repeat earlier ones and were left out.")
        draft.take(np.sort(first))


def _mixes(clock: Column, order: NDArray[np.int64]) -> bool:
    """Whether sorting would weave stretches into one another by more than a few points."""
    jumps = int((np.diff(order) != 1).sum())
    stretches = int((np.diff(clock[np.isfinite(clock)]) < 0).sum()) + 1
    largest = float(-np.nanmin(np.append(np.diff(clock), 0.0)))
    return jumps > 2 * stretches and largest > 5


def _move_on(draft: Draft) -> None:
    clock = draft.clock_s
    known = np.flatnonzero(np.isfinite(clock))
    steps = np.diff(clock[known])
    back = steps < 0
    shift = np.concatenate(([0.0], np.cumsum(np.where(back, 1 - steps, 0))))
    clock[known] += shift
    draft.warnings.append(
        f"The clock was set back on the way (in all by {-steps[back].sum():.0f} s);"
        " the times after that count on from those before."
    )


def _start(draft: Draft) -> float:
    """The clock at the start: as told when that agrees with the points, else the first point's."""
    told = draft.start_clock_s
    known = draft.clock_s[np.isfinite(draft.clock_s)]
    if not len(known):
        return 0.0 if told is None or not np.isfinite(told) else told
    first = float(known.min())
    if told is None or not np.isfinite(told) or abs(told - first) > DAY_S:
        return first
    return told


def _date(draft: Draft, start: float) -> datetime | None:
    if draft.dated and EARLIEST < start < LATEST:
        return datetime.fromtimestamp(round(start, 3), UTC)
    draft.warnings.append("The file does not tell on which day this was: please add the date.")
    return None


# Totals.


def _positive(value: float | None, most: float, *, zero: bool = False) -> float | None:
    if value is None or not np.isfinite(value) or value > most or value < 0 or (value == 0 and not zero):
        return None
    return float(value)


def _elapsed(draft: Draft, span: float) -> float | None:
    told = _positive(draft.elapsed_s, LONGEST_S)
    if told is None:
        told = _positive(draft.timer_s, LONGEST_S)
        told = max(told, span) if told is not None else None
    return told if told is not None else _positive(span, LONGEST_S)


def _distance(draft: Draft, samples: Samples, elapsed: float | None) -> float | None:
    """The device's total; the last of the way so far when there is none, or when it cannot be."""
    told = _positive(draft.distance_m, 1e7, zero=True)
    way = samples.distance_m
    known = way[np.isfinite(way)] if way is not None else np.empty(0)
    measured = float(known.max()) if len(known) else None
    if told is not None and elapsed is not None and told > FASTEST_MPS * elapsed + 1000:
        draft.warnings.append(f"A distance of {told / 1000:.0f} km in {elapsed:.0f} s was not believed.")
        told = None
    if told is None or (told == 0 and measured is not None and measured > 100):
        return measured
    return told


def _laps(draft: Draft, start: float) -> tuple[Lap, ...]:
    return tuple(
        Lap(float(at - start), _positive(elapsed, LONGEST_S), _positive(distance, 1e7, zero=True))
        for at, elapsed, distance in draft.laps
        if np.isfinite(at) and abs(at - start) <= LONGEST_S
    )


def _pauses(stops: Sequence[tuple[float, float]], start: float, elapsed: float | None) -> tuple[Pause, ...]:
    longest = elapsed if elapsed is not None else LONGEST_S
    inside = [(float(a - start), float(b - start)) for a, b in stops if a < b]
    return tuple(Pause(a, b) for a, b in inside if a >= -1 and b <= longest + 1)


# Columns.


def _samples(draft: Draft, time_s: Column) -> Samples:
    columns = {name: value for name, value in draft.columns.items() if np.isfinite(value).any()}
    extra = {name: value for name, value in draft.extra.items() if np.isfinite(value).any()}
    if (cadence := columns.pop("cadence", None)) is not None:
        if draft.sport in ON_FOOT or not draft.sport:
            columns["cadence_spm"] = _steps(cadence)
        else:
            extra["cadence_rpm"] = cadence
    breaks = np.empty(0, np.int64)
    if draft.segment is not None:
        breaks = np.flatnonzero(np.diff(draft.segment)) + 1
    if (way := _way(columns, draft.distance_m, breaks, time_s)) is not None:
        columns["distance_m"] = way
    return Samples(time_s=time_s, breaks=breaks, extra=extra, **columns)


def _steps(cadence: Column) -> Column:
    """Steps a minute: most devices count one foot, some both; the faster quarter of the values tells
    which."""
    moving = cadence[cadence > 0]
    both = len(moving) > 0 and float(np.percentile(moving, 75)) > FULL_STEPS_SPM
    return cadence if both else cadence * 2


def _way(
    columns: dict[str, Column], told: float | None, breaks: NDArray[np.int64], time_s: Column
) -> Column | None:
    """The way so far: the device's where it tells it for most points, else from the positions."""
    own = columns.pop("distance_m", None)
    if own is not None:
        own = _rising(own, told, time_s)
        if np.isfinite(own).sum() >= len(own) / 2 and np.nanmax(own) > 0:
            return own
    if "lat_deg" not in columns:
        return own
    lat, lon = columns["lat_deg"], columns["lon_deg"]
    _drop_leaps(lat, lon, time_s)
    return way_m(lat, lon, np.union1d(breaks, _leaps(lat, lon, time_s)))


def _leaps(lat: Column, lon: Column, time_s: Column) -> NDArray[np.int64]:
    """Points that are further from the last known one than anything goes."""
    known = np.flatnonzero(np.isfinite(lat))
    took = np.diff(time_s[known])
    most = np.where(np.isfinite(took), FASTEST_MPS * np.maximum(took, 1) + LEAP_M, UNTIMED_LEAP_M)
    return known[1:][np.hypot(*steps_m(lat[known], lon[known])) > most]


def _drop_leaps(lat: Column, lon: Column, time_s: Column) -> None:
    """Make unknown the single positions that are reached and left by a leap."""
    leaps = _leaps(lat, lon, time_s)
    known = np.flatnonzero(np.isfinite(lat))
    place = np.searchsorted(known, leaps)
    single = leaps[:-1][np.diff(place) == 1]
    lat[single] = lon[single] = np.nan


def _rising(way: Column, told: float | None, time_s: Column) -> Column:
    """A way that only grows: counters that begin anew with a lap are added up, leaps faster than anything are
    unknown, and a leg of a longer recording counts from its own start."""
    known = np.flatnonzero(np.isfinite(way))
    values, times = way[known], time_s[known]
    steps = np.diff(values, prepend=values[:1])
    anew = (steps < -10) & (values < 0.5 * (values - steps))
    steps[anew] = values[anew]
    took = np.diff(times, prepend=times[:1])
    leap = steps > FASTEST_MPS * np.where(np.isfinite(took), np.maximum(took, 1), 1) + 2000
    leap[:1] = False
    steps[leap] = 0
    total = np.maximum(np.cumsum(np.maximum(steps, 0)), 0)
    first = values[0] if len(values) else 0.0
    whole = first + (total[-1] if len(total) else 0.0)
    if told is None or abs(whole - told) <= abs(whole - first - told):
        total = total + first
    result = np.full(len(way), np.nan)
    result[known] = total
    return result
