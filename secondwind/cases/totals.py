"""Counted outcomes: kept for each group of cases, and counted again from the rows to the same digit.

A group is `fits:<condition>` (the pattern fits it best) or `is:<condition>` (a clinician said so). What the
machine read from old threads is not counted, nor is a case whose owner does not want it, nor one that a
moderator has hidden, alone or with its post.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from secondwind.cases.models import CLINICIANS, Case, Outcome, Total, today
from secondwind.clinic import stored
from secondwind.clinic.knowledge import load
from secondwind.clinic.model import Effect, Kind, Reply
from secondwind.clinic.outcomes import FOLLOW_UP_WEEKS, LEAST, Back, Counted, Course, Measure, Report, count

FITS, IS = "fits", "is"
FITTING = ("fits well", "possible")
ASKED_AFTER = timedelta(weeks=FOLLOW_UP_WEEKS[0])


@dataclass(frozen=True, slots=True)
class Row:
    """The numbers of a group, which are these since `changed_on`. `measures` are by treatment, in the
    order of their names."""

    group: str
    kind: str
    condition: str
    on: date
    changed_on: date
    numbers: dict[str, Any]

    @property
    def title(self) -> str:
        """The condition, and by whose word."""
        why = "a clinician said so" if self.kind == IS else "the pattern fits it best"
        return f"{self.name}: {why}"

    @property
    def name(self) -> str:
        """The condition's name."""
        known = load().conditions.get(self.condition)
        return known.name if known else self.condition

    @property
    def measures(self) -> list[dict[str, Any]]:
        """By measure tried, with its label."""
        labels = load().treatments
        return [
            {**one, "label": labels[one["treatment"]].label}
            for one in self.numbers["measures"]
            if one["treatment"] in labels
        ]


def shown(conditions: Collection[str] | None = None) -> list[Row]:
    """The groups of at least ten cases, by name; of some conditions alone. 1 query."""
    found = Total.objects.all()
    if conditions is not None:
        found = found.filter(group__in=[f"{kind}:{id}" for kind in (FITS, IS) for id in conditions])
    rows = [_row(total) for total in found]
    return sorted((row for row in rows if row.numbers["n"] >= LEAST), key=lambda row: (row.name, row.kind))


def labelled() -> Iterator[dict[str, Any]]:
    """Cases whose diagnosis a clinician confirmed, as `secondwind knowledge calibrate` reads them: without
    words, dates and owners."""
    confirmed = Outcome.objects.filter(said_by__in=CLINICIANS, by_machine=False, case__is_counted=True)
    confirmed = confirmed.exclude(diagnosis="")
    last: dict[int, Outcome] = {
        outcome.case_id: outcome for outcome in confirmed.select_related("case").order_by("on", "pk")
    }
    for outcome in last.values():
        told = outcome.case.told
        bare = replace(told, items=tuple(replace(item, origins=()) for item in told.items))
        yield {"case": stored.to_json(bare), "diagnosis": outcome.diagnosis, "said_by": outcome.said_by}


def renew(groups: set[str]) -> None:
    """Count some groups again, in the background."""
    from secondwind.cases.tasks import count_groups

    if groups:
        count_groups.enqueue(sorted(groups))


def groups_of(case: Case) -> set[str]:
    """The groups that a case belongs to."""
    groups = {f"{FITS}:{case.leading}"} if case.leading and case.fit in FITTING else set()
    said = [o.diagnosis for o in case.outcomes.all() if o.diagnosis and o.said_by in CLINICIANS]
    return groups | {f"{IS}:{id}" for id in said[-1:]}


def groups_ever(case: Case) -> set[str]:
    """The groups whose numbers a case may have changed: none for one that nobody could be asked about yet."""
    if case.pk is None or case.owner_id is None:
        return set()
    said = case.outcomes.exclude(diagnosis="").values_list("diagnosis", flat=True)
    is_old = case.date + ASKED_AFTER <= today() or case.outcome is not None
    return groups_of(case) | {f"{IS}:{id}" for id in said} if is_old else set()


@transaction.atomic
def keep(group: str, on: date) -> Counted | None:
    """Count a group as of a day and keep the numbers; below ten nothing is kept."""
    counted = count_group(group, on)
    if counted is None:
        Total.objects.filter(group=group).delete()
    else:
        _write(group, on, numbers_of(counted))
    return counted


def _write(group: str, on: date, numbers: dict[str, Any]) -> None:
    kept = Total.objects.filter(group=group).first() or Total(group=group)
    if kept.numbers != numbers:
        kept.changed_on = on
    kept.on, kept.numbers = on, numbers
    kept.save()


def count_group(group: str, on: date) -> Counted | None:
    """The counts of a group from its rows, as of a day; None below ten."""
    return count(_courses(group, on))


def recount() -> list[str]:
    """Count everything from scratch: the groups whose kept numbers were not those of their day. Afterwards
    all numbers are of today."""
    wrong = []
    kept = {total.group: total for total in Total.objects.all()}
    for group in sorted({*kept, *_groups()}):
        total = kept.get(group)
        counted = count_group(group, total.on if total else today())
        if (total.numbers if total else None) != (numbers_of(counted) if counted else None):
            wrong.append(group)
        keep(group, today())
    return wrong


def numbers_of(counted: Counted) -> dict[str, Any]:
    """Counts as plain values, the same for JSON, CSV and pages."""
    return {
        **{key: value for key, value in asdict(counted).items() if key != "measures"},
        "measures": [_measure(one) for one in counted.measures],
    }


def course_of(case: Case, on: date) -> Course:
    """What is known of one case on a day."""
    told = [o for o in case.outcomes.all() if not o.by_machine and o.on <= on]
    return Course(
        tuple(Report(max(0.0, (o.on - case.date).days / 7), Back(o.state)) for o in told),
        max(0.0, (on - case.date).days / 7),
        {item.id: Effect(item.detail or Effect.UNKNOWN) for item in case.told.of(Kind.TREATMENT, Reply.YES)},
    )


def _measure(one: Measure) -> dict[str, Any]:
    outcome = {key: value for key, value in asdict(one.outcome).items() if key != "measures"}
    return {"treatment": one.treatment, "effects": {str(k): v for k, v in one.effects.items()}, **outcome}


def _courses(group: str, on: date) -> Iterator[Course]:
    """Those who could have been asked, or told without."""
    for case in _cases(group).iterator(500):
        course = course_of(case, on)
        if group in groups_of(case) and (course.reports or case.date + ASKED_AFTER <= on):
            yield course


def _cases(group: str) -> QuerySet[Case]:
    kind, _, condition = group.partition(":")
    counted = Case.objects.filter(is_counted=True, is_listed=True, owner__isnull=False).prefetch_related(
        Prefetch("outcomes", Outcome.objects.order_by("on", "id"))
    )
    if kind == FITS:
        return counted.filter(leading=condition, fit__in=FITTING)
    return counted.filter(outcomes__diagnosis=condition, outcomes__said_by__in=CLINICIANS).distinct()


def _groups() -> Iterable[str]:
    """Every group that may have a case."""
    leading = Case.objects.filter(fit__in=FITTING).values_list("leading", flat=True).distinct()
    said = Outcome.objects.filter(said_by__in=CLINICIANS).values_list("diagnosis", flat=True).distinct()
    return {f"{FITS}:{id}" for id in leading if id} | {f"{IS}:{id}" for id in said if id}


def _row(total: Total) -> Row:
    kind, _, condition = total.group.partition(":")
    return Row(total.group, kind, condition, total.on, total.changed_on, total.numbers)
