"""Treatments that a post names, with what it says they did.

    for one in told("The cold soak took the pain down a lot. I'll try stretching."):
        one.treatment, one.effect        # cold_soak, better

`told` is what the writer says of their own complaint; `suggested` what somebody says to another: what they
propose, did themselves or saw help. Neither is an outcome: they are words, read by machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from secondwind.clinic.knowledge import Knowledge, load
from secondwind.clinic.model import Effect, Kind, Reply
from secondwind.clinic.reader import items, language, listen
from secondwind.clinic.reader.items import Found

LONGEST = 20_000
"""Characters of a post that are read."""


@dataclass(frozen=True, slots=True)
class Named:
    """A treatment and what it did, as the text says."""

    treatment: str
    effect: Effect


def told(text: str, knowledge: Knowledge | None = None) -> list[Named]:
    """What the writer has tried, in the order of the text: no plans, no advice, nothing of earlier times."""
    return _named(one for one in _found(text, knowledge) if not one.aside)


def suggested(text: str, knowledge: Knowledge | None = None) -> list[Named]:
    """What the writer proposes to somebody, in the order of the text: not what did nothing, or harm."""
    against = (Effect.NO_CHANGE, Effect.WORSE)
    return [one for one in _named(_found(text, knowledge)) if one.effect not in against]


def _found(text: str, knowledge: Knowledge | None) -> list[Found]:
    known = knowledge or load()
    heard = listen(text[:LONGEST], language(known))
    return [one for one in items.found(heard, known) if one.kind is Kind.TREATMENT and one.reply is Reply.YES]


def _named(found: Iterable[Found]) -> list[Named]:
    """Each treatment once; where effects differ, the last one that was told."""
    effects: dict[str, Effect] = {}
    for one in found:
        effect = Effect(one.detail or Effect.UNKNOWN)
        if effect is not Effect.UNKNOWN or one.id not in effects:
            effects[one.id] = effect
    return [Named(id, effect) for id, effect in effects.items()]
