"""The route as a drawing of its own: its shape, the distances along it, no map under it.

Places are drawn in an equal-area projection about the middle of the route (sinusoidal, on the WGS 84
ellipsoid to within a part in ten thousand for a run's extent), so no coordinate of the earth is on the page.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Final

import numpy as np
from numpy.typing import NDArray

from secondwind.runlog.pictures.svg import Column, Drawing, Picture, Table, n, path, way_step
from secondwind.runlog.pictures.units import Units
from secondwind.running.geo import ECCENTRICITY_2, EQUATOR_M

WIDTH, LEAST_HEIGHT, MOST_HEIGHT, EDGE = 480.0, 240.0, 480.0, 26.0
MOST_POINTS: Final = 400
MOST_SAID: Final = 120
MARKS: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
MOST_MARKS: Final = 14
WINDS: Final = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")

Points = tuple[Column, Column]


def route(
    name: str,
    lat_deg: Column,
    lon_deg: Column,
    distance_m: Column,
    units: Units,
    *,
    breaks: NDArray[np.int64] | None = None,
    cut: bool = False,
) -> Picture | None:
    """The route through positions (NaN for unknown) with the way so far at each; None without a track.

    `breaks` are indices at which the line begins anew. `cut` says that the drawing is of a part only, so that
    its ends are not called start and end.
    """
    known = np.flatnonzero(np.isfinite(lat_deg) & np.isfinite(lon_deg) & np.isfinite(distance_m))
    if len(known) < 2:
        return None
    way = distance_m[known] - distance_m[known[0]]
    east, north = projected(lat_deg[known], lon_deg[known])
    if max(np.ptp(east), np.ptp(north)) < 1 or way[-1] <= 0:
        return None
    pieces = np.searchsorted(
        np.searchsorted(known, breaks if breaks is not None else []), np.arange(len(known)), "right"
    )
    scale, height = _scale(east, north)
    x, y = _placed(east, north, scale, height)
    ends = _ends(east, north)
    description = _description(units, way[-1], east, north, ends, cut=cut)
    drawing = Drawing(
        name, "Route", description, class_="pic pic-route", viewBox=f"0 0 {n(WIDTH)} {n(height)}"
    )
    _lines(drawing, x, y, pieces)
    _distances(drawing, way, x, y, units)
    if not cut:
        _start_and_end(drawing, x, y)
    _scale_bar(drawing, scale, height, units)
    some = np.unique(np.searchsorted(way, np.linspace(0, way[-1], MOST_SAID)).clip(max=len(way) - 1))
    drawing.say(way[some], x[some] / WIDTH * 100, [units.far(w) for w in way[some]], y[some] / height * 100)
    return drawing.picture(_table(way, east, north, units, cut=cut))


def projected(lat_deg: Column, lon_deg: Column) -> Points:
    """Metres east and north of the middle, equal in area: the sinusoidal projection."""
    lat, middle = np.radians(lat_deg), np.radians((lat_deg.min() + lat_deg.max()) / 2)
    w2 = 1 - ECCENTRICITY_2 * np.sin((lat + middle) / 2) ** 2
    along = EQUATOR_M * (1 - ECCENTRICITY_2) / w2**1.5
    across = EQUATOR_M / np.sqrt(1 - ECCENTRICITY_2 * np.sin(lat) ** 2)
    turn = (lon_deg - lon_deg[0] + 180) % 360 - 180  # the short way round, over the date line too
    turn = turn - (turn.min() + turn.max()) / 2
    return across * np.cos(lat) * np.radians(turn), along * (lat - middle)


def thinned(x: Column, y: Column, most: int) -> NDArray[np.int64]:
    """The indices of at most `most` points that keep the shape: the farthest from the line so far comes first
    (Douglas and Peucker's rule, the number of points given instead of the tolerance)."""
    if len(x) <= most:
        return np.arange(len(x))
    kept = {0, len(x) - 1}
    queue: list[tuple[float, int, int, int]] = []
    _push(queue, x, y, 0, len(x) - 1)
    while queue and len(kept) < most:
        far, first, middle, last = heappop(queue)
        if far >= 0:
            break
        kept.add(middle)
        _push(queue, x, y, first, middle)
        _push(queue, x, y, middle, last)
    return np.array(sorted(kept))


def _push(queue: list[tuple[float, int, int, int]], x: Column, y: Column, first: int, last: int) -> None:
    if last - first < 2:
        return
    dx, dy = x[last] - x[first], y[last] - y[first]
    px, py = x[first + 1 : last] - x[first], y[first + 1 : last] - y[first]
    square = dx * dx + dy * dy
    share = np.clip((px * dx + py * dy) / square, 0, 1) if square else np.zeros(len(px))
    far = np.hypot(px - share * dx, py - share * dy)
    worst = int(far.argmax())
    heappush(queue, (-float(far[worst]), first, first + 1 + worst, last))


def _scale(east: Column, north: Column) -> tuple[float, float]:
    """Pixels a metre, and the height of the drawing."""
    wide, high = max(np.ptp(east), 1.0), max(np.ptp(north), 1.0)
    scale = min((WIDTH - 2 * EDGE) / wide, (MOST_HEIGHT - 2 * EDGE - 20) / high)
    return scale, max(LEAST_HEIGHT, high * scale + 2 * EDGE + 20)


def _placed(east: Column, north: Column, scale: float, height: float) -> Points:
    x = WIDTH / 2 + (east - (east.min() + east.max()) / 2) * scale
    y = (height - 20) / 2 - (north - (north.min() + north.max()) / 2) * scale
    return x, y


def _lines(drawing: Drawing, x: Column, y: Column, pieces: NDArray[np.int64]) -> None:
    """The way, each piece with its share of the points."""
    d = []
    for piece in np.unique(pieces):
        inside = np.flatnonzero(pieces == piece)
        if len(inside) > 1:
            share = max(2, MOST_POINTS * len(inside) // len(x))
            keep = inside[thinned(x[inside], y[inside], share)]
            d.append(path(x[keep], y[keep]))
    drawing.add("path", d="".join(d), class_="pic-way-edge")
    drawing.add("path", d="".join(d), class_="pic-way")


def _marks(way: Column, units: Units) -> list[float]:
    """Whole distances along the way, at most some twelve, in metres."""
    length = float(way[-1]) / units.distance_m
    step = next((s for s in MARKS if length / s <= MOST_MARKS), MARKS[-1])
    return [float(m) for m in np.arange(step, length - step * 0.2, step) * units.distance_m]


def _distances(drawing: Drawing, way: Column, x: Column, y: Column, units: Units) -> None:
    taken: list[tuple[float, float]] = []
    for mark in _marks(way, units):
        i = int(np.searchsorted(way, mark).clip(max=len(way) - 1))
        place = (float(x[i]), float(y[i]))
        crowded = any(np.hypot(place[0] - a, place[1] - b) < 21 for a, b in taken)
        drawing.add("circle", cx=n(place[0]), cy=n(place[1]), r="2.5" if crowded else "9", class_="pic-mark")
        if not crowded:
            taken.append(place)
            text = drawing.add(
                "text", x=n(place[0]), y=n(place[1] + 4), text_anchor="middle", class_="pic-mark-words"
            )
            text.text = f"{mark / units.distance_m:g}"


def _start_and_end(drawing: Drawing, x: Column, y: Column) -> None:
    together = np.hypot(x[-1] - x[0], y[-1] - y[0]) < 24
    _end(drawing, x, y, 0, "Start and end" if together else "Start", "pic-start")
    if not together:
        _end(drawing, x, y, -1, "End", "pic-end")


def _end(drawing: Drawing, x: Column, y: Column, at: int, words: str, kind: str) -> None:
    """The end of a way, its name where it covers least of the line."""
    here = (float(x[at]), float(y[at]))
    drawing.add("circle", cx=n(here[0]), cy=n(here[1]), r="6", class_=kind)
    wide = 9.0 * len(words)
    sides = {
        "start": (here[0] + 14, here[1] + 5, here[0] + 14),
        "end": (here[0] - 14, here[1] + 5, here[0] - 14 - wide),
        "middle": (here[0], here[1] - 13, here[0] - wide / 2),
        "middle ": (here[0], here[1] + 24, here[0] - wide / 2),
    }

    def covered(side: str) -> float:
        _, base, left = sides[side]
        over = (x > left - 4) & (x < left + wide + 4) & (y > base - 18) & (y < base + 6)
        return float(over.sum()) + (1e9 if left < 2 or left + wide > WIDTH - 2 else 0)

    best = min(sides, key=covered)
    place, base, _ = sides[best]
    anchor = best.strip()
    text = drawing.add("text", x=n(place), y=n(base), text_anchor=anchor, class_="pic-words pic-end-words")
    text.text = words


def _scale_bar(drawing: Drawing, scale: float, height: float, units: Units) -> None:
    """A bar of a round length, and where north is."""
    whole = way_step(150 / scale / units.distance_m * 2)
    length, y = whole * units.distance_m * scale, height - 10
    drawing.add("path", d=f"M8 {n(y - 5)}v5h{n(length)}v-5", class_="pic-scale")
    words = f"{whole:g} {units.distance}"
    if units.distance == "km" and whole < 1:
        words = f"{whole * 1000:g} m"
    drawing.add("text", x=n(14 + length), y=n(y), class_="pic-words pic-quiet").text = words
    drawing.add("path", d=f"M{n(WIDTH - 12)} {n(y)}v-20m-4 6l4-6 4 6", class_="pic-scale")
    drawing.add(
        "text", x=n(WIDTH - 22), y=n(y), text_anchor="end", class_="pic-words pic-quiet"
    ).text = "north"


def _ends(east: Column, north: Column) -> float:
    return float(np.hypot(east[-1] - east[0], north[-1] - north[0]))


def _description(units: Units, length: float, east: Column, north: Column, ends: float, *, cut: bool) -> str:
    size = f"{units.far(np.ptp(east))} from west to east, {units.far(np.ptp(north))} from south to north"
    if cut:
        return f"The shape of {units.far(length)} of the run: {size}. Some of it is left out."
    shape = "it ends where it began" if ends < 0.03 * length else f"it ends {units.far(ends)} from its start"
    return f"The shape of {units.far(length)}: {size}; {shape}."


def _table(way: Column, east: Column, north: Column, units: Units, *, cut: bool) -> Table:
    rows = []
    for mark in _marks(way, units):
        i = int(np.searchsorted(way, mark).clip(max=len(way) - 1))
        dx, dy = east[i] - east[0], north[i] - north[0]
        wind = WINDS[round(np.degrees(np.arctan2(dx, dy)) / 45) % 8]
        rows.append((units.far(mark, 0), f"{units.far(float(np.hypot(dx, dy)))} {wind}"))
    return Table(
        ("At", "As the crow flies from " + ("where the drawing begins" if cut else "the start")), tuple(rows)
    )
