"""What to do until somebody has looked at it: running and load, first steps, what was tried, whom to see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from secondwind.cases.chips import DETAILS
from secondwind.clinic.knowledge import Condition, Knowledge, Plan, SourceEntry
from secondwind.clinic.model import Answer, Kind, Reply, Urgency
from secondwind.clinic.ruler import Mark, ruler

LEADERS = 3
LEADING_FITS = ("fits well", "possible")
MOST_NAMED = 2
NO_PLAN = "none"

# Frandsen 2025 (source frandsen2025): a run more than 10 percent longer than the longest of the last 30 days.
SINGLE_RUN = (
    "Keep every single run within 110 percent of your longest run of the last 30 days: "
    "beyond that, injuries were clearly more frequent among 5,205 runners."
)
SINGLE_RUN_SOURCE = "frandsen2025"


@dataclass(frozen=True, slots=True)
class Running:
    """Whether and how to run: sentences, and the plan whose pain limits hold, if running is open at all."""

    sentences: tuple[str, ...]
    plan: Plan | None = None
    ruler: tuple[Mark, ...] = ()
    source: SourceEntry | None = None
    stricter: str = ""


@dataclass(frozen=True, slots=True)
class Care:
    """First steps for one condition."""

    name: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """Something the runner tried: what it did, and what is known of it."""

    label: str
    effect: str
    says: str
    source: SourceEntry


def leaders(answer: Answer, knowledge: Knowledge) -> list[Condition]:
    """The conditions that advice is given for.

    The first few that fit, or the very first when none does. What has to be seen within a week comes before
    them; what has to be seen today stands alone, because exercises for the rest would contradict it.
    """
    fitting = [one.condition for one in answer.ranked if one.fit in LEADING_FITS][:LEADERS]
    chosen = fitting or [one.condition for one in answer.ranked[:1]]
    urgent = _urgent(answer, knowledge)[:MOST_NAMED]
    if urgent and answer.urgency.level >= Urgency.SAME_DAY.level:
        chosen = urgent
    elif answer.urgency is Urgency.WITHIN_WEEK:
        chosen = list(dict.fromkeys([*urgent[:1], *chosen]))[:LEADERS]
    return [knowledge.conditions[id] for id in chosen]


def _urgent(answer: Answer, knowledge: Knowledge) -> list[str]:
    """The conditions that make it urgent, best first: those of the alarms, or else those not to be missed."""
    named = {id for alarm in answer.alarms if alarm.action is answer.urgency for id in alarm.conditions}
    named = named or {one.condition for one in answer.must_not_miss}
    as_urgent = {id for id in named if knowledge.conditions[id].urgency.level >= answer.urgency.level}
    return [one.condition for one in answer.ranked if one.condition in (as_urgent or named)]


def care(leading: list[Condition]) -> list[Care]:
    """First steps of the leading conditions, each step once, under the first condition that names it."""
    seen: set[str] = set()
    merged = []
    for condition in leading:
        steps = tuple(step for step in condition.first_care if step not in seen)
        seen.update(steps)
        if steps:
            merged.append(Care(condition.name, steps))
    return merged


def tried(answer: Answer, knowledge: Knowledge) -> list[Tried]:
    """What the runner tried, with what is known of each."""
    return [
        Tried(
            entry.label,
            DETAILS[Kind.TREATMENT].get(item.detail, ""),
            entry.says,
            knowledge.sources[entry.source],
        )
        for item in answer.case.of(Kind.TREATMENT, Reply.YES)
        if (entry := knowledge.treatments.get(item.id))
    ]


def running(answer: Answer, leading: list[Condition], knowledge: Knowledge) -> Running:
    """Whether to run, by the urgency first and then by the return plan of the leading condition."""
    if answer.urgency.level >= Urgency.SAME_DAY.level:
        return Running(("Do not run before you have been seen, and put no load on it that hurts.",))
    plan = knowledge.plans[leading[0].return_plan] if leading else knowledge.plans[NO_PLAN]
    if answer.urgency is Urgency.WITHIN_WEEK or plan.pain_limit == 0:
        return Running(
            (
                "Do not run on it until somebody has looked at it.",
                "Walking, cycling or swimming are all right as long as they cause no pain at all.",
            )
        )
    guard = f"{SINGLE_RUN} ({knowledge.sources[SINGLE_RUN_SOURCE].cite})"
    return Running(
        ("If you run, keep it easy and flat, and keep the pain within these limits.", guard),
        plan,
        ruler(plan),
        knowledge.sources[plan.source],
        _stricter(answer, plan, knowledge),
    )


def _stricter(answer: Answer, plan: Plan, knowledge: Knowledge) -> str:
    """A sentence when something that is still open allows less pain than the leading plan."""
    limits = {c.name: knowledge.plans[c.return_plan].pain_limit for c in _still_open(answer, knowledge)}
    least = min(limits.values(), default=plan.pain_limit)
    if least >= plan.pain_limit:
        return ""
    names = " or ".join([name for name, limit in limits.items() if limit == least][:MOST_NAMED])
    limit = f"{least:g} out of 10" if least else "no pain at all"
    return f"As long as it could also be {names}, the lower limit holds: {limit}."


def _still_open(answer: Answer, knowledge: Knowledge) -> Iterator[Condition]:
    for one in answer.must_not_miss:
        yield knowledge.conditions[one.condition]
    for candidate in answer.ranked:
        if candidate.fit in LEADING_FITS:
            yield knowledge.conditions[candidate.condition]
