"""How it went: told by the owner at any time or through a mail, or read by machine from a thread."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from secondwind.cases import events, totals
from secondwind.cases.actions import keep
from secondwind.cases.models import Case, Change, Outcome, SaidBy, today
from secondwind.cases.replies import item_of, value_of
from secondwind.clinic.knowledge import load
from secondwind.clinic.model import Effect, Kind
from secondwind.clinic.outcomes import Back

WORST = 10


@dataclass(frozen=True, slots=True)
class More:
    """What may be told beside how far somebody is back. `effects`: treatment -> what it did; those that
    helped are what made the difference."""

    worst_pain: int | None = None
    effects: Mapping[str, Effect] = field(default_factory=dict)
    diagnosis: str = ""
    said_by: str = ""
    is_counted: bool = True


@transaction.atomic
def tell(case: Case, state: Back, *, week: int | None = None, on: date | None = None) -> Outcome:
    """Note how far the owner is back. A second tap on the same mail, or the same day, corrects the first."""
    case = keep.locked(case.pk)
    day = on or today()
    same = {"case": case, "week": week} if week is not None else {"case": case, "week": None, "on": day}
    outcome = Outcome.objects.filter(**same, by_machine=False).first() or Outcome(**same)
    outcome.state, outcome.on = state, day
    outcome.save()
    Change.objects.create(case=case, by=case.owner, why="told how it goes")
    _settle(case)
    return outcome


@transaction.atomic
def tell_more(outcome: Outcome, more: More) -> None:
    """Add what else is known to an outcome; treatments with their effect become items of the case."""
    case = keep.locked(outcome.case_id)
    groups = totals.groups_ever(case)  # a diagnosis that is corrected leaves one
    known = load()
    outcome.worst_pain = more.worst_pain
    effects = {id: effect for id, effect in more.effects.items() if id in known.treatments}
    outcome.helped = [id for id, effect in effects.items() if effect is Effect.BETTER]
    has_diagnosis = more.diagnosis in known.conditions and more.said_by in SaidBy.values
    outcome.diagnosis, outcome.said_by = (more.diagnosis, more.said_by) if has_diagnosis else ("", "")
    outcome.save()
    case.is_counted = more.is_counted
    told = case.told
    items = [
        item_of(Kind.TREATMENT, id, effect, before)
        for id, effect in effects.items()
        if (before := told.item(Kind.TREATMENT, id)) is None or value_of(before) != effect
    ]
    if (changed := told.with_items(items)) != told:
        keep.write(case, changed, by=case.owner, why="told what helped")
    _settle(case, groups)


@transaction.atomic
def read_by_machine(case: Case, state: Back | None, on: date) -> None:
    """What the words of a thread say of how it ended. It never stands beside what its owner told."""
    case = keep.locked(case.pk)
    if case.outcomes.filter(by_machine=False).exists():
        return
    before = list(case.outcomes.values_list("state", "on"))
    if before == ([(state, on)] if state else []):
        return
    case.outcomes.all().delete()
    if state is not None:
        Outcome.objects.create(case=case, state=state, on=on, by_machine=True)
    _settle(case)


def _settle(case: Case, groups: Collection[str] = ()) -> None:
    """Keep the last word beside the case, and the totals that it is counted in."""
    last = case.outcomes.order_by("on", "id").last()
    case.outcome = None
    if last is not None:
        weeks = max(0.0, (last.on - case.date).days / 7)
        case.outcome = {"state": last.state, "week": round(weeks, 2), "by_machine": last.by_machine}
    keep.save(case)
    events.outcome(case)
    totals.renew({*groups, *totals.groups_ever(case)})
