"""A way back to running: begun, told session by session, paused, ended; its calendar feed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from secondwind.accounts.models import User
from secondwind.clinic.knowledge import Plan, load
from secondwind.recovery.actions import pain
from secondwind.recovery.errors import Refused
from secondwind.recovery.models import (
    EventKind,
    Return,
    ReturnEvent,
    ReturnState,
    Slot,
    new_key,
)
from secondwind.recovery.queries import Site
from secondwind.runlog import queries as runlog
from secondwind.runlog.statistics import RUNNING

MOST: Final = 3  # plans at once


@transaction.atomic
def begin(
    owner: User, plan: str, site: Site, *, still_running: bool = False, usual: int = 0, condition: str = ""
) -> Return:
    """Begin a plan of the knowledge today. Who still runs within the limit goes on where the plan forks.

    Raises Refused.
    """
    chosen = load().plans.get(plan)
    if chosen is None or not chosen.rules.on_your_own:
        raise Refused(_("That plan is not one to follow on your own: ask who treats you."))
    if site.region not in load().regions:
        raise Refused(_("Choose the place that the plan is for."))
    User.objects.select_for_update().get(pk=owner.pk)
    active = Return.objects.filter(owner=owner, state=ReturnState.ACTIVE)
    if active.filter(region=site.region, side=site.side).exists():
        raise Refused(_("You follow a plan for this place already. End it first."))
    if active.count() >= MOST:
        raise Refused(_("At most %(most)s plans at once. End one first.") % {"most": MOST})
    return Return.objects.create(
        owner=owner,
        plan=plan,
        condition=condition if condition in load().conditions else "",
        region=site.region,
        side=site.side,
        started_on=timezone.localdate(),
        first_stage=_first_stage(chosen, still_running=still_running),
        usual=usual if chosen.pain_limit else 0,
    )


def _first_stage(plan: Plan, *, still_running: bool) -> int:
    """Where a plan begins: where it forks, its first stage is the question itself."""
    if not plan.rules.fork:
        return 1
    return plan.rules.fork if still_running else 2


@transaction.atomic
def tell(
    row: Return,
    day: date,
    levels: Mapping[Slot, int | None],
    *,
    flags: Sequence[str] = (),
    signs: Sequence[str] = (),
) -> ReturnEvent:
    """Tell of the session of a day: its pain goes into the log as any other does. Raises Refused."""
    plan = load().plans[row.plan]
    _must_be_open(row)
    if not row.started_on <= day <= timezone.localdate():
        raise Refused(_("A session is of a day between the start of the plan and today."))
    run = runlog.runs_of(row.owner).filter(day=day, sport=RUNNING).first()
    for slot, level in levels.items():
        if level is not None:
            pain.record(row.owner, day, [Site(row.region, row.side)], slot, level, run=run)
    event, _made = ReturnEvent.objects.update_or_create(
        plan=row,
        day=day,
        kind=EventKind.SESSION,
        defaults={
            "run": run,
            "flags": [flag.id for flag in plan.rules.flags if flag.id in flags],
            "signs": [sign for sign in plan.rules.stop_signs if sign in signs],
        },
    )
    return event


def mark(row: Return, kind: EventKind) -> None:
    """Pause today, go on, or say that somebody has looked at it. Raises Refused."""
    _must_be_open(row)
    day = timezone.localdate()
    opposite = {EventKind.PAUSE: EventKind.RESUME, EventKind.RESUME: EventKind.PAUSE}.get(kind)
    # What is taken back on the same day leaves no trace.
    if opposite and ReturnEvent.objects.filter(plan=row, day=day, kind=opposite).delete()[0]:
        return
    ReturnEvent.objects.get_or_create(plan=row, day=day, kind=kind)


def end(row: Return) -> None:
    """End a plan: it stays to be read, its calendar feed goes."""
    row.state, row.ended_on, row.calendar_key = ReturnState.ENDED, timezone.localdate(), None
    row.save(update_fields=["state", "ended_on", "calendar_key"])


def delete(row: Return) -> None:
    """Take a plan away for good; the pain of its sessions stays in the log."""
    row.delete()


def feed(row: Return, *, on: bool) -> None:
    """Give the calendar feed a new secret address, or switch it off."""
    row.calendar_key = new_key() if on else None
    row.save(update_fields=["calendar_key"])


def _must_be_open(row: Return) -> None:
    if row.state != ReturnState.ACTIVE:
        raise Refused(_("This plan has ended."))
