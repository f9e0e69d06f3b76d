"""The height over a run, the ground hatched by how steep it is."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from secondwind.runlog.pictures.svg import (
    ACROSS,
    Canvas,
    Column,
    Key,
    Picture,
    Table,
    n,
    path,
    steps,
    swatch,
    way_step,
)  # fmt: skip
from secondwind.runlog.pictures.units import Units
from secondwind.runlog.pictures.way import Stretches
from secondwind.running.smooth import gaussian, median_of_five

SMOOTH_M: Final = 40.0
GRADES: Final = (
    ("steep-down", -np.inf, -0.10, "down, steeper than 10 %"),
    ("down", -0.10, -0.03, "down, 3 to 10 %"),
    ("plain", -0.03, 0.03, "about flat"),
    ("up", 0.03, 0.10, "up, 3 to 10 %"),
    ("steep-up", 0.10, np.inf, "up, steeper than 10 %"),
)
LEAST_SPAN_M: Final = 40.0
"""A flat run must not look like mountains: the drawing shows at least so much height."""
TOP, PLOT, FOOT = 18.0, 130.0, 24.0


def elevation(name: str, run: Stretches, units: Units) -> Picture | None:
    """The height over the run; None when it was not recorded for most of it."""
    known = np.isfinite(run.altitude_m)
    if known.mean() < 0.5:
        return None
    heights = np.interp(run.middles_m, run.middles_m[known], run.altitude_m[known])
    heights = gaussian(median_of_five(heights), SMOOTH_M / run.step_m)
    grade = np.gradient(gaussian(heights, SMOOTH_M / run.step_m), run.step_m)
    description = (
        f"Between {units.high(heights.min())} and {units.high(heights.max())} above sea level; "
        f"the steepest stretch up is {max(grade.max(), 0):.0%}, down {max(-grade.min(), 0) + 0.0:.0%}."
    )
    canvas = Canvas(name, "Height over the run", description, TOP + PLOT + FOOT, levels=True)
    canvas.unit(units.height)
    kinds = _kinds(grade)
    low, high = _range(heights)
    y = PLOT * (1 - (heights - low) / (high - low))
    used = _ground(canvas, run, kinds)
    _sky(canvas, run, y)
    _levels(canvas, low, high, units)
    length = run.length_m / units.distance_m
    canvas.along(length, way_step(length), TOP + PLOT, units.distance)
    canvas.say(
        run.middles_m,
        run.middles_m / run.length_m * 100,
        [
            f"{units.far(m)}: {units.high(h)}, {g:+.0%}"
            for m, h, g in zip(run.middles_m, heights, grade + 0.0, strict=True)
        ],
        TOP + y,
    )
    keys = tuple(Key(swatch(kind, name), words) for kind, _, _, words in GRADES if kind in used)
    return canvas.picture(_table(run, heights, units), keys)


def _kinds(grade: Column) -> list[str]:
    """The kind of each stretch."""
    names = [kind for kind, *_ in GRADES]
    return [names[i] for i in np.digitize(grade, [upto for _, _, upto, _ in GRADES[:-1]])]


def _range(heights: Column) -> tuple[float, float]:
    low, high = float(heights.min()), float(heights.max())
    missing = max(LEAST_SPAN_M - (high - low), 0)
    return low - missing / 2 - (high - low + missing) * 0.15, high + missing / 2 + (high - low) * 0.05


def _ground(canvas: Canvas, run: Stretches, kinds: list[str]) -> set[str]:
    """Bands from top to bottom, one for each row of stretches of a kind; the sky is laid over them."""
    changes = [0, *(i for i in range(1, len(kinds)) if kinds[i] != kinds[i - 1]), len(kinds)]
    fills = {kind: canvas.hatch(kind) for kind in dict.fromkeys(kinds)}
    for begin, end in pairwise(changes):
        canvas.bar(begin / len(kinds), (end - begin) / len(kinds), TOP, PLOT, fill=fills[kinds[begin]])
    return set(fills)


def _sky(canvas: Canvas, run: Stretches, y: Column) -> None:
    """What is above the ground, a little wider than it so that no edge of it shines through; and the line."""
    x = np.concatenate(([0.0], run.middles_m / run.length_m * ACROSS, [ACROSS]))
    y = np.concatenate((y[:1], y, y[-1:])) + 1
    plot = canvas.plot(TOP - 1, PLOT + 1)
    canvas.add(
        "path", plot, d=f"M-4 -1V{n(y[0])}H0{path(x, y).replace('M', 'L')}H{ACROSS + 4}V-1z", class_="pic-sky"
    )
    canvas.add("path", plot, d=path(x, y), class_="pic-line")


def _levels(canvas: Canvas, low: float, high: float, units: Units) -> None:
    for level in steps(low / units.height_m, high / units.height_m, 4):
        y = TOP + PLOT * (1 - (level * units.height_m - low) / (high - low))
        if y < TOP + PLOT - 8:
            canvas.level(y, f"{level:,.0f}")


def _table(run: Stretches, heights: Column, units: Units) -> Table:
    every = units.distance_m * max(1, int(np.ceil(run.length_m / units.distance_m / 60)))
    marks = np.append(np.arange(0, run.length_m - 1, every), run.length_m)
    rows = []
    for begin, end in pairwise(marks):
        from_m, to_m = np.interp([begin, end], run.middles_m, heights)
        rows.append(
            (
                f"{begin / units.distance_m:g} to {units.far(end)}",
                units.high(float(to_m)),
                f"{(to_m - from_m) / (end - begin) + 0.0:+.1%}",
            )
        )
    return Table(("Distance", "Height at its end", "Mean grade"), tuple(rows))
