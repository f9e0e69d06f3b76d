"""Pace and heart rate over a run, against the distance."""

from __future__ import annotations

from collections.abc import Callable
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
    path,
    steps,
    swatch,
    way_step,
)  # fmt: skip
from secondwind.runlog.pictures.units import Units
from secondwind.runlog.pictures.way import Stretches
from secondwind.running.formulas import clock
from secondwind.running.smooth import gaussian

SMOOTH_M: Final = 60.0
"""Half of the way over which pace is averaged, about: a receiver's speed scatters by a tenth and more."""
PACE_STEPS: Final = (5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)
PULSE_STEPS: Final = (5.0, 10.0, 20.0, 50.0)
MOST_ROWS: Final = 60
TOP, PLOT, FOOT = 18.0, 150.0, 24.0


def pace(name: str, run: Stretches, units: Units) -> Picture | None:
    """Pace over the run, the faster the higher; None without times."""
    slowness = np.diff(run.moving_s) / run.step_m
    if not np.isfinite(slowness).any() or run.moving_s[-1] <= run.moving_s[0]:
        return None
    values = _smooth(slowness, run.step_m) * units.distance_m
    # A few steps of walking must not press the running into one line.
    slowest = min(float(np.max(values)), float(np.median(values)) * 1.7)
    values = np.minimum(values, slowest)
    mean = (run.moving_s[-1] - run.moving_s[0]) / run.length_m
    stopped = (
        f" {len(run.stops_m)} stop{'s' if len(run.stops_m) != 1 else ''} left out." if run.stops_m else ""
    )
    slow, fast = (units.pace(v / units.distance_m) for v in (slowest, float(values.min())))
    description = (
        f"From {slow} to {fast} over {units.far(run.length_m)}, {units.pace(mean)} on average.{stopped}"
    )
    canvas = Canvas(name, "Pace over the run", description, TOP + PLOT + FOOT, levels=True)
    canvas.unit(f"/{units.distance}")
    said = [units.pace(v / units.distance_m) for v in values]
    _line(canvas, run, units, values, said, PACE_STEPS, clock, up=False)
    return canvas.picture(_pace_table(run, units), _keys("line", "pace, the higher the faster", run))


def heart_rate(name: str, run: Stretches, units: Units) -> Picture | None:
    """Heart rate over the run; None without one."""
    values = run.heart_rate_bpm
    known = np.isfinite(values)
    if known.sum() < 2:
        return None
    description = (
        f"From {values[known].min():.0f} to {values[known].max():.0f} beats a minute, "
        f"{values[known].mean():.0f} on average."
    )
    canvas = Canvas(name, "Heart rate over the run", description, TOP + PLOT + FOOT, levels=True)
    canvas.unit("beats a minute")
    said = [f"{v:.0f} beats a minute" if np.isfinite(v) else "not recorded" for v in values]
    _line(canvas, run, units, values, said, PULSE_STEPS, lambda v: f"{v:.0f}", up=True)
    rows = (
        (_span(a, b, units), f"{m:.0f}" if np.isfinite(m) else "not recorded")
        for a, b, m in _by_unit(run, units)
    )
    return canvas.picture(
        Table(("Distance", "Beats a minute"), tuple(rows)), _keys("line-second", "beats a minute", run)
    )


def _smooth(values: Column, step_m: float) -> Column:
    return gaussian(values, SMOOTH_M / step_m)


def _keys(kind: str, words: str, run: Stretches) -> tuple[Key, ...]:
    line = Key(swatch(kind), words)
    return (line, Key(swatch("line-stop"), "a stop")) if run.stops_m else (line,)


def _line(
    canvas: Canvas,
    run: Stretches,
    units: Units,
    values: Column,
    said: list[str],
    choices: tuple[float, ...],
    label: Callable[[float], str],
    *,
    up: bool,
) -> None:
    """The line of a value with its levels, the distances below it, and the stops."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    room = max((high - low) * 0.08, choices[0] * 2 - (high - low) / 2)
    low, high = low - room, high + room

    def y_of(value: Column | float) -> Column:
        share = (np.asarray(value) - low) / (high - low)
        return PLOT * (1 - share if up else share)

    for level in steps(low, high, 4, choices):
        canvas.level(TOP + float(y_of(level)), label(level))
    _stops(canvas, run)
    plot = canvas.plot(TOP, PLOT)
    x = run.middles_m / run.length_m * ACROSS
    canvas.add(
        "path",
        plot,
        d=path(*_broken(run, x, y_of(values))),
        class_="pic-line" if not up else "pic-line-second",
    )
    canvas.along(
        run.length_m / units.distance_m, way_step(run.length_m / units.distance_m), TOP + PLOT, units.distance
    )
    canvas.say(
        run.middles_m,
        x / ACROSS * 100,
        [f"{units.far(m)}: {words}" for m, words in zip(run.middles_m, said, strict=True)],
        TOP + np.nan_to_num(y_of(values), nan=PLOT),
    )


def _broken(run: Stretches, x: Column, y: Column) -> tuple[Column, Column]:
    """The line with a gap at each stop."""
    at = sorted({int(np.searchsorted(run.middles_m, stop)) for stop in run.stops_m})
    inner = [i for i in at if 0 < i < len(x)]
    return np.insert(x, inner, np.nan), np.insert(np.asarray(y, float), inner, np.nan)


def _stops(canvas: Canvas, run: Stretches) -> None:
    for stop in run.stops_m:
        canvas.upright(stop / run.length_m, TOP, TOP + PLOT, "pic-line-stop")


def _by_unit(run: Stretches, units: Units) -> list[tuple[float, float, float]]:
    """The way in whole units: from, to, mean heart rate."""
    every = units.distance_m * max(1, int(np.ceil(run.length_m / units.distance_m / MOST_ROWS)))
    marks = np.append(np.arange(0, run.length_m - 1, every), run.length_m)
    return [
        (float(a), float(b), _mean(run.heart_rate_bpm[(run.middles_m >= a) & (run.middles_m < b)]))
        for a, b in pairwise(marks)
    ]


def _mean(values: Column) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else np.nan


def _span(begin: float, end: float, units: Units) -> str:
    return f"{begin / units.distance_m:g} to {units.far(end)}"


def _pace_table(run: Stretches, units: Units) -> Table:
    rows = []
    for begin, end, _ in _by_unit(run, units):
        took = np.diff(np.interp([begin, end], run.ends_m, run.moving_s))[0]
        rows.append((_span(begin, end, units), units.pace(took / (end - begin))))
    return Table(("Distance", "Pace"), tuple(rows))
