"""A month of running: a dot for each day, the larger the farther, with its whole kilometres or miles."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Mapping
from datetime import date
from typing import Final

from secondwind.runlog.pictures.svg import Canvas, Picture, Table, n, percent
from secondwind.runlog.pictures.units import Units

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
HEAD, ROW, LARGEST, SMALLEST, ROOMY = 24.0, 48.0, 17.0, 3.0, 8.0


def month(
    name: str,
    year: int,
    number: int,
    days: Mapping[date, float],
    units: Units,
    *,
    most_m: float | None = None,
) -> Picture:
    """A month with the metres of each day; weeks begin on Monday. `most_m` is the largest dot's distance, to
    compare months."""
    weeks = Calendar().monthdatescalendar(year, number)
    inside = {day: metres for day, metres in sorted(days.items()) if (day.year, day.month) == (year, number)}
    ran = {day: metres for day, metres in inside.items() if metres > 0}
    most = most_m or max(ran.values(), default=1.0)
    title = f"{MONTHS[number - 1]} {year}"
    description = f"{units.far(sum(ran.values()))} on {len(ran)} day{'s' if len(ran) != 1 else ''}."
    canvas = Canvas(name, title, description, HEAD + ROW * len(weeks), kind="pic-month")
    for i, weekday in enumerate(WEEKDAYS):
        canvas.words(i / 7, 14, weekday, "pic-quiet")
    for row, week in enumerate(weeks):
        canvas.rule(HEAD + ROW * row)
        for i, day in enumerate(week):
            if day.month == number:
                _day(canvas, i, HEAD + ROW * row, day, ran.get(day, 0.0), most, units)
    rows = tuple((f"{WEEKDAYS[day.weekday()]} {day.day}", units.far(metres)) for day, metres in ran.items())
    return canvas.picture(Table(("Day", "Distance"), rows))


def _day(
    canvas: Canvas, column: int, top: float, day: date, metres: float, most: float, units: Units
) -> None:
    """The day's number in its corner; the area of the dot goes with the distance."""
    canvas.words(column / 7, top + 15, str(day.day), "pic-quiet")
    if metres <= 0:
        return
    across, middle = (column + 0.56) / 7, top + ROW * 0.54
    radius = max(SMALLEST, LARGEST * min(metres / most, 1.0) ** 0.5)
    canvas.add("circle", cx=percent(across), cy=n(middle), r=n(radius), class_="pic-dot")
    if radius > ROOMY:
        canvas.words(across, middle + 4, f"{metres / units.distance_m:.0f}", "pic-on-dot", "middle")
