"""Dates as forums write them, read as far as they are certain.

Two numbers that may each be a month ("03-04-11") are read only when another date of the same page shows which
comes first. "Yesterday" and "2 years ago" stay words: nobody knows when the page was copied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from secondwind.archive.model import Written

Order = Literal["day first", "month first"]

_MONTHS = {name: at for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,6})?)?\s*(?P<half>[ap]\.?m\.?)?"
_ZONE = r"(?:\s*(?P<zone>gmt|utc|z|[+-]\d{2}:?\d{2})(?:\s*\([a-z]+\))?)?"
_TIME = rf"(?:(?:,|\s+at|\s*[-–·@])?\s*{_CLOCK}{_ZONE})?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"

_FORMS = [
    re.compile(rf"{_WEEKDAY}{form}{_TIME}", re.I)
    for form in (
        rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"{_DAY}[\s-]+{_MONTH},?[\s-]+{_YEAR}",
        rf"{_YEAR}-(?P<month>\d{{2}})-(?P<day>\d{{2}})(?:T(?=\d))?",
    )
]
_NUMBERS = re.compile(
    rf"(?P<a>\d{{1,2}})(?P<sep>[-/.])(?P<b>\d{{1,2}})(?P=sep)(?P<year>\d{{4}}|\d{{2}}){_TIME}", re.I
)
_MONTH_YEAR = re.compile(rf"{_MONTH},?\s+{_YEAR}", re.I)
_RELATIVE = re.compile(
    r"(?:today|yesterday)(?:,?\s+(?:at\s+)?\d{1,2}:\d{2}(?:\s*[ap]m)?)?"
    r"|(?:about\s+)?(?:an?|\d+)\s+(?:minute|hour|day|week|month|year)s?\s+ago",
    re.I,
)

# A date anywhere in a line, for the parsers' own patterns.
ANY = (
    rf"(?:{_WEEKDAY}(?:[A-Za-z]{{3,9}}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    r"|\d{1,2}(?:st|nd|rd|th)?[\s-]+[A-Za-z]{3,9},?[\s-]+\d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))"
    r"(?:(?:,|T|\s+at|\s*[-–·@])?\s*\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AaPp]\.?[Mm]\.?)?(?:\s*(?:GMT|UTC|Z|[+-]\d{2}:?\d{2}))?)?"
    r"|(?:[Tt]oday|[Yy]esterday),?\s+(?:at\s+)?\d{1,2}:\d{2}(?:\s*[AaPp][Mm])?)"
)


def read(text: str, order: Order | None = None) -> Written:
    """A date as written; `order` says what the first of two numbers is on this page. Never raises."""
    words = " ".join(text.split())
    for form in _FORMS:
        if found := form.fullmatch(words):
            return _written(words, found.groupdict(), found["year"], found["month"], found["day"])
    if found := _NUMBERS.fullmatch(words):
        return _numbers(words, found, order)
    if found := _MONTH_YEAR.fullmatch(words):
        return Written(words, f"{found['year']}-{_month(found['month']):02}")
    return Written(words)


def is_date(text: str) -> bool:
    """Whether a text is a date and nothing else, whether or not it can be read for certain."""
    words = " ".join(text.split())
    return len(words) < 60 and (
        any(form.fullmatch(words) for form in (*_FORMS, _NUMBERS, _RELATIVE)) or is_month(words)
    )


def is_month(text: str) -> bool:
    """Whether a text is a month of a year, such as "Aug 2007"."""
    return bool(_MONTH_YEAR.fullmatch(" ".join(text.split())))


def order_of(texts: Iterable[str]) -> Order | None:
    """What comes first in dates of two numbers, when the dates of a page show it and do not disagree."""
    found = {order for text in texts for each in _NUMBERS.finditer(text) if (order := _shown(each))}
    return found.pop() if len(found) == 1 else None


def _shown(found: re.Match[str]) -> Order | None:
    a, b = int(found["a"]), int(found["b"])
    if 12 < a <= 31 and b <= 12:
        return "day first"
    return "month first" if 12 < b <= 31 and a <= 12 else None


def _numbers(words: str, found: re.Match[str], order: Order | None) -> Written:
    order = _shown(found) or order or ("day first" if found["a"] == found["b"] else None)
    if order is None:
        return Written(words)
    day, month = (found["a"], found["b"]) if order == "day first" else (found["b"], found["a"])
    year = int(found["year"])
    if len(found["year"]) == 2:
        year += 2000 if year < 69 else 1900  # as POSIX reads two digits
    return _written(words, found.groupdict(), str(year), month, day)


def _month(name: str) -> int:
    return int(name) if name.isdigit() else _MONTHS[name[:3].lower()]


def _written(words: str, parts: dict[str, str | None], year: str, month: str, day: str) -> Written:
    number, of_month = _month(month), int(day)
    if not (1 <= number <= 12 and 1 <= of_month <= _days(int(year), number)):
        return Written(words)
    iso = f"{int(year):04}-{number:02}-{of_month:02}"
    clock = _clock(parts)
    if parts.get("hour") is not None and clock is None:
        return Written(words, iso)
    return Written(words, iso + (f"T{clock}" if clock else ""), _zone(parts.get("zone")))


def _clock(parts: dict[str, str | None]) -> str | None:
    if parts.get("hour") is None or parts.get("minute") is None:
        return None
    hour, minute = int(parts["hour"] or 0), int(parts["minute"] or 0)
    half = (parts.get("half") or "").lower().replace(".", "")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    second = parts.get("second")
    if hour > 23 or minute > 59 or int(second or 0) > 59:
        return None
    return f"{hour:02}:{minute:02}" + (f":{second}" if second else "")


def _zone(zone: str | None) -> str | None:
    if not zone:
        return None
    if zone.lower() in {"gmt", "utc", "z"}:
        return "+00:00"
    return zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"


def _days(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and leap else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
