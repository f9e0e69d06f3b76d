"""One cell of a table: a number, a yes or no, a time of the clock, a day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from math import isfinite, nan
from typing import Final

BLANK: Final = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "–", "?", "."})
_YES: Final = frozenset({"yes", "y", "true", "t", "1", "1.0", "x"})
_NO: Final = frozenset({"no", "n", "false", "f", "0", "0.0"})
_NUMBER = re.compile(r"[-+]?\d*[.,]?\d+(?:[eE][-+]?\d+)?|[-+]?\d+[.,]")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_PARTS = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})")
_NAMED: Final = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y")


def is_blank(text: str) -> bool:
    """Whether nothing is told."""
    return text.strip().casefold() in BLANK


def number(text: str) -> float:
    """The number, with a point or a comma before the fraction; NaN for anything else."""
    bare = text.strip().removesuffix("%").strip()
    if not _NUMBER.fullmatch(bare):
        return nan
    value = float(bare.replace(",", "."))
    return value if isfinite(value) else nan


def all_yes_no(texts: Iterable[str]) -> bool:
    """Whether all that is told is yes or no, in words or as 1 and 0."""
    told = {t.strip().casefold() for t in texts if not is_blank(t)}
    return bool(told) and told <= _YES | _NO


def yes(text: str) -> float:
    """1 for yes, 0 for no, NaN for nothing."""
    word = text.strip().casefold()
    return 1.0 if word in _YES else 0.0 if word in _NO else nan


def clock(text: str) -> float:
    """The hours of "7:30" or "1:02:03"; NaN for anything else."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return nan
    hours, minutes, seconds = found.groups()
    return int(hours) + int(minutes) / 60 + int(seconds or 0) / 3600


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
    return [int(t) if re.fullmatch(r"\s*\d{1,6}\s*", t) else None for t in texts]


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
    for form in _NAMED:
        with suppress(ValueError):
            return datetime.strptime(text, form).date().toordinal()
    return None
