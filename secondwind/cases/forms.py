"""Reading the form that corrects a case; nothing in it is believed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from secondwind.cases.chips import Group
from secondwind.cases.replies import ADDED, DROP, VALUES, field_name, item_of, value_of
from secondwind.clinic.knowledge import Knowledge
from secondwind.clinic.model import Case, Item, Kind, Side


@dataclass(frozen=True, slots=True)
class Field:
    """A group of items to correct, and who sees it."""

    group: Group
    audience: str


def fields_shown(groups: list[Group], audiences: Mapping[str, str]) -> list[Field]:
    """Each group with its audience; empty says that it is seen as the rest."""
    return [Field(group, audiences.get(group.id, "")) for group in groups]


def corrected(case: Case, post: QueryDict, knowledge: Knowledge) -> Case:
    """The case as the form says: items changed, left out and added. What is unknown is passed over."""
    said = {(i.kind, i.id): post.get(field_name(i.kind, i.id), "") for i in case.items}
    gone = [key for key, value in said.items() if value == DROP]
    changed = [
        item_of(item.kind, item.id, value, item)
        for item in case.items
        if (value := said[item.kind, item.id]) in VALUES[item.kind] and value != value_of(item)
    ]
    return case.without(gone).with_items([*changed, *_added(case, post, knowledge)])


def _added(case: Case, post: QueryDict, knowledge: Knowledge) -> Iterator[Item]:
    vocabulary: Mapping[str, Collection[str]] = {
        Kind.FINDING: knowledge.findings,
        Kind.TREATMENT: knowledge.treatments,
        Kind.TEST: knowledge.tests,
    }
    for name in post.getlist("add"):
        kind, _, id = name.partition(".")
        if id in vocabulary.get(kind, ()) and case.item(Kind(kind), id) is None:
            yield item_of(Kind(kind), id, ADDED[Kind(kind)], None)
    place, side = post.get("place", ""), post.get("place_side", "")
    if place in knowledge.regions and side in tuple(Side):
        yield item_of(Kind.PLACE, place, side, case.item(Kind.PLACE, place))
