"""Climb, descent and grade from the altitudes of a track.

The altitude on the 5 m grid is smoothed (median of five, then Gaussian), and only swings above a threshold
count. Smoothing and threshold grow with the noise that the series itself shows: a barometer needs 1 m, a
receiver's altitude ten and more. Chosen on synthetic ground with known climb under white and correlated
noise; with a quiet series it is the method that came closest to devices' own totals on real runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from secondwind.running.activity import Column
from secondwind.running.formulas import energy_cost
from secondwind.running.ground import STEP_M, Ground, noise_of
from secondwind.running.smooth import gaussian, median_of_five

GRADE_BASE_STEPS = 4
STEEPEST = 0.45
GRADE_EDGES = (-0.25, -0.15, -0.10, -0.05, -0.02, 0.02, 0.05, 0.10, 0.15, 0.25)
QUIET_SIGMA_M, WHITE_SIGMA_M, MOST_SIGMA_M = 10.0, 20.0, 30.0
QUIET_WALK, NOISY_WHITE_M = 0.05, 1.0
"""Noise as `ground.noise_of` tells it: a barometer is below the first, a rough series above the second."""
LEAST_SWING_M, MOST_SWING_M = 1.0, 20.0


@dataclass(frozen=True)
class GradeBin:
    """How much of the way has a grade from `low` to `high` (rise over run; None: without end)."""

    low: float | None
    high: float | None
    distance_m: float
    time_s: float | None


@dataclass(frozen=True, eq=False)
class Relief:
    """Heights of a way: smoothed altitude at its nodes, its turning points, climb and descent between
    them."""

    altitude_m: Column
    turning_points: NDArray[np.int64]
    climb_m: float
    descent_m: float


def relief_of(ground: Ground) -> Relief | None:
    """The relief of a way; None when it has no altitude."""
    if ground.altitude_m is None or ground.ticks.altitude_m is None:
        return None
    walk, white = noise_of(ground.ticks.altitude_m)
    walk /= ground.ticks.step_s
    swing = float(np.clip(7.5 * walk**0.4 + white, LEAST_SWING_M, MOST_SWING_M))
    altitude = gaussian(median_of_five(ground.altitude_m), _sigma_m(walk, white) / STEP_M)
    points = turning_points(altitude, swing)
    rises = np.diff(altitude[points])
    return Relief(altitude, points, float(rises[rises > 0].sum()), float(abs(rises[rises < 0].sum())))


def _sigma_m(walk: float, white: float) -> float:
    """Over how many metres to smooth, by the noise a second."""
    sigma = QUIET_SIGMA_M + (15 * walk**0.5 if walk > QUIET_WALK else 0)
    return min(max(sigma, WHITE_SIGMA_M if white > NOISY_WHITE_M else 0), MOST_SIGMA_M)


def turning_points(altitude: Column, swing_m: float) -> NDArray[np.int64]:
    """Indices of the highs and lows between which the line swings by at least `swing_m`, with both ends."""
    candidates = _extremes(altitude)
    heights = altitude[candidates].tolist()
    found = [0]
    direction = 0
    low = high = best = 0
    for i, height in enumerate(heights):
        if direction == 0:
            low = i if height < heights[low] else low
            high = i if height > heights[high] else high
            if heights[high] - heights[low] >= swing_m:
                direction = 1 if high > low else -1
                found += [low if high > low else high] if min(low, high) else []
                best = i
        elif (height - heights[best]) * direction > 0:
            best = i
        elif (heights[best] - height) * direction >= swing_m:
            found.append(best)
            direction, best = -direction, i
    if direction and best > found[-1]:
        found.append(best)
    chosen: NDArray[np.int64] = candidates[np.unique([*found, len(heights) - 1])]
    return chosen


def _extremes(values: Column) -> NDArray[np.int64]:
    """Indices of local highs and lows, with both ends."""
    steps = np.sign(np.diff(values))
    moving = np.flatnonzero(steps)
    changes = moving[1:][steps[moving[1:]] != steps[moving[:-1]]]
    return np.unique(np.concatenate(([0], changes, [len(values) - 1])))


def grades(altitude: Column) -> Column:
    """The grade of each 5 m step, taken over 20 m; within ±45 %."""
    half = GRADE_BASE_STEPS // 2
    nodes = np.arange(len(altitude) - 1)
    before, after = np.maximum(nodes + 1 - half, 0), np.minimum(nodes + half, len(altitude) - 1)
    rise = altitude[after] - altitude[before]
    grade: Column = np.clip(rise / (np.maximum(after - before, 1) * STEP_M), -STEEPEST, STEEPEST)
    return grade


def grade_bins(grade: Column, time_s: Column, distance_m: float) -> tuple[GradeBin, ...]:
    """The way and the moving time by grade; the bins' ways add up to `distance_m`."""
    which = np.digitize(grade, GRADE_EDGES)
    count = len(GRADE_EDGES) + 1
    metres = np.bincount(which, minlength=count) * (distance_m / max(len(grade), 1))
    took = np.diff(time_s)
    usual = np.minimum(took, 10 * np.median(took)) if np.isfinite(took).all() and len(took) else None
    seconds = None if usual is None else np.bincount(which, weights=usual, minlength=count)
    edges = (None, *GRADE_EDGES, None)
    return tuple(
        GradeBin(edges[i], edges[i + 1], float(metres[i]), None if seconds is None else float(seconds[i]))
        for i in range(count)
    )


def flat_equivalent_m(grade: Column, distance_m: float) -> float:
    """The way on the flat that would cost as much (Minetti 2002)."""
    return distance_m * float(np.mean(energy_cost(grade))) / float(energy_cost(np.zeros(1))[0])
