"""Everything that was understood of a text, counted or not, for marking its words and saying why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from secondwind.cases.chips import chip_id, meaning
from secondwind.cases.replies import DROP
from secondwind.check.marks import Understood
from secondwind.check.sheet import Sheet
from secondwind.clinic.knowledge import Knowledge
from secondwind.clinic.model import Aside, Case, Reading

WHY_ASIDE: Mapping[str, str] = MappingProxyType(
    {"past": "an earlier time", "other": "somebody else", "plan": "planned, or not done yet"}
)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Something understood that is not counted, and why."""

    label: str
    words: str
    why: str


def mentioned(asides: tuple[Aside, ...], knowledge: Knowledge) -> list[Mentioned]:
    """What was understood and is not counted, each with the reason."""
    return [
        Mentioned(knowledge.label(a.item.kind, a.item.id), a.item.words, WHY_ASIDE.get(a.why, a.why))
        for a in asides
    ]


def understood(sheet: Sheet, reading: Reading, case: Case, knowledge: Knowledge) -> Iterator[Understood]:
    """Everything understood in the text, for marking its words: this complaint, asides, the other ones."""
    told = sheet.told(reading)
    for item in told.items:
        kept = case.item(item.kind, item.id)
        yield Understood(
            item,
            meaning(kept or item, knowledge),
            kept.reply if kept else DROP,
            chip_id(item) if kept else "",
        )
    for aside in reading.mentioned:
        yield Understood(
            aside.item, f"{meaning(aside.item, knowledge)} ({WHY_ASIDE.get(aside.why, aside.why)})", "aside"
        )
    for other in reading.complaints:
        if other is not told:
            for item in other.items:
                yield Understood(item, f"{meaning(item, knowledge)} (the other complaint)", "other")
