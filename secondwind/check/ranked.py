"""The ranked conditions as pages show them: shares in words and as bars, reasons with strength and source."""

from __future__ import annotations

import math
from dataclasses import dataclass

from secondwind.cases.replies import field_name
from secondwind.clinic.knowledge import Condition, Engine, Knowledge
from secondwind.clinic.model import Answer, Candidate, Kind, MustNotMiss, Question, Reply, Term

CARDS = 6
LIST = 12

# No share above this is shown as a number: the sum is not that good (see the method page).
MOST_SHOWN = 0.9

# Absolute log-odds from which a reason is called clear (odds doubled) and strong (odds tripled).
CLEAR, STRONG = 0.69, 1.1
STRENGTH = {1: "a weak sign", 2: "a clear sign", 3: "a strong sign"}

TONES = {"fits well": "well", "possible": "possible"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One line for or against. `strength` is 1 to 3; `source_id` is empty for expert judgement."""

    text: str
    strength: int
    words: str = ""
    source_id: str = ""
    cite: str = ""

    @property
    def strength_words(self) -> str:
        return STRENGTH[self.strength]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sum, as it stands in the table."""

    label: str
    reply: str
    weight: str
    basis: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate with its bar (percent of the width), its share in words, its reasons and its sum."""

    condition: Condition
    name: str
    fit: str
    tone: str
    percent: str
    low_percent: str
    high_percent: str
    about: str
    share_text: str
    range_text: str
    pros: tuple[Reason, ...]
    cons: tuple[Reason, ...]
    terms: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the name of the field that answers it."""

    finding: str
    name: str
    text: str
    self_test: bool


@dataclass(frozen=True, slots=True)
class Danger:
    """Conditions that must not be missed, and the question that would tell most, if one is left."""

    conditions: tuple[Condition, ...]
    question: Asked | None


def shown(answer: Answer, knowledge: Knowledge) -> list[Shown]:
    """The first conditions of an answer, best first."""
    return [candidate(one, knowledge) for one in answer.ranked[:LIST]]


def candidate(one: Candidate, knowledge: Knowledge) -> Shown:
    """One ranked condition."""
    return Shown(
        condition=knowledge.conditions[one.condition],
        name=one.name,
        fit=one.fit,
        tone=TONES.get(one.fit, "less"),
        percent=_percent(one.share),
        low_percent=_percent(one.low),
        high_percent=_percent(one.high),
        about=f"{_of_hundred(one.share)} ({_range(one)})",
        share_text=_number(one.share),
        range_text=_range(one),
        pros=tuple(_reason(term, knowledge) for term in one.pros),
        cons=tuple(_reason(term, knowledge) for term in one.cons),
        terms=tuple(_line(term, knowledge) for term in one.terms),
    )


def asked(question: Question) -> Asked:
    """A question as a form asks it."""
    return Asked(
        question.finding, field_name(Kind.FINDING, question.finding), question.text, question.self_test
    )


def dangers(found: tuple[MustNotMiss, ...], knowledge: Knowledge) -> list[Danger]:
    """The conditions that must not be missed, together where one question tells about several."""
    by_question: dict[str, list[MustNotMiss]] = {}
    for one in found:
        by_question.setdefault(one.question.finding if one.question else "", []).append(one)
    return [
        Danger(
            conditions=tuple(knowledge.conditions[one.condition] for one in alike),
            question=asked(alike[0].question) if alike[0].question else None,
        )
        for alike in by_question.values()
    ]


def other(share: float) -> str:
    """The share of everything that is not on the list, as a sentence."""
    return f"Something that is not on this list: {_of_hundred(share)}."


def news(before: Answer, after: Answer, label: str, reply: str) -> str:
    """What an answer changed, in a sentence or two, for the note above the next question."""
    taken = f"Taken: “{label}”, {reply}."
    if after.urgency is not before.urgency:
        return f"{taken} How soon to be seen has changed."
    first, was = _first(after), _first(before)
    if first and first.condition != (was.condition if was else ""):
        return f"{taken} {first.name} is now first."
    if first:
        return f"{taken} {first.name} stays first: {_of_hundred(first.share)}."
    return taken


def _first(answer: Answer) -> Candidate | None:
    return answer.ranked[0] if answer.ranked else None


def strength(log_odds: float) -> int:
    """1 to 3: how much a weight says."""
    return 1 + (abs(log_odds) >= CLEAR) + (abs(log_odds) >= STRONG)


def _reason(term: Term, knowledge: Knowledge) -> Reason:
    entry = knowledge.sources.get(term.source)
    shown = entry if entry and entry.status == "corpus" else None
    return Reason(
        text=f"not: {term.label}" if term.reply == Reply.NO else term.label,
        strength=strength(_speaks(term, knowledge.engine)),
        words=term.words,
        source_id=shown.id if shown else "",
        cite=shown.cite if shown else "",
    )


def _speaks(term: Term, engine: Engine) -> float:
    """A term's weight; that of a place is set against “something else”, as in the ranking."""
    if term.finding != "region":
        return term.weight
    return term.weight - engine.region_lambda * math.log(engine.other_region)


def _line(term: Term, knowledge: Knowledge) -> Line:
    entry = knowledge.sources.get(term.source)
    cite = f", {entry.cite}" if entry and entry.status == "corpus" else ""
    return Line(
        term.label, _reply(term.reply), f"{term.weight:+.2f}".replace("-", "−"), f"{term.basis}{cite}"
    )


def _reply(reply: str) -> str:
    return {"unsure": "not sure"}.get(reply, reply)


def _percent(share: float) -> str:
    return f"{100 * max(0.0, min(1.0, share)):.1f}"


def _number(share: float) -> str:
    if share > MOST_SHOWN:
        return f"over {MOST_SHOWN * 100:.0f}"
    return "under 1" if share < 0.01 else f"{100 * share:.0f}"


def _of_hundred(share: float) -> str:
    number = _number(share)
    return f"{number} in 100" if number.startswith(("over", "under")) else f"about {number} in 100"


def _range(one: Candidate) -> str:
    low, high = _number(one.low), _number(one.high)
    return low if low == high else f"{low} to {high}"
