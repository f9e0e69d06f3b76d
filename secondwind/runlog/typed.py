"""Distances and times as runners type them: "10", "5k", "45", "45:10", "1:02:03", "1h05", "5k in 25"."""

from __future__ import annotations

import re
from typing import Final

from secondwind.accounts.models import Units
from secondwind.running.formulas import KM_M, MARATHON_M, MILE_M, clock

FARTHEST_M: Final = 2_000_000.0
LONGEST_S: Final = 30 * 86_400.0
FASTEST_MPS: Final = 12.5
"""Nobody runs faster: the 100 m record peaks at 12.3 m/s."""

_NUMBER = r"(\d{1,7}(?:[.,]\d{1,6})?)"
_DISTANCE = re.compile(rf"{_NUMBER}\s*([a-z]*)")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{2})")
_PART = re.compile(rf"{_NUMBER}\s*([a-z]+|['′]{{2}}|['′\"″]|)\s*")
_SECONDS: Final = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "'", "′"), 60.0),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", '"', "″", "''", "′′"), 1.0),
}
_BOTH = re.compile(r"(.+?)\s+in\s+(.+)")
_METRES: Final = {
    **dict.fromkeys(("k", "km", "kms", "kilometre", "kilometres", "kilometer", "kilometers"), KM_M),
    **dict.fromkeys(("mi", "mile", "miles"), MILE_M),
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), 1.0),
}
_NAMED: Final = {"marathon": MARATHON_M, "half marathon": MARATHON_M / 2, "half": MARATHON_M / 2}
FEWEST_METRES: Final = 100

NO_DISTANCE = "Write the distance as a number, such as 8.4, or with its unit: 5k, 3 mi, 800 m."
NO_TIME = "Write the time as 45 (minutes), 45:10, 1:02:03 or 1h05."


class Unclear(ValueError):
    """What was typed cannot be read; the message is a sentence for who typed it."""


def both(text: str) -> tuple[str, str] | None:
    """The distance and the time of "5k in 25"; None for anything else."""
    match = _BOTH.fullmatch(_plain(text))
    return (match[1], match[2]) if match else None


def distance_m(text: str, unit: str = Units.KM) -> float:
    """Metres of a distance; a bare number is of `unit`. Raises Unclear."""
    plain = _plain(text)
    if plain in _NAMED:
        return _NAMED[plain]
    match = _DISTANCE.fullmatch(plain)
    if match is None or (match[2] and match[2] not in _METRES):
        raise Unclear(NO_DISTANCE)
    value = _number(match[1])
    if match[2] == "m" and value < FEWEST_METRES:
        raise Unclear(f"{match[1]} m would be metres. Write {match[1]} mi for miles or {match[1]} km.")
    metres = value * _METRES[match[2] or unit]
    if not 0 < metres <= FARTHEST_M:
        raise Unclear("Write a distance above 0 and up to 2,000 km.")
    return metres


def time_s(text: str, metres: float | None = None) -> float:
    """Seconds of a time; a bare number is minutes.

    "1:30" is minutes and seconds, unless `metres` were then run faster than anybody can: then it is hours and
    minutes. Raises Unclear.
    """
    plain = _plain(text)
    match = _CLOCK.fullmatch(plain)
    seconds = _of_clock(match[1], match[2], match[3], metres) if match else _of_parts(plain)
    if not 0 < seconds <= LONGEST_S:
        raise Unclear("Write a time above 0 and up to 30 days.")
    return seconds


def too_fast(metres: float, seconds: float) -> str:
    """Why nobody can have run so far in that time, as a sentence; empty when they can."""
    if metres / seconds <= FASTEST_MPS:
        return ""
    return (
        f"{metres / KM_M:.4g} km in {clock(seconds)} is faster than anybody runs. "
        "Hours, minutes and seconds are written 1:02:03."
    )


def _of_clock(hours: str | None, minutes: str, seconds: str, metres: float | None) -> float:
    if int(seconds) > 59 or (hours and int(minutes) > 59):
        raise Unclear(NO_TIME)
    if hours:
        return int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    short = int(minutes) * 60 + int(seconds)
    is_hours = (
        metres is not None and short > 0 and too_fast(metres, short) and not too_fast(metres, short * 60)
    )
    return short * 60 if is_hours else short


def _of_parts(text: str) -> float:
    """Seconds of "45", "1h05" and "45 min 10 s": each part smaller than the one before it."""
    parts = _PART.findall(text)
    is_whole = bool(parts) and "".join(_PART.split(text)[::3]) == ""
    if not is_whole or re.fullmatch(r"\d+[.,]\d+", text):  # 45.10 may be 45:10 or 45.1 minutes
        raise Unclear(NO_TIME)
    total, above = 0.0, 3600.0
    for i, (number, unit) in enumerate(parts):
        worth = _SECONDS.get(unit) if unit else above / 60 if i else 60.0
        if worth is None or worth < 1 or (i and worth >= above):
            raise Unclear(NO_TIME)
        total, above = total + _number(number) * worth, worth
    return total


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
