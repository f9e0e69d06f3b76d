"""A thread page, or a bare account, as what an index takes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from secondwind.clinic.coarse import outcome_of
from secondwind.clinic.knowledge import Knowledge, load
from secondwind.clinic.model import Case, Item, Kind
from secondwind.clinic.reader import read
from secondwind.clinic.reader.thread import split
from secondwind.clinic.similarity.pattern import Vocabulary


@dataclass(frozen=True, slots=True)
class Account:
    """The case and the words of the opener, and whether the opener's last word tells how it went."""

    case: Case
    text: str
    has_outcome: bool


def account_of(title: str, text: str, knowledge: Knowledge | None = None) -> Account:
    """What the opener of a page says. Several complaints are one case here, the main one first: a page is
    found by any of them.
    """
    known = knowledge or load()
    page = split(title, text, known.language["thread"])
    reading = read(page.opener, title=title, knowledge=known)
    words = f"{title}\n\n{page.opener}"
    case = _together(reading.complaints)
    if not reading.is_injury and _in_passing(case, page.opener, known):
        return Account(Case(), words, has_outcome=False)
    return Account(case, words, outcome_of(page, known) != "unknown")


def _in_passing(case: Case, text: str, known: Knowledge) -> bool:
    """Whether a text says so little of a complaint for its length that it is about something else, as a shoe
    review is that names a knee.
    """
    length, numbers = len(text.split()), known.likeness
    if length <= numbers.short_account:
        return False
    return Vocabulary.of(known).pattern(case).bits < numbers.bits_per_hundred * length / 100


def _together(complaints: Iterable[Case]) -> Case:
    cases = list(complaints)
    if not cases:
        return Case()
    items: dict[tuple[Kind, str], Item] = {}
    for case in cases:
        for item in case.items:
            items.setdefault((item.kind, item.id), item)
    return replace(cases[0], items=tuple(items.values()))
