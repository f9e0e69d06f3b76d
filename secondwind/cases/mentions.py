"""What the posts beside a case say of treatments, read by machine: what its asker told later, and what others
suggest. It stands on the card as that, and is counted nowhere.

The room whose posts they are gives them with `keep.mention`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from secondwind.cases.chips import DETAILS
from secondwind.clinic.knowledge import Knowledge
from secondwind.clinic.model import Effect, Kind

MOST = 200  # kept beside a case
SHOWN = 12  # treatments on a card
PLACES = 4  # posts that are named for one treatment


@dataclass(frozen=True, slots=True)
class Mention:
    """A treatment in a post: `post` is its id, `number` the one that is shown, `is_own` says that the asker
    wrote it."""

    treatment: str
    effect: Effect
    post: int
    number: int
    address: str
    is_own: bool

    def to_json(self) -> list[Any]:
        """As `Case.mentioned` holds it."""
        return [self.treatment, str(self.effect), self.post, self.number, self.address, self.is_own]


@dataclass(frozen=True, slots=True)
class Row:
    """A treatment on a card with what the posts say it did, and where they say so (number, address)."""

    label: str
    detail: str
    places: tuple[tuple[int, str], ...]


def of_json(rows: Iterable[Sequence[Any]]) -> list[Mention]:
    """What `to_json` wrote."""
    return [Mention(row[0], Effect(row[1]), *row[2:]) for row in rows]


def rows(mentions: Iterable[Mention], known: Knowledge, *, own: bool) -> list[Row]:
    """What the asker told later, or what others suggest: a treatment a row, in the order in which they were
    named first. Of effects the asker's last one holds; of others' only that it helped them."""
    by_treatment: dict[str, list[Mention]] = {}
    for one in sorted(mentions, key=lambda one: one.number):
        if one.is_own == own and one.treatment in known.treatments:
            by_treatment.setdefault(one.treatment, []).append(one)
    return [
        Row(known.treatments[id].label, _effect(found, own=own), tuple(_places(found)))
        for id, found in list(by_treatment.items())[:SHOWN]
    ]


def _effect(found: Sequence[Mention], *, own: bool) -> str:
    said = [one.effect for one in found if one.effect is not Effect.UNKNOWN]
    if own:
        return DETAILS[Kind.TREATMENT].get(said[-1], "") if said else ""
    return "helped them" if Effect.BETTER in said else ""


def _places(found: Sequence[Mention]) -> list[tuple[int, str]]:
    return list(dict.fromkeys((one.number, one.address) for one in found))[:PLACES]
