"""A case as plain JSON values, to be kept in a database, a file or a queue, and back.

    {"v": 1, "items": [["place", "knee_outer", "yes", "left", [["words", 12, 24, "outer knee"]]], ...],
     "days": 20, "age": 41}

An item is a list of kind, id, reply, detail and origins, without what is empty at its end; `days` and `age`
are left out when unknown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from secondwind.clinic.model import Case, Item, Kind, Origin, Reply, Source

VERSION = 1


def to_json(case: Case) -> dict[str, Any]:
    """The case as values that JSON knows; equal cases give equal values."""
    value: dict[str, Any] = {"v": VERSION, "items": [_item(i) for i in case.items]}
    if case.duration_days is not None:
        value["days"] = case.duration_days
    if case.age is not None:
        value["age"] = case.age
    return value


def from_json(value: Mapping[str, Any]) -> Case:
    """The case that `to_json` wrote. Raises ValueError, naming what is wrong, for anything else.

    Ids that the vocabulary no longer has are kept: who reads a case passes over what it does not know.
    """
    if not isinstance(value, Mapping) or value.get("v") != VERSION:
        raise ValueError(f"not a case of version {VERSION}")
    try:
        items = tuple(_item_of(entry) for entry in value["items"])
        return Case(items, _number(value.get("days")), _whole(value.get("age")))
    except (KeyError, TypeError, IndexError, ValueError) as error:
        raise ValueError(f"not a case: {error}") from None


def _item(item: Item) -> list[Any]:
    origins = [[o.source.value, o.start, o.end, o.words] for o in item.origins]
    entry: list[Any] = [item.kind.value, item.id, item.reply.value, item.detail, origins]
    while not entry[-1]:
        entry.pop()
    return entry


def _item_of(entry: Sequence[Any]) -> Item:
    kind, id, reply, *rest = entry
    detail = rest[0] if rest else ""
    if not isinstance(id, str) or not isinstance(detail, str):
        raise ValueError("an id and a detail are text")
    origins = tuple(_origin_of(o) for o in (rest[1] if len(rest) > 1 else ()))
    return Item(Kind(kind), id, Reply(reply), detail, origins)


def _origin_of(entry: Sequence[Any]) -> Origin:
    source, start, end, words = entry
    if not isinstance(words, str):
        raise ValueError("words are text")
    return Origin(Source(source), int(start), int(end), words)


def _number(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no number of days")
    return value


def _whole(value: Any) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise ValueError(f"{value!r} is no age")
    return value
