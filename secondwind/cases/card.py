"""A case as an index card: the small map, what was told in groups, what was asked, as one viewer sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from secondwind.accounts.models import Audience
from secondwind.bodymap import smallmap
from secondwind.bodymap.smallmap import SmallMap
from secondwind.cases import access, chips
from secondwind.cases.chips import Chip, Group
from secondwind.cases.mentions import Row, of_json, rows
from secondwind.cases.models import Beginning, Case
from secondwind.cases.outcome_words import UNKNOWN, outcome_words
from secondwind.clinic import triage
from secondwind.clinic.knowledge import Knowledge, load
from secondwind.clinic.model import Case as Told
from secondwind.clinic.model import Reply

REPLIES = {Reply.YES: "yes", Reply.NO: "no", Reply.UNSURE: "not sure"}
Span = tuple[int, int]
SHORT = 3  # questions offered to helpers


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for the owner: `reply` is in words, or empty while it waits."""

    finding: str
    question: str
    reply: str


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that `cases/_card.html` shows."""

    case: Case
    title: str
    since: str
    map: SmallMap | None
    groups: list[Group]
    quotes: list[Chip]  # the items that were read from words
    waiting: tuple[Asked, ...]
    answered: tuple[Asked, ...]
    offers: tuple[Asked, ...]  # what a helper may ask with one click
    is_own: bool
    is_draft: bool
    by_machine: bool
    is_private: bool
    why_hidden: str  # the moderator's reason
    outcome: str
    later: list[Row]  # treatments that the asker told of later, by machine
    suggested: list[Row]  # treatments that others named, by machine


def card_of(viewer: access.Viewer, case: Case, knowledge: Knowledge | None = None) -> Card | None:
    """The card of a case for a viewer; None when they may not see it. No query."""
    if not access.sees(viewer, case):
        return None
    known = knowledge or load()
    told = access.shown_to(viewer, case, known)
    groups = chips.card(told, triage.screen_for(told, known), known)
    is_own = access.owns(viewer, case)
    asked = [_asked(finding, reply, known) for finding, reply in case.asked.items()]
    may_offer = access.known(viewer) and not is_own and case.owner_id is not None
    is_old = case.owner_id is None and case.beginning == Beginning.THREAD
    mentioned = of_json(case.mentioned)
    open_ = [f for f in case.questions if f not in case.asked] if may_offer or is_own else []
    return Card(
        case=case,
        title=chips.title(Told(told.items), known),
        since=chips.duration(told.duration_days),
        map=smallmap.of_case(told, known) if told.places else None,
        groups=groups,
        quotes=[chip for group in groups for chip in group.chips if chip.words],
        waiting=tuple(one for one in asked if not one.reply),
        answered=tuple(one for one in asked if one.reply),
        offers=tuple(_asked(finding, "", known) for finding in open_[:SHORT]),
        is_own=is_own,
        is_draft=not case.is_confirmed,
        by_machine=not case.is_confirmed and case.beginning == Beginning.THREAD,
        is_private=case.audience == Audience.NOBODY,
        why_hidden=case.why_hidden,
        outcome=outcome_words(case) or (UNKNOWN if is_old else ""),
        later=rows(mentioned, known, own=True) if access.shows(viewer, case, "tried") else [],
        suggested=rows(mentioned, known, own=False),
    )


def cards_of(viewer: access.Viewer, cases: Iterable[Case]) -> list[Card]:
    """The cards of those cases that the viewer may see. No query."""
    known = load()
    return [card for case in cases if (card := card_of(viewer, case, known))]


def titles_for(viewer: access.Viewer, cases: Iterable[Case]) -> list[tuple[Case, str]]:
    """Cases with what their cards are called for a viewer, hidden ones too. No query."""
    known = load()
    return [(one, chips.title(Told(access.shown_to(viewer, one, known).items), known)) for one in cases]


def spans(card: Card) -> tuple[Span, ...]:
    """Where the words stand that the items shown were read from, in the account of the case."""
    return tuple(dict.fromkeys(span for group in card.groups for chip in group.chips for span in chip.spans))


def placed(card: Card, places: Mapping[Span, str], title: str) -> Card:
    """The card with its items leading to their words: `places` are ids of parts of the page, by span; the
    words of the title stand at `title`."""

    def lead(chip: Chip) -> Chip:
        first = next((places[span] for span in chip.spans if span in places), "")
        above = bool(chip.spans) and chip.spans[0][1] <= len(card.case.title)
        return replace(chip, place=first or (title if above else ""))

    groups = [replace(group, chips=tuple(lead(chip) for chip in group.chips)) for group in card.groups]
    quotes = [chip for group in groups for chip in group.chips if chip.words]
    return replace(card, groups=groups, quotes=quotes)


def _asked(finding: str, reply: str, known: Knowledge) -> Asked:
    entry = known.findings.get(finding)
    question = entry.question if entry else finding
    return Asked(finding, question, REPLIES.get(Reply(reply), "") if reply else "")
