"""A place on the body as a small drawing: the view that shows it best, cut to where it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from secondwind.bodymap import Shape, View, views
from secondwind.clinic.knowledge import Condition, Knowledge
from secondwind.clinic.model import Case, Side

# Units of the drawing (pixels at phone width) that a leg keeps around its places, and the least it shows.
AROUND = 90
LEAST_HEIGHT = 280

NEAR_FOOT = frozenset({"ankle", "foot"})

# From these weights on a place is drawn stronger.
TYPICAL, OFTEN = 0.75, 0.4


@dataclass(frozen=True, slots=True)
class Spot:
    """One place: its path, how strongly it is drawn (1 to 3), and on which of the legs in the view."""

    d: str
    level: int
    own: bool
    twin: bool


@dataclass(frozen=True, slots=True)
class SmallMap:
    """A view with its places. `box` is the cut of the drawing; `mirrored` makes a left leg of it."""

    view: View
    box: str
    mirrored: bool
    spots: tuple[Spot, ...]


def of_condition(condition: Condition, knowledge: Knowledge) -> SmallMap | None:
    """Where a condition hurts, the typical places strongest."""
    return _map(condition.regions, condition.regions, Side.RIGHT, knowledge)


def of_case(case: Case, knowledge: Knowledge) -> SmallMap | None:
    """Where it hurts in a case, on its side, the place that was named first in any case; None when it names
    none that is drawn."""
    places = [knowledge.regions[item.id] for item in case.places]
    fine = {fine: 1.0 for place in places for fine in place.fine}
    return _map(fine, places[0].fine if places else (), case.side, knowledge)


def _map(
    places: Mapping[str, float], first: Collection[str], side: Side, knowledge: Knowledge
) -> SmallMap | None:
    part = "foot" if all(knowledge.regions[place].area in NEAR_FOOT for place in places) else "leg"
    # Of the views with one of the first places that which shows most of them all; of two that show as much,
    # one of the part they are in.
    view = max(
        views(),
        key=lambda view: (
            any(shape.region in first for shape in view.regions), _shown(view, places), view.part == part,
        ),
    )  # fmt: skip
    shapes = [shape for shape in view.regions if shape.region in places]
    if not shapes:
        return None
    return SmallMap(
        view=view,
        box=_box(view, shapes),
        mirrored=side is Side.LEFT and not view.twin,
        spots=tuple(_spot(shape, places[shape.region], side) for shape in shapes),
    )


def _shown(view: View, places: Mapping[str, float]) -> float:
    return sum(places.get(shape.region, 0.0) for shape in view.regions)


def _spot(shape: Shape, weight: float, side: Side) -> Spot:
    level = 1 + (weight >= OFTEN) + (weight >= TYPICAL)
    left_only = side is Side.LEFT and shape.twin
    return Spot(shape.d, level, own=not left_only, twin=shape.twin and side is not Side.RIGHT)


def _box(view: View, shapes: list[Shape]) -> str:
    """The whole foot, or the part of the leg around the places."""
    if view.part == "foot":
        return f"0 0 {view.width} {view.height}"
    top = min(shape.y for shape in shapes) - AROUND
    height = max(max(shape.y for shape in shapes) + AROUND - top, LEAST_HEIGHT)
    top = max(0.0, min(top, view.height - height))
    return f"0 {top:g} {view.width} {min(height, view.height):g}"
