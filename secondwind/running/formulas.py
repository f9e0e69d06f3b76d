"""Sums that runners share: units, pace, race distances, equivalent times, the cost of a grade."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from secondwind.running.activity import Column

KM_M: Final = 1000.0
MILE_M: Final = 1609.344
"""The international mile, exactly."""
FOOT_M: Final = 0.3048
POUND_KG: Final = 0.45359237

MARATHON_M: Final = 42_195.0
DISTANCES_M: Final = {
    "400 m": 400.0, "800 m": 800.0, "1 km": KM_M, "1500 m": 1500.0, "1 mile": MILE_M, "3 km": 3000.0,
    "5 km": 5000.0, "10 km": 10_000.0, "15 km": 15_000.0, "10 miles": 10 * MILE_M,
    "half marathon": MARATHON_M / 2, "30 km": 30_000.0, "marathon": MARATHON_M,
}  # fmt: skip
"""Distances for best efforts and races; marathon: World Athletics' 42.195 km."""

RIEGEL_EXPONENT: Final = 1.06
"""Riegel 1981 (American Scientist 69:285): time grows with distance to this power."""
STEEPEST: Final = 0.45
_CLOCK = re.compile(r"\s*(?:(?:(\d{1,3}):)?(\d{1,2}):)?(\d{1,5})(?:[.,](\d{1,3}))?\s*")


def pace_s_per_km(distance_m: float, time_s: float) -> float | None:
    """Seconds a kilometre; None without way or time."""
    return time_s / distance_m * KM_M if distance_m > 0 and time_s > 0 else None


def speed_mps(pace_s: float, per_m: float = KM_M) -> float | None:
    """Metres a second of a pace in seconds for `per_m`; None for no pace."""
    return per_m / pace_s if pace_s > 0 else None


def clock(seconds: float) -> str:
    """A time as 1:02:03 or 4:05, rounded to the second; minutes always have two digits behind hours."""
    whole = round(abs(seconds))
    sign = "-" if seconds < 0 and whole else ""
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{sign}{hours}:{minutes:02}:{rest:02}" if hours else f"{sign}{minutes}:{rest:02}"


def seconds_of(text: str) -> float | None:
    """The seconds of a time as people type it, "1:02:03", "42:30", "42:30,5" or "90"; None for anything
    else."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds, fraction = match.groups()
    if minutes is not None and int(seconds) > 59:
        return None
    if hours is not None and int(minutes) > 59:
        return None
    total = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds)
    return total + (float(f"0.{fraction}") if fraction else 0.0)


def equivalent_time_s(time_s: float, from_m: float, to_m: float, exponent: float = RIEGEL_EXPONENT) -> float:
    """The time over another distance that is worth as much (Riegel); meant for 3.5 minutes to 4 hours."""
    if time_s <= 0 or from_m <= 0 or to_m <= 0:
        raise ValueError("time and distances must be above 0")
    return float(time_s * (to_m / from_m) ** exponent)


def energy_cost(grade: Column) -> Column:
    """Joules a kilogram and metre of running at a grade (rise over run), held within ±0.45.

    Minetti et al. 2002 (J Appl Physiol 93:1039), measured on ten mountain runners.
    """
    i = np.clip(grade, -STEEPEST, STEEPEST)
    return 155.4 * i**5 - 30.4 * i**4 - 43.3 * i**3 + 46.3 * i**2 + 19.5 * i + 3.6
