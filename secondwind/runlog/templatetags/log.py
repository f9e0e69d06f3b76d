"""Figures of the log in the units of who reads them: `{{ run.distance_m|distance:member.units }}`."""

from django import template

from secondwind.runlog import forms, queries, units
from secondwind.runlog.models import Run

register = template.Library()

register.filter("distance", units.distance)
register.filter("amount", units.amount)
register.filter("brief", units.brief)
register.filter("height", units.height)
register.filter("duration", units.duration)
register.filter("sport", forms.sport_name)

PARTS_OF_DAY = (
    (5, "Night"),
    (11, "Morning"),
    (14, "Midday"),
    (18, "Afternoon"),
    (22, "Evening"),
    (24, "Night"),
)
LARGEST, SMALLEST = 19.0, 4.0  # radius of a calendar's dot, of a cell 40 wide


@register.filter
def key(run: Run) -> str:
    """The number of a run as text, which a template writes many times without asking how numbers look."""
    return str(run.pk)


@register.filter
def time_of(run: Run) -> str:
    """The time that counts for a run: in motion where that is known."""
    return units.duration(queries.time_s(run))


@register.filter
def pace_of(run: Run, unit: str) -> str:
    """The pace of a run; empty without way or time."""
    return units.pace(run.distance_m, queries.time_s(run), unit)


@register.filter
def title(run: Run) -> str:
    """The name of an activity, or what it was: "Morning run"."""
    if run.name:
        return run.name
    what = "run" if run.is_run else forms.sport_name(run.sport)
    if run.offset_s is None:
        return what.capitalize()
    hour = run.local_start.hour
    return f"{next(word for end, word in PARTS_OF_DAY if hour < end)} {what}"


@register.filter
def grounds(run: Run) -> str:
    """What a run was on: "trail", "trail 60 %, road 40 %"; empty for not said."""
    parts = sorted(run.surface_parts.all(), key=lambda part: -part.share)
    if parts:
        return ", ".join(f"{forms.short(part.surface)} {percent(part.share)}" for part in parts)
    return forms.short(run.surface)


@register.filter
def percent(share: float) -> str:
    """A share as "40 %"."""
    return f"{share * 100:.0f} %"


@register.filter
def feeling(value: int) -> str:
    """The word for how it felt."""
    return str(dict(forms.FEELINGS).get(str(value), value))


@register.filter
def radius(metres: float, most_m: float) -> str:
    """The radius of a dot whose area goes with the distance; `most_m` has the largest."""
    share = min(metres / most_m, 1.0) if most_m > 0 else 0.0
    return f"{max(LARGEST * share**0.5, SMALLEST):.1f}"


@register.filter
def next_year(year: int) -> int:
    """The year after it, before which a year's page ends."""
    return year + 1
