"""The pages that are the same for everybody: the conditions, the method, the sources. All from the data."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from secondwind.bodymap import smallmap
from secondwind.cases import totals
from secondwind.check.advice import NO_PLAN
from secondwind.check.ranked import Reason, strength
from secondwind.clinic.knowledge import Area, Condition, Evidence, Knowledge, Plan, Rule, SourceEntry, load
from secondwind.clinic.model import Urgency
from secondwind.clinic.ruler import ruler
from secondwind.look.caching import public_page

MAX_QUERY = 80
REASONS = 8

# From these ratios on, and their inverses, a sign is named among those that speak for or against a condition.
SPEAKS = 1.5

STATUSES = (
    (
        "corpus",
        "Read",
        "A stored copy was read, most often the abstract or an excerpt. Figures from these are shown.",
    ),
    ("memory", "Recalled", "Quoted from memory and not yet checked again. Figures from these are not shown."),
    (
        "expert",
        "Judgement",
        "No publication stands behind these: convention in sports medicine, put into numbers.",
    ),
)


@dataclass(frozen=True, slots=True)
class AreaList:
    """The conditions of one body area."""

    id: str
    label: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a condition hurts, typically or at times."""

    label: str
    typical: bool


@dataclass(frozen=True, slots=True)
class SelfTest:
    """A test that a runner can do, and what its result says."""

    question: str
    tells: str


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A danger-sign rule: what it asks for, its signs in words, its source."""

    say: str
    signs: str
    source: SourceEntry


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the evidence table."""

    label: str
    lr_pos: str
    lr_neg: str
    basis: str
    source: SourceEntry


@dataclass(frozen=True, slots=True)
class SourceList:
    """The sources of one status."""

    id: str
    title: str
    explanation: str
    entries: tuple[SourceEntry, ...]


@dataclass(frozen=True, slots=True)
class Mimic:
    """Another condition that is easily taken for this one, and what tells them apart."""

    condition: Condition
    tell: str


@public_page
def conditions(request: HttpRequest) -> HttpResponse:
    """Every condition by body area, or those with the words of `q` in one of their names."""
    knowledge = load()
    q = " ".join(request.GET.get("q", "")[:MAX_QUERY].split())
    found = [one for one in knowledge.conditions.values() if _matches(one, q)]
    context = {
        "q": q,
        "areas": list(_by_area(found, knowledge)),
        "found": len(found),
        "total": len(knowledge.conditions),
    }
    return render(request, "check/conditions.html", context)


@public_page
def condition(request: HttpRequest, id: str) -> HttpResponse:
    """One condition: everything that is known here about it, and on what grounds."""
    knowledge = load()
    one = knowledge.conditions.get(id)
    if one is None:
        raise Http404(f"no condition {id!r}")
    counted = {"rows": totals.shown([id])}
    return render(
        request, "check/condition.html", {"condition": one, **counted, **_condition(one, knowledge)}
    )


@public_page
def method(request: HttpRequest) -> HttpResponse:
    """How an answer is made, with numbers counted from the data."""
    knowledge = load()
    context = {
        "counts": _counts(knowledge),
        "engine": knowledge.engine,
        "most_factor": f"{math.exp(knowledge.engine.max_abs_log_lr):.0f}",
        "escalate": {level: f"{100 * mass:g}" for level, mass in knowledge.engine.escalate_mass.items()},
    }
    return render(request, "check/method.html", context)


@public_page
def sources(request: HttpRequest) -> HttpResponse:
    """Every source, by whether it was read."""
    knowledge = load()
    parts = [
        SourceList(
            status, title, explanation, _by_name(s for s in knowledge.sources.values() if s.status == status)
        )
        for status, title, explanation in STATUSES
    ]
    return render(request, "check/sources.html", {"parts": parts, "total": len(knowledge.sources)})


def _matches(one: Condition, q: str) -> bool:
    names = " ".join((one.name, one.lay_name, *one.also_called)).casefold()
    return all(word in names for word in q.casefold().split())


def _by_area(found: Iterable[Condition], knowledge: Knowledge) -> Iterator[AreaList]:
    """The areas that hold something, in the order of the body; in each, the more common condition first."""
    by_area: dict[str, list[Condition]] = {area: [] for area in knowledge.areas}
    for one in found:
        by_area[_area(one, knowledge).id].append(one)
    for area in knowledge.areas.values():
        if by_area[area.id]:
            in_order = sorted(by_area[area.id], key=lambda one: (-one.prior, one.name))
            yield AreaList(area.id, area.label, tuple(in_order))


def _area(one: Condition, knowledge: Knowledge) -> Area:
    """The area of the place where a condition is most typical."""
    place = max(one.regions, key=lambda region: one.regions[region])
    return knowledge.areas[knowledge.regions[place].area]


def _condition(one: Condition, knowledge: Knowledge) -> dict[str, Any]:
    plan = knowledge.plans[one.return_plan] if one.return_plan != NO_PLAN else None
    rules = [rule for rule in knowledge.rules if one.id in rule.conditions]
    published = sum(evidence.basis == "published" for evidence in one.evidence)
    return {
        "area": _area(one, knowledge),
        "map": smallmap.of_condition(one, knowledge),
        "places": _places(one, knowledge),
        "speaks_for": _reasons(one, knowledge, speaks_for=True),
        "speaks_against": _reasons(one, knowledge, speaks_for=False),
        "self_tests": list(_self_tests(one, knowledge)),
        "mimics": [Mimic(knowledge.conditions[id], tell) for id, tell in one.mimics],
        "rules": [_rule(rule, knowledge) for rule in rules],
        "plan": plan,
        "plan_source": knowledge.sources[plan.source] if plan else None,
        "ruler": ruler(plan) if plan else (),
        "evidence": [_row(evidence, knowledge) for evidence in one.evidence],
        "published": published,
        "judged": len(one.evidence) - published,
        "sources": _sources(one, rules, plan, knowledge),
    }


def _places(one: Condition, knowledge: Knowledge) -> list[Place]:
    """Where a condition hurts, the most typical place first."""
    in_order = sorted(one.regions.items(), key=lambda place: -place[1])
    return [Place(knowledge.regions[id].label, weight >= smallmap.OFTEN) for id, weight in in_order]


def _reasons(one: Condition, knowledge: Knowledge, *, speaks_for: bool) -> list[Reason]:
    """The strongest signs for or against a condition, strongest first; not having one is a sign, too."""
    reasons = []
    for evidence in one.evidence:
        label = knowledge.findings[evidence.id].label
        for ratio, text in ((evidence.lr_pos, label), (evidence.lr_neg, f"not: {label}")):
            if (ratio > 1) == speaks_for and max(ratio, 1 / ratio) >= SPEAKS:
                reasons.append((abs(math.log(ratio)), text))
    reasons.sort(reverse=True)
    return [Reason(text, strength(weight)) for weight, text in reasons[:REASONS]]


def _self_tests(one: Condition, knowledge: Knowledge) -> Iterator[SelfTest]:
    """What a runner can try; no hopping where a hop can do harm."""
    unsafe = (
        knowledge.engine.hop_tests if one.red_flag or knowledge.plans[one.return_plan].pain_max == 0 else ()
    )
    for evidence in one.evidence:
        finding = knowledge.findings[evidence.id]
        if finding.self_test and finding.id not in unsafe:
            up, down = ("for", "against") if evidence.lr_pos > 1 else ("against", "for")
            yield SelfTest(finding.question, f"Yes speaks {up} it, no {down} it.")


def _rule(rule: Rule, knowledge: Knowledge) -> ShownRule:
    either = " or ".join(knowledge.findings[id].label for id in rule.any)
    every = [knowledge.findings[id].label for id in rule.all]
    return ShownRule(rule.say, ", and ".join([either, *every]), knowledge.sources[rule.source])


def _row(evidence: Evidence, knowledge: Knowledge) -> Row:
    source = knowledge.sources[evidence.source]
    value = f": {evidence.published_value}" if evidence.published_value and source.status == "corpus" else ""
    return Row(
        label=knowledge.findings[evidence.id].label,
        lr_pos=f"{evidence.lr_pos:g}",
        lr_neg=f"{evidence.lr_neg:g}",
        basis=f"{'expert judgement' if evidence.basis == 'expert' else evidence.basis}{value}",
        source=source,
    )


def _sources(
    one: Condition, rules: Iterable[Rule], plan: Plan | None, knowledge: Knowledge
) -> tuple[SourceEntry, ...]:
    """Everything that a page of a condition leans on, once each, by name; judgement has no entry to show."""
    keys = [
        *one.sources,
        *(e.source for e in one.evidence),
        *(r.source for r in rules),
        *([plan.source] if plan else []),
    ]
    entries = (knowledge.sources[key] for key in dict.fromkeys(keys))
    return _by_name(entry for entry in entries if entry.status != "expert")


def _by_name(entries: Iterable[SourceEntry]) -> tuple[SourceEntry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.cite.casefold()))


def _counts(knowledge: Knowledge) -> dict[str, int]:
    weights = [evidence for one in knowledge.conditions.values() for evidence in one.evidence]
    actions = Counter(rule.action for rule in knowledge.rules)
    published = sum(evidence.basis == "published" for evidence in weights)
    return {
        "regions": len(knowledge.regions),
        "findings": len(knowledge.findings),
        "treatments": len(knowledge.treatments),
        "tests": len(knowledge.tests),
        "conditions": len(knowledge.conditions),
        "rules": len(knowledge.rules),
        "emergency": actions[Urgency.EMERGENCY],
        "same_day": actions[Urgency.SAME_DAY],
        "within_week": actions[Urgency.WITHIN_WEEK],
        "weights": len(weights),
        "published": published,
        "expert": len(weights) - published,
        "sources": len(knowledge.sources),
    }
