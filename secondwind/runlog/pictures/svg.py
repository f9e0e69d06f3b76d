"""What every drawing is made of.

A `Canvas` is as wide as its place on the page and so many pixels high: across, places are in per cent, so
that letters keep their size from a phone to a desk. What is drawn with a `plot` is stretched, its lines are
not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any, Final

# Elements are made and written here, never read, so no entity can come in.
from xml.etree import ElementTree as ET

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]
Numbers = Sequence[float] | NDArray[Any]

ACROSS: Final = 1000
"""Units of a plot from edge to edge."""
GUTTER: Final = 46.0
"""Pixels for the numbers of the levels, as in `pictures.css`."""


class Markup(str):
    """Finished markup, which a template puts on the page as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


@dataclass(frozen=True, slots=True)
class Table:
    """The twin of a drawing for those who read rather than see it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Key:
    """One line of a legend: a swatch and what it means."""

    swatch: Markup
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with its title, its description in a sentence or two, its legend and its table."""

    name: str
    title: str
    description: str
    svg: Markup
    table: Table
    keys: tuple[Key, ...] = ()


class Drawing:
    """An SVG element that says what it shows. `name` is unique on its page."""

    def __init__(self, name: str, title: str, description: str, **attributes: str) -> None:
        self.name, self.title, self.description = name, title, description
        labels = f"{name}-title {name}-desc"
        self.root = ET.Element("svg", {"role": "img", "aria-labelledby": labels} | _named(attributes))
        ET.SubElement(self.root, "title", id=f"{name}-title").text = title
        ET.SubElement(self.root, "desc", id=f"{name}-desc").text = description

    def add(self, tag: str, inside: ET.Element | None = None, **attributes: str) -> ET.Element:
        """A new element; `class_` and `stroke_width` stand for class and stroke-width."""
        return ET.SubElement(self.root if inside is None else inside, tag, _named(attributes))

    def hatch(self, kind: str) -> str:
        """A pattern of `HATCHES`, as the value of a fill."""
        pattern = self.add("pattern", id=f"{self.name}-{kind}", class_=f"pic-hatch pic-hatch-{kind}")
        _hatch(pattern, kind)
        return f"url(#{self.name}-{kind})"

    def say(self, way: Numbers, x: Numbers, words: Sequence[str], y: Numbers = ()) -> None:
        """What the pointer reads: at `x` (and `y`) of the drawing, for the place `way` of the run."""
        points = {"way": _short(way), "x": _short(x), "y": _short(y), "say": list(words)}
        self.root.set("data-points", json.dumps(points, separators=(",", ":"), ensure_ascii=False))

    def picture(self, table: Table, keys: Iterable[Key] = ()) -> Picture:
        """The finished picture."""
        return Picture(self.name, self.title, self.description, markup(self.root), table, tuple(keys))


class Canvas(Drawing):
    """A drawing as wide as its place and `height` pixels high, with room for its levels' numbers on the left
    when it has any."""

    def __init__(
        self,
        name: str,
        title: str,
        description: str,
        height: float,
        *,
        levels: bool = False,
        kind: str = "",
    ) -> None:
        # The numbers of the levels stand left of 0, where the style sheet leaves room for them.
        look = " ".join(filter(None, ("pic pic-wide", "pic-levels" if levels else "", kind)))
        super().__init__(name, title, description, class_=look, width="100%", height=n(height))
        self.height = height

    def plot(self, top: float, height: float) -> ET.Element:
        """A part that is stretched across: `ACROSS` units wide, `height` units high."""
        return self.add(
            "svg", y=n(top), width="100%", height=n(height),
            viewBox=f"0 0 {ACROSS} {n(height)}", preserveAspectRatio="none", class_="pic-plot",
        )  # fmt: skip

    def words(self, across: float, y: float, words: str, kind: str = "", anchor: str = "start") -> None:
        """Words whose start, middle or end stands at a share of the width."""
        look = f"pic-words {kind}".strip()
        text = self.add("text", x=percent(across), y=n(y), text_anchor=anchor, class_=look)
        text.text = words

    def level(self, y: float, words: str, kind: str = "pic-rule") -> None:
        """A line from edge to edge with its number left of it."""
        self.rule(y, kind)
        text = self.add("text", x="-8", y=n(y + 4), text_anchor="end", class_="pic-words pic-quiet")
        text.text = words

    def unit(self, words: str) -> None:
        """What the levels are in, above them."""
        self.add("text", x=n(-GUTTER), y="10", class_="pic-words pic-quiet").text = words

    def rule(self, y: float, kind: str = "pic-rule") -> None:
        """A line from edge to edge."""
        self.add("line", x1="0", x2="100%", y1=n(y), y2=n(y), class_=kind)

    def upright(self, across: float, top: float, foot: float, kind: str) -> None:
        """A line from top to foot at a share of the width."""
        x = percent(across)
        self.add("line", x1=x, x2=x, y1=n(top), y2=n(foot), class_=kind)

    def bar(self, across: float, width: float, top: float, height: float, **look: str) -> ET.Element:
        """A bar; across in shares of the width."""
        place = {"x": percent(across), "width": percent(width), "y": n(top), "height": n(height)}
        return self.add("rect", None, **place, **look)

    def along(self, length: float, step: float, top: float, unit: str) -> None:
        """The distances below a plot, in units of the way."""
        for at in np.arange(0, length + step * 1e-6, step):
            share = float(at / length)
            last = at + step > length
            anchor = "start" if at == 0 else "end" if share > 0.93 else "middle"
            self.upright(share, top, top + 4, "pic-tick")
            self.words(share, top + 17, f"{at:g} {unit}" if last else f"{at:g}", anchor=anchor)


def _named(attributes: dict[str, str]) -> dict[str, str]:
    return {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}


def markup(element: ET.Element) -> Markup:
    """An element as text."""
    return Markup(ET.tostring(element, encoding="unicode"))


def percent(share: float) -> str:
    """A share of the width."""
    return f"{round(100 * float(share), 2) + 0:g}%"


def n(value: float) -> str:
    """A number in as few letters as a tenth of a pixel needs."""
    return f"{round(float(value), 1) + 0:g}"


def _short(values: Numbers) -> list[float]:
    return [round(float(v), 1) for v in values]


def path(x: Column, y: Column) -> str:
    """A line through points; where a value is not known it is broken. Neighbours differ, so steps are
    written, not places."""
    pieces: list[str] = []
    known = np.isfinite(x) & np.isfinite(y)
    at = (0, 0)
    tenths = [np.round(np.where(known, v, 0) * 10).astype(int) for v in (x, y)]
    for i in np.flatnonzero(known):
        here = (int(tenths[0][i]), int(tenths[1][i]))
        if i == 0 or not known[i - 1]:
            pieces.append(f"M{here[0] / 10:g} {here[1] / 10:g}")
        else:
            pieces.append(f"l{(here[0] - at[0]) / 10:g} {(here[1] - at[1]) / 10:g}")
        at = here
    return "".join(pieces)


def area(x: Column, y: Column, floor_y: float) -> str:
    """The area between a line without gaps and a level."""
    if len(x) == 0:
        return ""
    return f"{path(x, y)}V{n(floor_y)}H{n(x[0])}z"


def steps(low: float, high: float, most: int = 4, choices: Sequence[float] = ()) -> list[float]:
    """Round numbers from `low` to `high`, at most about `most`; `choices` limits how far apart they are."""
    span = max(high - low, 1e-9)
    apart = _apart(span / most, choices)
    return [i * apart for i in range(ceil(low / apart - 1e-9), floor(high / apart + 1e-9) + 1)]


def _apart(least: float, choices: Sequence[float]) -> float:
    if choices:
        return next((c for c in choices if c >= least), choices[-1])
    ten: float = 10.0 ** floor(log10(least))
    return next(ten * k for k in (1, 2, 5, 10) if ten * k >= least * 0.999)


def way_step(length: float) -> float:
    """How far apart the distances below a plot stand: about five of them, which fit on a phone too."""
    return _apart(max(length, 0.05) / 5, ())


HATCHES: Final = ("solid", "up", "steep-up", "down", "steep-down", "dots", "lines", "grid", "plain")
_STROKES: Final = {
    "up": "M-1 9L9-1",
    "steep-up": "M-1 9L9-1M-1 5L5-1M3 9L9 3",
    "down": "M-1-1L9 9",
    "steep-down": "M-1-1L9 9M3-1L9 5M-1 3L5 9",
    "dots": "M2 2h.01M6 6h.01",
    "lines": "M0 2H8M0 6H8",
    "grid": "M4 0V8M0 4H8",
}


def _hatch(pattern: ET.Element, kind: str) -> None:
    pattern.attrib |= {"patternUnits": "userSpaceOnUse", "width": "8", "height": "8"}
    ET.SubElement(pattern, "rect", {"width": "8", "height": "8", "class": "pic-hatch-ground"})
    if kind in _STROKES:
        ET.SubElement(pattern, "path", {"d": _STROKES[kind], "class": "pic-hatch-line"})


def swatch(kind: str, name: str = "") -> Markup:
    """A small square of a pattern, for a legend; `name` makes its id unique on the page."""
    drawing = ET.Element(
        "svg", {"class": "pic-swatch", "viewBox": "0 0 24 16", "aria-hidden": "true", "focusable": "false"}
    )
    if kind.startswith("line"):
        ET.SubElement(drawing, "path", {"d": "M1 8H23", "class": f"pic-{kind}"})
    elif kind.startswith("bar"):
        ET.SubElement(drawing, "rect", {"width": "24", "height": "16", "class": f"pic-{kind}"})
    else:
        hatch = ET.SubElement(
            drawing, "pattern", {"id": f"{name}-key-{kind}", "class": f"pic-hatch pic-hatch-{kind}"}
        )
        _hatch(hatch, kind)
        ET.SubElement(
            drawing, "rect",
            {"width": "24", "height": "16", "fill": f"url(#{name}-key-{kind})", "class": "pic-swatch-edge"},
        )  # fmt: skip
    return markup(drawing)
