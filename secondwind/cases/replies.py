"""What may be said of each kind of item, as forms send it: one field an item, one word a value."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from secondwind.clinic.model import Effect, Item, Kind, Origin, Reply, Result, Side, Source

Key: TypeAlias = tuple[Kind, str]

DROP = "drop"
SAY = "say."

# What may be said of an item, by its kind; besides, each may be dropped. A plain no denies it.
VALUES: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.PLACE: (*Side, Reply.NO),
        Kind.FINDING: tuple(Reply),
        Kind.TREATMENT: (*Effect, Reply.NO),
        Kind.TEST: (*Result, Reply.NO),
        Kind.SUSPICION: (Reply.YES, Reply.NO),
    }
)
# What is meant when an item is added without more words.
ADDED: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.PLACE: Side.UNKNOWN,
        Kind.FINDING: Reply.YES,
        Kind.TREATMENT: Effect.UNKNOWN,
        Kind.TEST: Result.UNKNOWN,
        Kind.SUSPICION: Reply.YES,
    }
)


def value_of(item: Item) -> str:
    """What is said of an item, as the one word that a form field holds."""
    if item.reply is Reply.NO or item.kind in (Kind.FINDING, Kind.SUSPICION):
        return item.reply
    return item.detail or ADDED[item.kind]


def field_name(kind: Kind, id: str) -> str:
    """The name of the form field that says something of an item."""
    return f"{SAY}{kind}.{id}"


def item_of(kind: Kind, id: str, value: str, known: Item | None) -> Item:
    """A correction or an answer as an item; it keeps the words of the `known` one that it corrects."""
    origins = (*(known.origins if known else ()), Origin(Source.ANSWER))
    is_reply = value == Reply.NO or Reply.YES in VALUES[kind]
    reply, detail = (Reply(value), "") if is_reply else (Reply.YES, value)
    return Item(kind, id, reply, detail, origins)
