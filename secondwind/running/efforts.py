"""Splits and best efforts: times over distances, from the way and the clock of a recording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from secondwind.running.activity import Activity, Column, Samples
from secondwind.running.formulas import DISTANCES_M, KM_M

FASTEST_MPS = 10.2
"""No effort over 400 m and more is faster; what is comes from a leap of the way (the record is 9.3 m/s)."""
MOST_SPLITS = 2000


@dataclass(frozen=True)
class Split:
    """One stretch of the way: its length, the time from its start to its end with all pauses, mean pulse."""

    number: int
    distance_m: float
    elapsed_s: float
    heart_rate_bpm: float | None


@dataclass(frozen=True)
class Effort:
    """The fastest stretch of a length: how long it took, with all pauses, and when it began."""

    name: str
    distance_m: float
    elapsed_s: float
    start_s: float


def splits(activity: Activity, every_m: float = KM_M) -> tuple[Split, ...]:
    """The way in pieces of `every_m`, the last one shorter; empty without a way or times."""
    pairs = _way_and_time(activity.samples)
    if pairs is None:
        return ()
    way, time = pairs
    marks = np.arange(way[0], way[-1], max(every_m, (way[-1] - way[0]) / MOST_SPLITS))
    marks = np.append(marks, way[-1])
    at = np.interp(marks, way, time)
    pulse = activity.samples.heart_rate_bpm
    return tuple(
        Split(
            i + 1,
            float(marks[i + 1] - marks[i]),
            float(at[i + 1] - at[i]),
            None if pulse is None else _mean(pulse, activity.samples.time_s, at[i], at[i + 1]),
        )
        for i in range(len(marks) - 1)
        if marks[i + 1] - marks[i] > 0.5
    )


def best_efforts(activity: Activity, distances_m: Mapping[str, float] = DISTANCES_M) -> tuple[Effort, ...]:
    """The fastest time over each distance that the way is long enough for."""
    pairs = _way_and_time(activity.samples)
    if pairs is None:
        return ()
    way, time = pairs
    found = (_best(name, metres, way, time) for name, metres in distances_m.items())
    return tuple(effort for effort in found if effort is not None)


def _best(name: str, metres: float, way: Column, time: Column) -> Effort | None:
    if way[-1] - way[0] < metres:
        return None
    # The fastest stretch begins or ends at a sample.
    first = way <= way[-1] - metres
    forward = np.interp(way[first] + metres, way, time) - time[first]
    last = way >= way[0] + metres
    begin = np.interp(way[last] - metres, way, time)
    backward = time[last] - begin
    least = metres / FASTEST_MPS
    forward = np.where(forward < least, np.inf, forward)
    backward = np.where(backward < least, np.inf, backward)
    i, j = int(forward.argmin()), int(backward.argmin())
    if min(forward[i], backward[j]) == np.inf:
        return None
    if forward[i] <= backward[j]:
        return Effort(name, metres, float(forward[i]), float(time[first][i]))
    return Effort(name, metres, float(backward[j]), float(begin[j]))


def _way_and_time(samples: Samples) -> tuple[Column, Column] | None:
    """Way and time where both are known, the way strictly growing but for stops; None when there is none."""
    if samples.distance_m is None:
        return None
    known = np.isfinite(samples.distance_m) & np.isfinite(samples.time_s)
    way, time = samples.distance_m[known], samples.time_s[known]
    if len(way) < 2 or way[-1] - way[0] <= 0:
        return None
    return way, time


def _mean(values: Column, time: Column, begin: float, end: float) -> float | None:
    inside = values[(time >= begin) & (time < end)]
    inside = inside[np.isfinite(inside)]
    return float(inside.mean()) if len(inside) else None
