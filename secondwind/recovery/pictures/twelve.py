"""Twelve weeks in one picture that can be shared: distance by surface, single runs, pain by place, shoes.

It is a drawing of its own: colours stand in its attributes, for it is also shown as an image, where no style
sheet of the page reaches. Weeks are counted backwards; nothing in it is a date or a place on a map.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET  # elements are made here, never read

from secondwind.recovery.history import Week, names_of, sites_of
from secondwind.recovery.queries import Site
from secondwind.runlog.forms import short
from secondwind.runlog.units import brief, per_unit_m

WIDTH, MARGIN, CELL, GAP = 360.0, 12.0, 26.0, 2.0
BARS, ROW, HEAD, LABEL = 96.0, 26.0, 30.0, 18.0
MOST_SITES, MOST_SHOES, LONGEST_NAME = 6, 5, 58

PAPER, INK, SLATE, EDGE, PINE = "#fffdfa", "#1d2420", "#545f58", "#857f70", "#1f4d3a"
PAIN: Final = (
    *[("#fffdfa", INK)],
    *[("#fbe8e0", INK)] * 2,
    *[("#e6b7a6", INK)] * 3,
    *[("#b8482a", "#fffaf7")] * 2,
    *[("#8c3119", "#fffaf7")] * 3,
)
"""Fill and ink for pain of 0 to 10, as in `recovery.css`; the number always stands in it."""
GROUNDS: Final = {"road": "solid", "trail": "stripes", "": "open"}
FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Twelve:
    """The picture, what it shows in words, and the table that says the same."""

    svg: str
    description: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def twelve(weeks: Sequence[Week], unit: str, sites: Sequence[Site] | None = None) -> Twelve:
    """The picture of some weeks, the earliest first. `unit` is "km" or "mi"; `sites` (None: all, the worst
    first) are the places that are shown."""
    places = list(sites if sites is not None else sites_of(weeks))[:MOST_SITES]
    shoes = names_of(weeks, "shoes")[:MOST_SHOES]
    draw = _Drawing(weeks, unit)
    draw.bars()
    draw.longest()
    for i, site in enumerate(places):
        draw.pain(site, first=i == 0)
    for i, shoe in enumerate(shoes):
        draw.shoe(shoe, first=i == 0)
    draw.foot()
    return Twelve(draw.text(), _description(weeks, unit, places), *_table(weeks, unit, places, shoes))


def _when(ago: int) -> str:
    if ago == 0:
        return "last 7 days"
    return f"{ago} week{'s' if ago > 1 else ''} before"


def _description(weeks: Sequence[Week], unit: str, places: Sequence[Site]) -> str:
    runs, spikes = sum(week.runs for week in weeks), sum(week.spikes for week in weeks)
    total = brief(sum(week.distance_m for week in weeks), unit)
    worst = [
        f"{site.label} up to {max(week.pain.get(site, 0) for week in weeks)} of 10"
        for site in places
        if any(site in week.pain for week in weeks)
    ]
    pain = f" Pain: {'; '.join(worst)}." if worst else " No pain was told of."
    spiked = f" {spikes} single run{'s' if spikes != 1 else ''} more than a tenth longer than any in 30 days."
    return f"{len(weeks)} weeks: {runs} runs, {total} {unit}.{spiked if spikes else ''}{pain}"


def _table(
    weeks: Sequence[Week], unit: str, places: Sequence[Site], shoes: Sequence[str]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    grounds = names_of(weeks, "surfaces")
    columns = (
        "Week", f"Distance, {unit}", f"Longest, {unit}", "Spikes",
        *(f"On {short(name) or 'not said'}, {unit}" for name in grounds),
        *(site.label for site in places), *(f"In {name}, {unit}" for name in shoes),
    )  # fmt: skip
    rows = tuple(
        (
            _when(week.ago), brief(week.distance_m, unit), brief(week.longest_m, unit), str(week.spikes),
            *(brief(week.surfaces.get(name, 0), unit) for name in grounds),
            *(str(week.pain[site]) if site in week.pain else "not told" for site in places),
            *(brief(week.shoes.get(name, 0), unit) for name in shoes),
        )
        for week in weeks
    )  # fmt: skip
    return columns, rows


class _Drawing:
    """The drawing while it grows downwards."""

    def __init__(self, weeks: Sequence[Week], unit: str) -> None:
        self.weeks, self.unit = weeks, unit
        self.root = ET.Element(
            "svg", {"xmlns": "http://www.w3.org/2000/svg", "font-family": FONT, "role": "img"}
        )
        self.ground = self._add("rect", width="100%", height="100%", fill=PAPER, class_="tw-paper")
        stripes = self._add("pattern", id="trail", width="5", height="5", patternUnits="userSpaceOnUse")
        self._add("rect", stripes, width="5", height="5", fill="#e2ece3", class_="tw-tint")
        self._add(
            "path", stripes, d="M-1 6L6-1M-1 1L1-1M4 6L6 4", stroke=PINE, stroke_width="1.6", class_="tw-line"
        )
        self.y = MARGIN

    def _add(self, tag: str, inside: ET.Element | None = None, **attributes: str) -> ET.Element:
        named = {}
        for name, value in attributes.items():
            head, _bar, rest = name.rstrip("_").partition("_")
            named[f"{head}-{rest}" if rest else head] = value
        return ET.SubElement(self.root if inside is None else inside, tag, named)

    def _words(self, x: float, y: float, words: str, *, size: int = 12, fill: str = INK, **more: str) -> None:
        look = "tw-ink" if fill == INK else "tw-slate" if fill == SLATE else ""
        given = {"x": _n(x), "y": _n(y), "font_size": str(size), "fill": fill, "class_": look} | more
        self._add("text", None, **given).text = words

    def _x(self, i: int) -> float:
        return MARGIN + i * (WIDTH - 2 * MARGIN) / len(self.weeks)

    @property
    def _wide(self) -> float:
        return (WIDTH - 2 * MARGIN) / len(self.weeks) - GAP

    def _head(self, words: str) -> None:
        self.y += LABEL
        self._words(MARGIN, self.y, words, size=12, font_weight="600")
        self.y += 6

    def bars(self) -> None:
        """Distance by week, the surfaces on top of each other, with its legend."""
        self._head(f"Distance by week, {self.unit}")
        most = max((week.distance_m for week in self.weeks), default=0.0) or 1.0
        floor = self.y + LABEL + BARS
        for i, week in enumerate(self.weeks):
            top = floor
            for name in sorted(week.surfaces, key=_order):
                height = BARS * week.surfaces[name] / most
                top -= height
                self._ground(name, self._x(i) + GAP / 2, top, self._wide, height)
            if week.distance_m:
                middle = self._x(i) + GAP / 2 + self._wide / 2
                self._words(middle, top - 4, f"{week.distance_m / per_unit_m(self.unit):.0f}", size=11,
                            fill=SLATE, text_anchor="middle")  # fmt: skip
        self._add("path", d=f"M{_n(MARGIN)} {_n(floor)}H{_n(WIDTH - MARGIN)}", stroke=SLATE, class_="tw-axis")
        self.y = floor + 6
        self._legend()

    def _legend(self) -> None:
        x = MARGIN
        self.y += 12
        kinds = {_kind(name) for week in self.weeks for name in week.surfaces}
        for kind, words in (("solid", "road"), ("stripes", "trail"), ("open", "other or not said")):
            if kind in kinds:
                self._ground({"solid": "road", "stripes": "trail", "open": ""}[kind], x, self.y - 9, 14, 10)
                self._words(x + 18, self.y, words, size=11, fill=SLATE)
                x += 26 + 6.2 * len(words)
        self.y += 4

    def _ground(self, name: str, x: float, y: float, width: float, height: float) -> None:
        fill = {"solid": PINE, "stripes": "url(#trail)", "open": PAPER}[_kind(name)]
        look = {"solid": "tw-pine", "stripes": "tw-edge", "open": "tw-paper tw-edge"}[_kind(name)]
        self._add("rect", x=_n(x), y=_n(y), width=_n(width), height=_n(height), fill=fill, stroke=PINE,
                  stroke_width="1", class_=look)  # fmt: skip

    def longest(self) -> None:
        """The longest single run of each week; a triangle marks a spike."""
        self._head("Longest single run of each week")
        for i, week in enumerate(self.weeks):
            if week.longest_m:
                words = f"{week.longest_m / per_unit_m(self.unit):.0f}{'▲' if week.spikes else ''}"
                weight = "700" if week.spikes else "400"
                self._words(self._x(i) + GAP / 2 + self._wide / 2, self.y + 14, words, size=11,
                            text_anchor="middle", font_weight=weight)  # fmt: skip
        self.y += LABEL + 2
        if any(week.spikes for week in self.weeks):
            self.y += 12
            self._words(MARGIN, self.y, "▲ more than a tenth over the longest of the 30 days before", size=11,
                        fill=SLATE)  # fmt: skip
            self.y += 4

    def pain(self, site: Site, *, first: bool) -> None:
        """The worst of each week at one place: a cell with its number; a dot where nothing was told."""
        if first:
            self._head("Pain by place, the worst of each week, 0 to 10")
        self.y += LABEL - 4
        self._words(MARGIN, self.y, _place(site), size=11, fill=SLATE)
        self.y += 5
        for i, week in enumerate(self.weeks):
            x, middle = self._x(i) + GAP / 2, self._x(i) + GAP / 2 + self._wide / 2
            level = week.pain.get(site)
            if level is None:
                self._words(middle, self.y + 17, "·", size=12, fill=SLATE, text_anchor="middle")
                continue
            fill, ink = PAIN[level]
            box = {"x": _n(x), "y": _n(self.y), "width": _n(self._wide), "height": _n(ROW - 2), "rx": "3"}
            look = {"fill": fill, "stroke": EDGE, "class_": f"tw-pain pain-{level}"}
            self._add("rect", None, **box, **look)
            self._words(middle, self.y + 16.5, str(level), size=12, fill=ink, text_anchor="middle",
                        font_weight="600", class_=f"tw-pain-ink pain-{level}")  # fmt: skip
        self.y += ROW

    def shoe(self, name: str, *, first: bool) -> None:
        """A dot for each week that a shoe was worn, its area with the distance."""
        if first:
            self._head("Shoes")
        most = max((m for week in self.weeks for m in week.shoes.values()), default=1.0) or 1.0
        self.y += LABEL - 4
        self._words(MARGIN, self.y, _cut(name), size=11, fill=SLATE)
        self.y += 3
        for i, week in enumerate(self.weeks):
            if metres := week.shoes.get(name):
                radius, middle = 8 * (metres / most) ** 0.5, self._x(i) + GAP / 2 + self._wide / 2
                place = {"cx": _n(middle), "cy": _n(self.y + 9), "r": _n(max(1.5, radius))}
                self._add("circle", None, **place, fill=PINE, class_="tw-pine")
        self.y += 18

    def foot(self) -> None:
        """Which week is which."""
        self.y += 14
        self._words(MARGIN, self.y, f"{len(self.weeks)} weeks ago", size=11, fill=SLATE)
        self._words(WIDTH - MARGIN, self.y, "last 7 days", size=11, fill=SLATE, text_anchor="end")
        self.y += MARGIN

    def text(self) -> str:
        """The finished drawing."""
        self.root.set("aria-label", f"{len(self.weeks)} weeks of running and pain")
        self.root.set("viewBox", f"0 0 {_n(WIDTH)} {_n(self.y)}")
        self.root.set("width", _n(WIDTH))
        self.root.set("height", _n(self.y))
        return ET.tostring(self.root, encoding="unicode")


def _kind(surface: str) -> str:
    return GROUNDS.get(surface, "open")


def _order(surface: str) -> int:
    return ("solid", "stripes", "open").index(_kind(surface))


def _place(site: Site) -> str:
    """A site so that its side is never what is cut."""
    end = f", {site.side}" if site.side else ""
    return _cut(site._replace(side="").label, LONGEST_NAME - len(end)) + end


def _cut(words: str, most: int = LONGEST_NAME) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip(', ')}…"


def _n(value: float) -> str:
    return f"{round(value, 1) + 0:g}"
