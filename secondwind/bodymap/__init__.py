"""The body map: the drawing of the leg and foot in eight views, as plain values for the page that shows it.

The drawing itself is `regions.yaml` beside this file; it says what its coordinates mean.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secondwind.clinic.knowledge.files import parse

DRAWING = Path(__file__).with_name("regions.yaml")

# A control stands on its mark in steps of the view's height and width, with a class of the style sheet for
# each step: a strict content security policy forbids to write a position into the page.
ROWS = 40
COLUMNS = 20


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a view shows one place of the body.

    `d` is SVG path data in the units of the view, (`x`, `y`) a point well inside it. `row` and `column` are
    that point in steps: of `ROWS` from the top, of `COLUMNS` from the left. `twin` says that the other leg,
    mirrored about the middle of the view, has this place too.
    """

    region: str
    d: str
    x: float
    y: float
    row: int
    column: int
    twin: bool


@dataclass(frozen=True, slots=True)
class View:
    """One drawing of the right leg or foot, `width` by `height` units; the left is its mirror image.

    `outlines` are stroked and filled, `figure` only filled, `landmarks` only stroked: all are SVG path data.
    `label` names the view alone, `short` names it among the views of the same `part` ("leg" or "foot").
    `twin` says that the other leg is drawn beside it, mirrored about the middle of the view.
    """

    id: str
    label: str
    part: str
    short: str
    width: int
    height: int
    twin: bool
    outlines: tuple[str, ...]
    figure: tuple[str, ...]
    landmarks: tuple[str, ...]
    regions: tuple[Shape, ...]


@functools.cache
def views() -> tuple[View, ...]:
    """Every view, in the order in which the page offers them; read once per process."""
    return tuple(_view(raw) for raw in parse(DRAWING.name, DRAWING.read_bytes()).value)


def _view(raw: dict[str, Any]) -> View:
    width, height, twin = raw["width"], raw["height"], raw.get("twin", False)
    return View(
        id=raw["id"],
        label=raw["label"],
        part=raw["part"],
        short=raw["short"],
        width=width,
        height=height,
        twin=twin,
        outlines=tuple(raw["outlines"]),
        figure=tuple(raw.get("figure", ())),
        landmarks=tuple(raw["landmarks"]),
        regions=tuple(_shape(shape, width, height, twin) for shape in raw["regions"]),
    )


def _shape(raw: dict[str, Any], width: int, height: int, twin: bool) -> Shape:
    across = raw["x"] * 2 == width  # a place on the midline of the body, such as the lower back
    return Shape(
        region=raw["region"],
        d=raw["d"],
        x=raw["x"],
        y=raw["y"],
        row=round(raw["y"] / height * ROWS),
        column=round(raw["x"] / width * COLUMNS),
        twin=twin and not across,
    )
