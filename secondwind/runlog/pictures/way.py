"""A run on an even grid of its way, for the drawings over distance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from secondwind.runlog.pictures.svg import Column

MOST_NODES: Final = 160
LEAST_STEP_M: Final = 20.0
"""Finer than this the scatter of a receiver is drawn, not the run."""


@dataclass(frozen=True, eq=False)
class Stretches:
    """A run in equal stretches of its way: the ends of the stretches in metres and the clock without stops
    there, and what was measured within each stretch (NaN where nothing was). `stops_m` is where the clock
    stood still."""

    ends_m: Column
    moving_s: Column
    heart_rate_bpm: Column
    altitude_m: Column
    stops_m: tuple[float, ...]

    @property
    def length_m(self) -> float:
        return float(self.ends_m[-1])

    @property
    def step_m(self) -> float:
        return float(self.ends_m[1])

    @property
    def middles_m(self) -> Column:
        return (self.ends_m[1:] + self.ends_m[:-1]) / 2


def stretches(
    distance_m: Column,
    time_s: Column,
    *,
    heart_rate_bpm: Column | None = None,
    altitude_m: Column | None = None,
    stops: Sequence[tuple[float, float]] = (),
) -> Stretches | None:
    """The samples of a run (columns of one length, NaN for unknown) by distance; None when it has no way.

    `stops` are from when to when no way was made, in seconds, apart and in order of time.
    """
    known = np.isfinite(distance_m)
    way = np.maximum.accumulate(distance_m[known]) if known.any() else distance_m[known]
    if len(way) < 3 or way[-1] - way[0] < 2 * LEAST_STEP_M:
        return None
    way = way - way[0]
    count = int(min(MOST_NODES, max(2, way[-1] // LEAST_STEP_M)))
    ends = np.linspace(0, way[-1], count + 1)
    moving = _moving(time_s[known], stops)
    return Stretches(
        ends,
        _at(ends, way, moving),
        _means(ends, way, heart_rate_bpm, known),
        _means(ends, way, altitude_m, known),
        tuple(float(np.interp(begin, *_timed(time_s[known], way))) for begin, _ in stops)
        if len(stops)
        else (),
    )


def _timed(time: Column, way: Column) -> tuple[Column, Column]:
    known = np.isfinite(time)
    return (time[known], way[known]) if known.any() else (np.zeros(1), np.zeros(1))


def _moving(time: Column, stops: Sequence[tuple[float, float]]) -> Column:
    """The clock that rests during stops."""
    moving = time.copy()
    for begin, end in stops:
        moving -= np.clip(time - begin, 0, end - begin)
    return moving


def _at(ends: Column, way: Column, values: Column) -> Column:
    known = np.isfinite(values)
    if known.sum() < 2:
        return np.full(len(ends), np.nan)
    return np.interp(ends, way[known], values[known])


def _means(ends: Column, way: Column, values: Column | None, known: Column) -> Column:
    """The mean of each stretch; one between two samples has the value between theirs, if they are near."""
    count = len(ends) - 1
    if values is None:
        return np.full(count, np.nan)
    values = values[known]
    told = np.isfinite(values)
    if not told.any():
        return np.full(count, np.nan)
    place = np.clip(np.searchsorted(ends, way[told], "right") - 1, 0, count - 1)
    sums = np.bincount(place, values[told], count)
    counts = np.bincount(place, minlength=count)
    middles = (ends[1:] + ends[:-1]) / 2
    near = np.abs(way[told][_nearest(way[told], middles)] - middles) < max(100.0, 2 * ends[1])
    between = np.where(near, np.interp(middles, way[told], values[told]), np.nan)
    return np.where(counts > 0, sums / np.maximum(counts, 1), between)


def _nearest(sorted_values: Column, at: Column) -> Column:
    after = (
        np.clip(np.searchsorted(sorted_values, at), 1, len(sorted_values) - 1)
        if len(sorted_values) > 1
        else None
    )
    if after is None:
        return np.zeros(len(at), int)
    before = after - 1
    return np.where(at - sorted_values[before] < sorted_values[after] - at, before, after)
