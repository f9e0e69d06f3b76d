"""Shoes, how far each has gone, and on what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from secondwind.runlog.pictures.svg import Canvas, Key, Picture, Table, swatch
from secondwind.runlog.pictures.units import Units

ROW, BAR = 46.0, 16.0
KINDS: Final = ("solid", "up", "dots", "down", "grid", "lines", "steep-up", "steep-down", "plain")


def shoes(name: str, rows: Sequence[tuple[str, Mapping[str, float]]], units: Units) -> Picture | None:
    """One bar for each shoe (its name, and metres by the name of the surface); None without any way."""
    most = max((sum(parts.values()) for _, parts in rows), default=0)
    if most <= 0:
        return None
    surfaces = _by_way(rows)
    farthest = max(rows, key=lambda row: sum(row[1].values()))
    description = (
        f"{len(rows)} shoe{'s' if len(rows) != 1 else ''}; {farthest[0]} has gone farthest, "
        f"{units.far(sum(farthest[1].values()), 0)}."
    )
    canvas = Canvas(name, "Shoes by surface", description, ROW * len(rows))
    kinds = {surface: KINDS[i % len(KINDS)] for i, surface in enumerate(surfaces)}
    fills = {surface: canvas.hatch(kind) for surface, kind in kinds.items()}
    for i, (shoe, parts) in enumerate(rows):
        _bar(canvas, i * ROW, shoe, parts, most, fills, units)
    columns = ("Shoe", "All", *surfaces)
    cells = tuple(
        (shoe, units.far(sum(parts.values())), *(units.far(parts.get(surface, 0)) for surface in surfaces))
        for shoe, parts in rows
    )
    return canvas.picture(Table(columns, cells), tuple(Key(swatch(kinds[s], name), s) for s in surfaces))


def _by_way(rows: Sequence[tuple[str, Mapping[str, float]]]) -> list[str]:
    """The surfaces, the one most run on first."""
    sums: dict[str, float] = {}
    for _, parts in rows:
        for surface, metres in parts.items():
            sums[surface] = sums.get(surface, 0) + metres
    return sorted((s for s in sums if sums[s] > 0), key=lambda s: (-sums[s], s))


def _bar(
    canvas: Canvas,
    top: float,
    shoe: str,
    parts: Mapping[str, float],
    most: float,
    fills: Mapping[str, str],
    units: Units,
) -> None:
    canvas.words(0, top + 15, shoe)
    canvas.words(1, top + 15, units.far(sum(parts.values()), 0), anchor="end")
    at = 0.0
    for surface, fill in fills.items():
        share = parts.get(surface, 0) / most
        if share > 0:
            part = canvas.bar(at, share, top + 22, BAR, fill=fill, class_="pic-part")
            canvas.add("title", part).text = f"{surface}: {units.far(parts[surface])}"
            at += share
