"""What a run's row holds, measured from an activity. No Django: the process that reads an import does it."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from secondwind.runlog import routes, tracks
from secondwind.running import terrain
from secondwind.running.activity import Activity, Samples
from secondwind.running.formulas import DISTANCES_M, KM_M
from secondwind.running.ground import is_indoors

Figures = dict[str, Any]

WARNINGS = 20
LAPS = 500


@dataclass(frozen=True, eq=False)
class Measured:
    """An activity without its samples, which are packed in `track` (empty when there are none).

    `figures` are values of the columns of `Run`: metres, seconds, None where nobody knows. `route` is the key
    of the way.
    """

    activity: Activity
    figures: Figures
    track: bytes = b""
    route: str = ""


def measure(activity: Activity) -> Measured:
    """All that an import keeps of an activity."""
    samples = activity.samples
    figures = _totals(activity) | _terrain(activity) | _efforts(activity)
    return Measured(
        replace(activity, samples=Samples(np.empty(0))),
        {name: _finite(value) for name, value in figures.items()},
        tracks.packed(samples) if len(samples) else b"",
        "" if is_indoors(activity) else routes.key_of(samples),
    )


def _totals(activity: Activity) -> Figures:
    pulse = activity.samples.heart_rate_bpm
    known = pulse is not None and np.isfinite(pulse).any()
    return {
        "distance_m": activity.distance_m,
        "elapsed_s": activity.elapsed_s,
        "moving_s": terrain.moving_s(activity),
        "heart_rate_bpm": float(np.nanmean(pulse)) if pulse is not None and known else None,
        "laps": [[lap.start_s, lap.elapsed_s, lap.distance_m] for lap in activity.laps[:LAPS]],
        "warnings": list(activity.warnings[:WARNINGS]),
        "device": activity.device[:100],
    }


def _terrain(activity: Activity) -> Figures:
    """What the ground was like; without a track of it, climb and descent as the device told them."""
    found = terrain.survey(activity)
    told: Figures = {"climb_m": activity.device_climb_m, "descent_m": activity.device_descent_m}
    if found is None:
        return told
    if found.climb_m is not None:
        told = {"climb_m": found.climb_m, "descent_m": found.descent_m}
    return told | {
        "flat_equivalent_m": found.flat_equivalent_m,
        "steep_descent_m": found.steep_descent_m,
        "switchbacks": found.switchbacks,
        "turns": found.turns,
        "heading_change_deg": found.heading_change_deg,
        "grades": [[one.low, one.high, one.distance_m] for one in found.grades],
    }


def _efforts(activity: Activity) -> Figures:
    full = [one for one in terrain.splits(activity) if one.distance_m > KM_M - 0.5]
    best = terrain.best_efforts(activity, DISTANCES_M) if activity.is_run else ()
    return {
        "splits": [round(one.elapsed_s, 2) for one in full],
        "best_efforts": {metres_key(one.distance_m): round(one.elapsed_s, 2) for one in best},
    }


def metres_key(metres: float) -> str:
    """A distance as a key of `Run.best_efforts`: "400", "1609.344"."""
    return str(int(metres)) if metres == int(metres) else str(metres)


def _finite(value: Any) -> Any:
    """The value as JSON and databases take it: no NaN and nothing endless."""
    if isinstance(value, list):
        return [_finite(one) for one in value]
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value
