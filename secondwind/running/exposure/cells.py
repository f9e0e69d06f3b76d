"""The cells of a table: numbers, yes and no, times of the clock, days. Where a cell may mean two things, its
column tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from math import isfinite, nan
from typing import Final

BLANK: Final = frozenset(
    {
        "",
        "na",
        "n/a",
        "#n/a",
        "nan",
        "nat",
        "null",
        "none",
        "-",
        "--",
        "–",
        "—",
        "?",
        ".",
        "unknown",
        "missing",
    }
)
_YES: Final = frozenset({"yes", "y", "true", "t", "1", "1.0", "x"})
_NO: Final = frozenset({"no", "n", "false", "f", "0", "0.0"})
_NUMBER = re.compile(
    r"(?P<number>[-+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+,\d+"
    r"|\d*[.,]?\d+(?:e[-+]?\d+)?|\d+[.,]))"
    r"\s*(?P<unit>%|°\s?[cf]?|km/h|min/km|/\s?100?|of 10|[a-z]{1,7})?",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_UNITS: Final = frozenset(
    "% ° °c °f c f km m mi mile miles ft k kg h hr hrs hour hours min mins minutes s sec days day d bpm spm"
    " km/h min/km /10 /100 of10 turns runs".split()
)
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(?:([ap])\.?m\.?)?", re.IGNORECASE)
_PARTS = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})")
_NAMED: Final = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d %b %y")
_TIME = re.compile(r"[,T\s]\s*\d{1,2}(?::\d{2}|\s*[ap]m).*$", re.IGNORECASE)
_WEEKDAY = re.compile(
    r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b[.,]*\s+", re.IGNORECASE
)


def is_blank(text: str) -> bool:
    """Whether nothing is told."""
    return text.strip().casefold() in BLANK


def number(text: str, *, grouped: bool = False) -> float:
    """The number, with or without a unit behind it; NaN for anything else. The sign before a fraction is a
    point or a comma; of "1,200" it is 1200 when `grouped`."""
    return _number(text, grouped)[0]


def numbers(texts: Sequence[str], *, comma_parts: bool) -> list[float]:
    """The numbers of a column, NaN for what is none. Where cells are parted by a comma, a comma in a number
    parts thousands when it could in every one that has one ("1,200"); else it stands before a fraction."""
    commas = [t.strip() for t in texts if "," in t]
    grouped = comma_parts and all(_GROUPED.match(t) for t in commas)
    return [number(t, grouped=grouped) for t in texts]


def unit(text: str) -> str:
    """The unit that is written behind a number, in small letters; empty where none is."""
    return _number(text, grouped=False)[1]


def _number(text: str, grouped: bool) -> tuple[float, str]:
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return nan, ""
    behind = (found["unit"] or "").casefold().replace(" ", "")
    if behind and behind not in _UNITS:
        return nan, ""
    digits = found["number"]
    if "." in digits and "," in digits:
        thousands, point = (",", ".") if digits.rindex(".") > digits.rindex(",") else (".", ",")
        digits = digits.replace(thousands, "").replace(point, ".")
    elif digits.count(",") > 1 or (grouped and _GROUPED.fullmatch(digits)):
        digits = digits.replace(",", "")
    value = float(digits.replace(",", "."))
    return (value, behind) if isfinite(value) else (nan, "")


def all_yes_no(texts: Iterable[str]) -> bool:
    """Whether all that is told is yes or no, in words or as 1 and 0."""
    told = {t.strip().casefold() for t in texts if not is_blank(t)}
    return bool(told) and told <= _YES | _NO


def yes(text: str) -> float:
    """1 for yes, 0 for no, NaN for nothing."""
    word = text.strip().casefold()
    return 1.0 if word in _YES else 0.0 if word in _NO else nan


def clock(text: str) -> float:
    """The hours of "7:30", "6:10 pm" or "1:02:03"; NaN for anything else."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return nan
    hours, minutes, seconds, half = found.groups()
    hour = int(hours)
    if half:
        hour = hour % 12 + (12 if half in "pP" else 0)
    return hour + int(minutes) / 60 + int(seconds or 0) / 3600


def clocks(texts: Sequence[str]) -> tuple[list[float], str]:
    """A column of times, and their unit: hours; or minutes where "45:10" can only be minutes and seconds,
    because it is past 23 hours, or stands beside "1:02:10"."""
    found = [_CLOCK.fullmatch(t.strip()) for t in texts]
    told = [f for f in found if f is not None]
    short = [f for f in told if f[3] is None and not f[4]]
    if any(int(f[1]) > 23 for f in short) or (
        short and len(short) < len(told) and not any(f[4] for f in told)
    ):
        return [_minutes(f) for f in found], "min"
    return [clock(t) for t in texts], "h"


def _minutes(found: re.Match[str] | None) -> float:
    if found is None:
        return nan
    first, second, third, _half = found.groups()
    return int(first) + int(second) / 60 if third is None else int(first) * 60 + int(second) + int(third) / 60


def level(text: str) -> str:
    """A word as it is told from others; empty for nothing."""
    return "" if is_blank(text) else " ".join(text.casefold().split())


def days(texts: Sequence[str]) -> list[int | None]:
    """The days of a column, as counted by `date.toordinal`, or the numbers themselves where all are numbered
    days; None for what is no day. Of 03/04/2026 the whole column tells which part is the month: the first
    unless it is above 12 somewhere and the second never is."""
    parts = [_PARTS.match(t.strip()) for t in texts]
    day_first = _day_first([p for p in parts if p])
    found = [_day(t.strip(), p, day_first) for t, p in zip(texts, parts, strict=True)]
    if any(day is not None for day in found):
        return found
    return [int(t.split(".")[0]) if re.fullmatch(r"\s*\d{1,6}(\.0+)?\s*", t) else None for t in texts]


def _day_first(parts: Sequence[re.Match[str]]) -> bool:
    loose = [p for p in parts if len(p[1]) <= 2]
    return any(int(p[1]) > 12 for p in loose) or any("." in p[0] for p in loose)


def _day(text: str, parts: re.Match[str] | None, day_first: bool) -> int | None:
    with suppress(ValueError):
        if parts is not None:
            a, b, c = (int(p) for p in parts.groups())
            if len(parts[1]) == 4:
                return date(a, b, c).toordinal()
            year = c if c > 99 else 2000 + c
            return (date(year, b, a) if day_first else date(year, a, b)).toordinal()
        if re.fullmatch(r"\d{8}", text):
            return date(int(text[:4]), int(text[4:6]), int(text[6:])).toordinal()
    bare = _WEEKDAY.sub("", _TIME.sub("", text))
    bare = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", bare)
    bare = " ".join(re.sub(r"[,.\-/]", " ", bare).split())
    for form in _NAMED:
        with suppress(ValueError):
            return datetime.strptime(bare, form).date().toordinal()
    return None
