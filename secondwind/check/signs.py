"""Danger signs as pages show them: the screen to answer, the alarms that went off and what made them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from secondwind.cases.replies import field_name
from secondwind.clinic.knowledge import Knowledge, SourceEntry
from secondwind.clinic.model import Alarm, Answer, Case, Kind, Reply, Source, Urgency

REPLY_TITLES: Mapping[Reply | None, str] = MappingProxyType(
    {Reply.YES: "Yes", Reply.UNSURE: "Not sure", None: "Not asked or not answered", Reply.NO: "No"}
)
REPLIES = ((Reply.YES, "Yes"), (Reply.NO, "No"), (Reply.UNSURE, "Not sure"))


@dataclass(frozen=True, slots=True)
class Sign:
    """A finding to answer: its question, the reply so far (or nothing), and the words it was read from."""

    id: str
    name: str
    label: str
    question: str
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the screen."""

    title: str
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class ReplyList:
    """The signs with the same reply."""

    title: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownAlarm:
    """A rule that went off, with the signs behind it and its source."""

    rule: str
    say: str
    is_emergency: bool
    signs: tuple[Sign, ...]
    source: SourceEntry


def sign(id: str, case: Case, knowledge: Knowledge) -> Sign:
    """What a case says of a finding; another thing that an alarm rests on has no question of its own."""
    for kind in Kind:
        item = case.item(kind, id)
        if item:
            break
    else:
        kind, item = Kind.FINDING, None
    label = knowledge.label(kind, id)
    finding = knowledge.findings.get(id)
    return Sign(
        id=id,
        name=field_name(kind, id),
        label=label,
        question=(finding.question if finding else "") or label,
        value=item.reply if item and kind is Kind.FINDING else "",
        words=item.words if item else "",
    )


def screen(asked: Sequence[str], case: Case, knowledge: Knowledge) -> list[Part]:
    """The findings of a danger screen: those of the body areas first, then those that everybody is asked."""
    general = frozenset(knowledge.screens["every_case"])
    parts = (
        ("Where it hurts", [id for id in asked if id not in general]),
        ("You, and the pain as a whole", [id for id in asked if id in general]),
    )
    return [Part(title, tuple(sign(id, case, knowledge) for id in ids)) for title, ids in parts if ids]


def alarms(fired: Iterable[Alarm], case: Case, knowledge: Knowledge) -> list[ShownAlarm]:
    """Alarms with their signs and sources, in the order given."""
    return [
        ShownAlarm(
            rule=alarm.rule,
            say=alarm.say,
            is_emergency=alarm.action is Urgency.EMERGENCY,
            signs=tuple(sign(id, case, knowledge) for id in alarm.because),
            source=knowledge.sources[alarm.source],
        )
        for alarm in fired
    ]


def behind(answer: Answer, case: Case, knowledge: Knowledge) -> list[Sign]:
    """What an emergency rests on: the findings its rules name, or else the questions that would clear it."""
    named = [id for alarm in answer.alarms if alarm.action is Urgency.EMERGENCY for id in alarm.because]
    asked = [one.question.finding for one in answer.must_not_miss if one.question]
    ids = dict.fromkeys([*named, *([] if named else asked)])
    return [sign(id, case, knowledge) for id in ids if id in knowledge.findings]


def by_reply(screen: Iterable[str], case: Case, knowledge: Knowledge) -> list[ReplyList]:
    """A danger screen by what was replied: yes, not sure, not asked, no; empty lists are left out."""
    lists: dict[str, list[str]] = {title: [] for title in REPLY_TITLES.values()}
    for id in screen:
        lists[REPLY_TITLES[case.replies.get(id)]].append(knowledge.label(Kind.FINDING, id))
    return [ReplyList(title, tuple(labels)) for title, labels in lists.items() if labels]


def tally(screen: Iterable[str], case: Case) -> dict[str, int]:
    """How many signs of a screen are there (`yes`), not (`no`), `unsure` and `open`; and the `total`."""
    counts = Counter(str(case.replies.get(id, "open")) for id in screen)
    return {**{key: counts[key] for key in (*Reply, "open")}, "total": counts.total()}


def answered(case: Case, knowledge: Knowledge) -> list[Sign]:
    """What the runner answered on the pages, in the order of answering."""
    return [
        sign(item.id, case, knowledge)
        for item in case.of(Kind.FINDING)
        if any(origin.source is Source.ANSWER for origin in item.origins)
        and knowledge.findings[item.id].question
    ]
