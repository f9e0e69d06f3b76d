"""Odds ratios with their intervals, one line for each exposure, on a scale of doubling."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2
from typing import Final

from secondwind.runlog.pictures.svg import Canvas, Picture, Table, percent
from secondwind.running.exposure import Effect

ROW: Final = 50.0
FOOT: Final = 24.0
WIDEST: Final = 4.0
"""The scale ends at 1/16 and 16; what goes on is drawn to the edge, and the table has the figures."""
FEW: Final = 2.0
"""On a wider scale every other mark has its number: more do not fit a phone."""


def odds(name: str, title: str, effects: Sequence[Effect]) -> Picture:
    """The effects in their order; those that are flagged are drawn in the colour of pain and marked in
    words."""
    most = max((abs(log2(v)) for e in effects for v in e.interval_95), default=1.0)
    reach = min(max(most, 1.0), WIDEST)
    description = (
        "Each line is an exposure, all others being equal. The dot is how many times the odds of getting "
        "worse;"
        " the broad bar is the 80 % interval, the thin line the 95 % interval. At the middle line it makes no"
        " difference."
    )
    height = ROW * len(effects) + FOOT
    canvas = Canvas(name, title, description, height)
    for step in range(-int(reach), int(reach) + 1):
        across = _across(step, reach)
        canvas.upright(across, 0, height - FOOT, "odds-one" if step == 0 else "pic-rule")
        if step % 2 and reach > FEW:
            continue
        words = f"× {2**step}" if step >= 0 else f"× 1/{2**-step}"
        anchor = "start" if across < 0.06 else "end" if across > 0.94 else "middle"
        canvas.words(across, height - 6, words, "pic-quiet", anchor)
    for row, effect in enumerate(effects):
        _row(canvas, row * ROW, effect, reach)
    columns = ("Exposure", "Odds", "80 % interval", "95 % interval", "Flares behind it", "Stands out")
    return canvas.picture(Table(columns, tuple(_cells(e) for e in effects)))


def label(effect: Effect) -> str:
    """The exposure with the step that its odds are for."""
    return f"{effect.label}, {effect.step}"


def _row(canvas: Canvas, top: float, effect: Effect, reach: float) -> None:
    kind = " odds-flagged" if effect.flagged else ""
    marked = "● " if effect.flagged else ""
    canvas.words(0, top + 16, marked + label(effect), f"odds-label{kind}")
    middle = top + 34
    for (low, high), height, look in (
        (effect.interval_95, 2.0, "odds-95"),
        (effect.interval_80, 8.0, "odds-80"),
    ):
        left, right = _across(log2(low), reach), _across(log2(high), reach)
        canvas.bar(left, right - left, middle - height / 2, height, class_=look + kind)
    point = percent(_across(log2(effect.odds_ratio), reach))
    canvas.add("circle", cx=point, cy=f"{middle:g}", r="6", class_=f"odds-point{kind}")


def _across(power: float, reach: float) -> float:
    return 0.5 + max(-1.0, min(1.0, power / reach)) / 2


def _cells(effect: Effect) -> tuple[str, ...]:
    return (
        label(effect),
        f"× {effect.odds_ratio:.2f}",
        "{:.2f} to {:.2f}".format(*effect.interval_80),
        "{:.2f} to {:.2f}".format(*effect.interval_95),
        f"{effect.flares_with} of {effect.flares}",
        "yes" if effect.flagged else "not told apart" if effect.apart_from else "no",
    )
