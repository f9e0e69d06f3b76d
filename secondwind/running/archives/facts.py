"""What an export's own tables say about an activity, beside its file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from secondwind.running.activity import Activity
from secondwind.running.files.draft import Draft, build
from secondwind.running.sports import folded


@dataclass(frozen=True)
class Gear:
    """A pair of shoes (or a bike) as an export lists it; `label` is what activities call it."""

    label: str
    name: str
    brand: str
    model: str
    kind: str
    sports: str = ""


@dataclass(frozen=True)
class Facts:
    """What is told about one activity. None and empty: not told. Private notes are private in the source."""

    source: str
    id: str = ""
    start: datetime | None = None
    utc_offset_s: int | None = None
    name: str = ""
    notes: str = ""
    private_notes: str = ""
    sport: str = ""
    sub_sport: str = ""
    gear: str = ""
    distance_m: float | None = None
    elapsed_s: float | None = None
    moving_s: float | None = None
    climb_m: float | None = None
    rpe: float | None = None
    commute: bool = False
    media: tuple[str, ...] = ()

    def added_to(self, activity: Activity) -> Activity:
        """The activity with its name and notes, and with what its file does not tell."""
        sport, sub_sport = activity.sport, activity.sub_sport
        if self.sport and (not sport or sport == "generic"):
            sport, sub_sport = self.sport, self.sub_sport
        elif self.sport == sport and not sub_sport:
            sub_sport = self.sub_sport
        lost_date = activity.start is None and self.start is not None
        warnings = tuple(w for w in activity.warnings if not (lost_date and "which day" in w))
        offset = activity.utc_offset_s if activity.utc_offset_s is not None else self.utc_offset_s
        return replace(
            activity,
            name=self.name or activity.name,
            notes=self.notes or activity.notes,
            sport=sport,
            sub_sport=sub_sport,
            start=activity.start or self.start,
            utc_offset_s=offset,
            warnings=warnings,
        )

    def activity(self) -> Activity:
        """An activity of these facts alone: a run that was typed in by hand."""
        made = build(
            Draft(
                self.source,
                sport=self.sport,
                sub_sport=self.sub_sport,
                name=self.name,
                notes=self.notes,
                start_clock_s=self.start.timestamp() if self.start else None,
                dated=self.start is not None,
                utc_offset_s=self.utc_offset_s,
                elapsed_s=self.elapsed_s,
                timer_s=self.moving_s,
                distance_m=self.distance_m,
                climb_m=self.climb_m,
            )
        )
        return replace(made, format="manual")


_MONTHS = (
    "jan ene gen", "feb fev", "mar maa mrz", "apr abr avr", "may mai mei mag", "jun juin giu", "jul juil lug",
    "aug ago aou", "sep set", "oct okt ott out", "nov", "dec dez dic",
)  # fmt: skip
_MONTH = {prefix: i for i, words in enumerate(_MONTHS, 1) for prefix in words.split()}


def when(text: str) -> datetime | None:
    """The date and time that an export writes in one of its languages, as UTC; None when it is none.

    "Sep 26, 2026, 10:56:05 AM", "26.09.2026, 10:56:05", "26 sept 2026, 10:56:05", "26 sept. 2026 à 10:56:05",
    "2026-09-26 10:56:05".
    """
    words = re.findall(r"[^\W\d_]+", text.casefold())
    numbers = [int(n) for n in re.findall(r"\d{1,4}", text)][:6]
    month = next((m for w in words if (m := _month(w))), None)
    afternoon = _half(words)
    if month is not None:
        numbers = _with_month(numbers, month)
    elif len(numbers) >= 3 and numbers[0] > 31:
        pass  # year, month, day
    elif len(numbers) >= 3:
        first, second, year = numbers[:3]
        american = second > 12 or ("/" in text and afternoon is not None and first <= 12)
        numbers[:3] = [year, first, second] if american else [year, second, first]
    if len(numbers) < 3:
        return None
    year, month_of_year, day, *clock = numbers
    hour, minute, second = [*clock, 0, 0, 0][:3]
    if afternoon is not None and hour <= 12:
        hour = hour % 12 + (12 if afternoon else 0)
    try:
        return datetime(year, month_of_year, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _month(word: str) -> int | None:
    plain = folded(word)
    return _MONTH.get(plain[:4]) or _MONTH.get(plain[:3])


def _with_month(numbers: list[int], month: int) -> list[int]:
    """Day and year stand on either side of a month's name, the year being the larger."""
    if len(numbers) < 2:
        return []
    first, second, *clock = numbers
    day, year = sorted((first, second))
    return [year, month, day, *clock]


def _half(words: list[str]) -> bool | None:
    """True for p.m., False for a.m., None where neither stands."""
    joined = " ".join(words)
    if re.search(r"\bp\s?m\b", joined):
        return True
    return False if re.search(r"\ba\s?m\b", joined) else None


def number(text: str) -> float | None:
    """A number with point or comma, with or without thousands set apart; None when there is none."""
    plain = re.sub(r"[\s\u00a0\u202f']", "", text)
    if "," in plain and "." in plain:
        # Whichever comes last sets the decimals apart.
        thousands = "," if plain.rfind(".") > plain.rfind(",") else "."
        plain = plain.replace(thousands, "")
    plain = plain.replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None
