"""Tells several complaints in one account apart: places that lie together are one, the first named is the
main one."""

from __future__ import annotations

from dataclasses import replace

from secondwind.clinic.knowledge import Knowledge
from secondwind.clinic.model import Case, Item, Kind, Reply, Side
from secondwind.clinic.reader.context import Heard
from secondwind.clinic.reader.places import Placed, members

_OF_THE_RUNNER = frozenset(
    {"context", "person", "history"}
)  # groups of findings that belong to every complaint


def split(
    places: list[Placed], items: list[tuple[Item, int]], heard: list[Heard], known: Knowledge, frame: Case
) -> tuple[Case, ...]:
    """One case for each complaint. An item goes to the complaint whose place was named in its sentence or
    last before it."""
    groups = _groups([p for p in places if p.item.reply is Reply.YES], heard, known)
    if not groups:
        return (replace(frame, items=tuple(p.item for p in places) + tuple(i for i, _ in items)),)
    cases = []
    for number, group in enumerate(groups):
        own = [p.item for p in group]
        if number == 0:
            own += [p.item for p in places if p.item.reply is not Reply.YES]
        own += [i for i, sentence in items if _belongs(i, sentence, number, groups, known)]
        cases.append(replace(frame, items=tuple(own)))
    return tuple(cases)


def _groups(places: list[Placed], heard: list[Heard], known: Knowledge) -> list[list[Placed]]:
    groups: list[list[Placed]] = []
    for p in places:
        touching = [
            g
            for g in groups
            if not _on_other_sides([p], g)
            and any(_together(p, q, known) or not _told_apart(p, q, heard) for q in g)
        ]
        if not touching:
            groups.append([p])
            continue
        first = touching[0]
        for other in touching[1:]:
            if not _on_other_sides(first, other):
                first.extend(other)
                groups.remove(other)
        first.append(p)
    return groups


def _on_other_sides(one: list[Placed], other: list[Placed]) -> bool:
    """Whether one is left and the other right: a place of which no side is said does not make them one."""
    sides = [{p.item.detail for p in group} & {Side.LEFT, Side.RIGHT} for group in (one, other)]
    return bool(sides[0] and sides[1] and sides[0] != sides[1])


def _told_apart(p: Placed, q: Placed, heard: list[Heard]) -> bool:
    """Whether the runner tells two places that do not touch apart by saying that there is another one."""
    if not p.sentences or p.sentences[0] in q.sentences:
        return False
    before = heard[p.sentences[0]].sentence.tokens[max(0, p.token - 5) : p.token]
    return any(t in _ANOTHER for t in before)


_ANOTHER = frozenset("also another separately second unrelated additionally".split())


def _together(p: Placed, q: Placed, known: Knowledge) -> bool:
    """Same or neighbouring places, or two of the same body area."""
    a, b = members(p.item.id, known), members(q.item.id, known)
    if a & b or known.regions[p.item.id].area == known.regions[q.item.id].area:
        return True
    around = {n for r in a for n in known.regions[r].neighbours}
    return bool(around & b)


def _belongs(item: Item, sentence: int, number: int, groups: list[list[Placed]], known: Knowledge) -> bool:
    if len(groups) == 1 or sentence < 0:
        return True
    if item.kind is Kind.FINDING and known.findings[item.id].group in _OF_THE_RUNNER:
        return True
    named = [(s, g) for g, group in enumerate(groups) for p in group for s in p.sentences if s <= sentence]
    if not named:
        return number == 0
    last = max(s for s, _ in named)
    return number in {g for s, g in named if s == last}
