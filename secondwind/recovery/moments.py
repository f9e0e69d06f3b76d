"""Which running an entry is about, and when: offered so that the usual answer is chosen already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from secondwind.accounts.models import User
from secondwind.recovery.models import Slot
from secondwind.runlog import queries, units
from secondwind.runlog.models import Run
from secondwind.runlog.statistics import RUNNING
from secondwind.runlog.templatetags.log import title

OFFERED: Final = 3
BACK: Final = timedelta(days=3)
DAY: Final = timedelta(days=1)
SLOT_BY_AGE: Final = {0: Slot.AFTER, 1: Slot.MORNING, 2: Slot.LATER}


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, or a run and its day, that an entry may be about; `key` is its word in a form."""

    key: str
    words: str
    day: date
    run: Run | None = None


def offered(owner: User, today: date, run: Run | None = None, day: date | None = None) -> list[Moment]:
    """What to choose from, the likeliest first: the run or day that was asked for, the last runs, today.

    One query.
    """
    found: list[Moment] = []
    if run is not None:
        found.append(of_run(run, today, owner.units))
    elif day is not None:
        found.append(of_day(day, today))
    lately = queries.runs_of(owner).filter(sport=RUNNING, day__range=(today - BACK, today + DAY))
    found += [of_run(one, today, owner.units) for one in lately[:OFFERED]]
    found.append(of_day(today, today))
    return list({moment.key: moment for moment in found}.values())


def usual_slot(moment: Moment, today: date) -> Slot:
    """When somebody most likely tells of: after a run of today, the morning after one of yesterday …"""
    return SLOT_BY_AGE.get((today - moment.day).days, Slot.AFTER)


def of_run(run: Run, today: date, unit: str) -> Moment:
    """The moment of a run."""
    words = ", ".join(filter(None, (title(run), units.distance(run.distance_m, unit))))
    return Moment(f"run-{run.pk}", f"{when(run.day, today)}: {words}", run.day, run)


def of_day(day: date, today: date) -> Moment:
    """The moment of a day without a run."""
    return Moment(f"day-{day}", _("%(day)s, no run") % {"day": when(day, today)}, day)


def when(day: date, today: date) -> str:
    """A day as people say it: "Today", "Yesterday", "Thursday", "12 March 2026"."""
    ago = (today - day).days
    if ago == 0:
        return _("Today")
    if ago == 1:
        return _("Yesterday")
    return f"{day:%A}" if 1 < ago < 7 else f"{day.day} {day:%B %Y}"
