"""The terrain of a run, measured afresh from its track: climb, grades, switchbacks, moving time.

Nothing is claimed without a track: an indoor run has no terrain, a track without altitude no climb.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from secondwind.running.activity import Activity, Column, Samples
from secondwind.running.climbing import GradeBin, flat_equivalent_m, grade_bins, grades, relief_of
from secondwind.running.efforts import best_efforts, splits
from secondwind.running.geo import steps_m
from secondwind.running.ground import STANDING_MPS, STANDING_WINDOW_S, ground_of
from secondwind.running.turning import heading_change_deg, switchbacks, turns

__all__ = ["GradeBin", "Stop", "Terrain", "best_efforts", "moving_s", "splits", "stops", "survey"]

STEEP_DESCENT = -0.10
LONGEST_STEP_S = 30.0
HALF_WINDOW_S = 15.0
SAME_STOP_S = 5.0
SAME_PLACE_M = 6.0
LEAST_SEEN_S = 8.0


@dataclass(frozen=True)
class Terrain:
    """What the track says of the ground. Ways in metres of the activity's distance, rates a kilometre of it;
    None where altitudes are missing. `flat_equivalent_m` is the way on the flat of equal cost (Minetti
    2002)."""

    distance_m: float
    switchbacks: int
    turns: int
    heading_change_deg: float
    climb_m: float | None
    descent_m: float | None
    grades: tuple[GradeBin, ...]
    flat_equivalent_m: float | None
    steep_descent_m: float | None

    def _rate(self, count: float) -> float:
        return count / self.distance_m * 1000 if self.distance_m > 0 else 0.0

    @property
    def switchbacks_per_km(self) -> float:
        """Switchbacks a kilometre."""
        return self._rate(self.switchbacks)

    @property
    def turns_per_km(self) -> float:
        """Turns of 45° and more a kilometre."""
        return self._rate(self.turns)

    @property
    def heading_change_deg_per_km(self) -> float:
        """Degrees of all changes of direction a kilometre."""
        return self._rate(self.heading_change_deg)


@dataclass(frozen=True)
class Stop:
    """From when to when no way was made, counted from the start of the activity."""

    start_s: float
    end_s: float


def survey(activity: Activity) -> Terrain | None:
    """The terrain of an activity; None without a track of the real ground."""
    ground = ground_of(activity)
    if ground is None:
        return None
    distance = activity.distance_m or ground.length_m
    relief = relief_of(ground)
    if relief is None:
        heights: tuple[float | None, ...] = (None, None)
        bins: tuple[GradeBin, ...] = ()
        flat = steep = None
    else:
        grade = grades(relief.altitude_m)
        heights = (relief.climb_m, relief.descent_m)
        bins = grade_bins(grade, ground.time_s, distance)
        flat = flat_equivalent_m(grade, distance)
        steep = distance * float(np.mean(grade < STEEP_DESCENT))
    return Terrain(
        distance_m=distance,
        switchbacks=switchbacks(ground),
        turns=turns(ground),
        heading_change_deg=heading_change_deg(ground),
        climb_m=heights[0],
        descent_m=heights[1],
        grades=bins,
        flat_equivalent_m=flat,
        steep_descent_m=steep,
    )


def stops(activity: Activity, least_s: float = STANDING_WINDOW_S) -> tuple[Stop, ...]:
    """Stops of at least `least_s`: the clock was stopped, nothing was recorded, or no way was made."""
    found = [Stop(p.start_s, p.end_s) for p in activity.pauses]
    found += [Stop(a, b) for a, b in _standing(activity) or []]
    return tuple(s for s in _joined(found) if s.end_s - s.start_s >= least_s)


def moving_s(activity: Activity) -> float | None:
    """The time in which way was made; the time without pauses where no way is recorded; None without
    times."""
    elapsed = activity.elapsed_s
    if elapsed is None:
        return None
    most = min(activity.timer_s or elapsed, elapsed)
    if _standing(activity) is None:
        paused = sum(p.end_s - p.start_s for p in activity.pauses)
        return most if activity.timer_s else max(elapsed - paused, 0.0)
    still = sum(s.end_s - s.start_s for s in stops(activity))
    return max(min(most, elapsed - still), 0.0)


def _standing(activity: Activity) -> list[tuple[float, float]] | None:
    """Stretches in which hardly any way was made over half a minute; None without a way or times."""
    samples = activity.samples
    if samples.distance_m is None or not samples.has_times:
        return None
    known = np.isfinite(samples.distance_m) & np.isfinite(samples.time_s)
    way, time = samples.distance_m[known], samples.time_s[known]
    if len(way) < max(3, len(samples) / 2) or way[-1] <= way[0]:
        return None
    x, y = _place(samples, time)
    before, after = np.maximum(time - HALF_WINDOW_S, time[0]), np.minimum(time + HALF_WINDOW_S, time[-1])

    def change(values: Column) -> Column:
        change: Column = np.interp(after, time, values) - np.interp(before, time, values)
        return change

    # A receiver that stands still draws a tangle, which is way but leads nowhere.
    made = np.minimum(change(way), np.hypot(change(x), change(y))) if len(x) else change(way)
    speed = made / np.maximum(after - before, 1e-9)
    # A gap between two samples stands or moves as a whole.
    took = np.diff(time)
    gap = (took > LONGEST_STEP_S) & (np.diff(way) < 2 * STANDING_MPS * took)
    still = gap | ((speed[:-1] < STANDING_MPS) & (speed[1:] < STANDING_MPS))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], still.astype(np.int8), [0]))))
    found = []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        seen = time[last] - time[first]
        if seen < LEAST_SEEN_S:
            continue  # a hairpin looks like this
        if not gap[first] and not gap[last - 1]:
            first, last = _widened(first, last, time, way, x, y)
        found.append((float(time[first]), float(time[last])))
    return found


def _widened(first: int, last: int, time: Column, way: Column, x: Column, y: Column) -> tuple[int, int]:
    """A stop with its two ends, which a window of half a minute does not see."""
    begin, end = np.searchsorted(time, (time[first] - HALF_WINDOW_S, time[last] + HALF_WINDOW_S))

    def apart(at: int, part: slice) -> Column:
        apart: Column = np.hypot(x[part] - x[at], y[part] - y[at]) if len(x) else np.abs(way[part] - way[at])
        return apart

    ahead = np.flatnonzero(apart(first, slice(begin, first)) > SAME_PLACE_M)
    behind = np.flatnonzero(apart(last, slice(last + 1, end)) > SAME_PLACE_M)
    widened_first = begin + ahead[-1] + 1 if len(ahead) else begin
    widened_last = last + behind[0] if len(behind) else end - 1
    return int(widened_first), int(max(widened_last, last))


def _place(samples: Samples, time: Column) -> tuple[Column, Column]:
    """Places in metres at these times; empty without a track."""
    nowhere = np.empty(0), np.empty(0)
    if samples.lat_deg is None or samples.lon_deg is None:
        return nowhere
    known = np.isfinite(samples.lat_deg) & np.isfinite(samples.time_s)
    if known.sum() < len(samples) / 2:
        return nowhere
    when = samples.time_s[known]
    east, north = steps_m(samples.lat_deg[known], samples.lon_deg[known])
    x, y = (np.interp(time, when, np.concatenate(([0.0], np.cumsum(v)))) for v in (east, north))
    return x, y


def _joined(found: list[Stop]) -> tuple[Stop, ...]:
    """Stops in order; those with a few seconds between them are one."""
    result: list[Stop] = []
    for stop in sorted(found, key=lambda s: (s.start_s, s.end_s)):
        if result and stop.start_s <= result[-1].end_s + SAME_STOP_S:
            result[-1] = Stop(result[-1].start_s, max(result[-1].end_s, stop.end_s))
        else:
            result.append(stop)
    return tuple(result)
