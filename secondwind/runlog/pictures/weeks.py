"""A figure for each week as bars, with a line over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

import numpy as np

from secondwind.runlog.pictures.svg import ACROSS, Canvas, Column, Key, Picture, Table, path, steps, swatch

TOP, PLOT, FOOT = 20.0, 150.0, 24.0
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MOST_MONTHS: Final = 12

Weeks = Sequence[tuple[date, float]]


def weeks(
    name: str,
    title: str,
    rows: Weeks,
    show: Callable[[float], str],
    *,
    per: float = 1.0,
    unit: str = "",
    line: Sequence[tuple[date, float]] = (),
    line_words: str = "",
) -> Picture | None:
    """Bars of a value for each week (its Monday and the value), in order of time; None without any.

    `show` writes a value for people. The levels are round numbers of `per`, with `unit`. `line` is a value by
    day in the same measure, such as the longest run of the 30 days before; it is drawn in steps.
    """
    if not rows:
        return None
    values = np.array([value for _, value in rows], float)
    top = max(float(values.max()), max((v for _, v in line), default=0.0)) / per or 1.0
    canvas = Canvas(name, title, _description(rows, values, show), TOP + PLOT + FOOT, levels=True)
    canvas.unit(unit)
    levels = steps(0, top * 1.08, 4)
    scale = PLOT / (top * 1.08)
    for level in levels:
        canvas.level(TOP + PLOT - level * scale, f"{level:,g}", "pic-rule" if level else "pic-axis")
    _bars(canvas, rows, values / per * scale)
    _months(canvas, rows)
    keys = [Key(swatch("bar"), title.lower() if not line_words else "the week")]
    if line:
        _line(canvas, rows, line, scale / per)
        keys.append(Key(swatch("line-second"), line_words))
    middles = (np.arange(len(rows)) + 0.5) / len(rows) * 100
    canvas.say(
        np.arange(len(rows)),
        middles,
        [f"Week of {_day(week)}: {show(value)}" for week, value in rows],
        TOP + PLOT - values / per * scale,
    )
    table = Table(("Week from", title), tuple((_day(week), show(value)) for week, value in reversed(rows)))
    return canvas.picture(table, keys if line else ())


def _description(rows: Weeks, values: Column, show: Callable[[float], str]) -> str:
    most = int(values.argmax())
    mean, highest, last = (show(float(v)) for v in (values.mean(), values[most], values[-1]))
    return (
        f"{len(rows)} weeks from {_day(rows[0][0])}: {mean} a week on average, the most {highest} in the "
        f"week of {_day(rows[most][0])}, the last {last}."
    )


def _bars(canvas: Canvas, rows: Weeks, heights: Column) -> None:
    for i, height in enumerate(heights):
        if height > 0:
            top = TOP + PLOT - max(height, 1)
            canvas.bar((i + 0.14) / len(rows), 0.72 / len(rows), top, max(height, 1), class_="pic-bar")


def _months(canvas: Canvas, rows: Weeks) -> None:
    """The names of months below the first week of each, as many as there is room for; half of them on a
    phone."""
    firsts = [i for i, (week, _) in enumerate(rows) if i == 0 or week.month != rows[i - 1][0].month]
    if len(firsts) > 1 and firsts[1] - firsts[0] < 2:
        firsts = firsts[1:]
    every = -(-len(firsts) // MOST_MONTHS)
    for k, i in enumerate(firsts[::every]):
        week = rows[i][0]
        words = f"{week.year}" if week.month == 1 and every == 1 else MONTHS[week.month - 1]
        share = i / len(rows)
        kind = "pic-roomy" if k % 2 and len(firsts) > 6 else ""
        canvas.words(share, TOP + PLOT + 17, words, kind)


def _line(canvas: Canvas, rows: Weeks, line: Sequence[tuple[date, float]], scale: float) -> None:
    """The line in steps: a value holds until the next one."""
    first, days = rows[0][0], 7 * len(rows)
    inside = [((when - first).days, value) for when, value in line if 0 <= (when - first).days <= days]
    if not inside:
        return
    at, values = np.array(inside, float).T
    x = np.append(np.repeat(at, 2)[1:], days) / days * ACROSS
    y = PLOT - np.repeat(values, 2) * scale
    plot = canvas.plot(TOP, PLOT)
    canvas.add("path", plot, d=path(x, y), class_="pic-line-edge")
    canvas.add("path", plot, d=path(x, y), class_="pic-line-second")


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
