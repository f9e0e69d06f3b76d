"""Where somebody stands in their return plan: the log's runs and pain, read as the sessions of the plan."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

from secondwind.accounts.models import User
from secondwind.clinic import returning, triage
from secondwind.clinic.knowledge import Plan, load
from secondwind.clinic.model import Kind, Urgency
from secondwind.clinic.returning import Course, Mark, MarkKind, Session
from secondwind.recovery import danger
from secondwind.recovery.models import EventKind, Pain, Return, ReturnEvent, ReturnState
from secondwind.recovery.queries import Site
from secondwind.runlog import queries as runlog
from secondwind.runlog.models import Run, Surface
from secondwind.runlog.statistics import RUNNING

MARKS = {
    EventKind.PAUSE: MarkKind.PAUSE,
    EventKind.RESUME: MarkKind.RESUME,
    EventKind.CLEARED: MarkKind.CLEARED,
}


@dataclass(frozen=True, slots=True)
class Way:
    """A plan that somebody follows, where they stand, and the run or pain of each day that has some."""

    row: Return
    plan: Plan
    course: Course
    runs: dict[date, Run]
    pains: dict[date, Pain]

    @property
    def site(self) -> Site:
        """The place that it is for."""
        return Site(self.row.region, self.row.side)

    @property
    def stage_text(self) -> str:
        """The present stage in words."""
        return self.plan.stages[self.course.stage - 1]

    @property
    def keeps_even(self) -> int:
        """The stage at which trail and hills come, while it is ahead; 0 from then on."""
        stage = self.plan.rules.uneven_stage
        return stage if self.course.stage < stage else 0

    @property
    def marks(self) -> int:
        """The way marks that are reached on the switchback line, from 1."""
        return returning.stages_done(self.course, self.plan.stages) + 1


def active_of(owner: User) -> list[Return]:
    """The plans that somebody follows now, the newest first. One query."""
    return list(Return.objects.filter(owner=owner, state=ReturnState.ACTIVE))


def way_of(row: Return, today: date) -> Way:
    """Where the owner of a plan stands. 3 queries.

    Each day with running since the start is a session, and so is each that was told without a run.
    """
    plan = load().plans[row.plan]
    until = row.ended_on or date.max
    runs = _runs(row, until)
    pains = {
        pain.day: pain
        for pain in Pain.objects.filter(
            owner=row.owner_id, region=row.region, side=row.side, day__range=(row.started_on, until)
        )
    }
    events: defaultdict[str, list[ReturnEvent]] = defaultdict(list)
    for event in row.events.all():
        events[event.kind].append(event)
    told = {event.day: event for event in events.pop(EventKind.SESSION, [])}
    days = sorted({*runs, *told})
    sessions = [
        replace(
            _session(row, plan, day, pains.get(day), told.get(day)),
            uneven=day in runs and runs[day].surface == Surface.TRAIL,
        )
        for day in days
    ]
    marks = [Mark(event.day, MARKS[EventKind(kind)]) for kind, found in events.items() for event in found]
    course = returning.follow(
        plan, sessions, marks, today=today, first_stage=row.first_stage, usual=row.usual
    )
    return Way(row, plan, course, runs, pains)


def _runs(row: Return, until: date) -> dict[date, Run]:
    """The longest run of each day. What is in the log of the first day counts only when it began after the
    plan was made, which its owner says by telling it as a session."""
    found: dict[date, Run] = {}
    runs = runlog.runs_of(row.owner).filter(sport=RUNNING, day__gt=row.started_on, day__lte=until)
    for run in runs.only("day", "distance_m", "surface", "name", "sport", "start", "offset_s"):
        known = found.get(run.day)
        if known is None or (run.distance_m or 0) > (known.distance_m or 0):
            found[run.day] = run
    return found


def _session(row: Return, plan: Plan, day: date, pain: Pain | None, event: ReturnEvent | None) -> Session:
    told = set(event.signs if event else ())
    if pain is not None:
        told |= _stopping(plan, Site(row.region, row.side), pain.signs)
    levels = {slot: getattr(pain, slot) for slot in ("during", "after", "morning", "later")} if pain else {}
    return Session(day, **levels, flags=frozenset(event.flags if event else ()), signs=frozenset(told))


def _stopping(plan: Plan, site: Site, signs: list[str]) -> set[str]:
    """Those of an entry's signs that stop a plan: its own, and all that set off a rule of the clinic."""
    own = set(signs) & set(plan.rules.stop_signs)
    alarms = triage.alarms(danger.case_of(site, signs))
    if any(alarm.action.level >= Urgency.WITHIN_WEEK.level for alarm in alarms):
        own |= set(signs)
    return own


def stop_signs(plan: Plan) -> list[tuple[str, str]]:
    """The danger signs that a plan asks about after each session, with their short words."""
    return [(sign, load().label(Kind.FINDING, sign)) for sign in plan.rules.stop_signs]
