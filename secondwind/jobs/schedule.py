"""The schedule: which functions are due, and that each due time is run by one process only."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from secondwind.jobs import registry
from secondwind.jobs.errors import place_of
from secondwind.jobs.models import LONGEST_ERROR, Schedule

logger = logging.getLogger(__name__)


def enter_all() -> None:
    """Give every registered function its row: one that is new is due at once, a shorter interval holds."""
    now = timezone.now()
    known = set(Schedule.objects.values_list("name", flat=True))
    missing = [Schedule(name=e.name, next_run=now) for e in registry.entries() if e.name not in known]
    # Another process may be entering the same names.
    Schedule.objects.bulk_create(missing, ignore_conflicts=True)
    for entry in registry.entries():
        Schedule.objects.filter(name=entry.name, next_run__gt=now + entry.interval).update(
            next_run=now + entry.interval
        )


def due() -> list[registry.Entry]:
    """The functions whose time has come, the longest waiting first."""
    names = Schedule.objects.filter(next_run__lte=timezone.now()).values_list("name", flat=True)
    entries = {entry.name: entry for entry in registry.entries()}
    return [entries[name] for name in names if name in entries]


def run_if_due(entry: registry.Entry) -> bool | None:
    """Run a function unless another process has its due time; whether it went well, None when it did not run.

    An error is noted and the schedule goes on. Times that were missed are one run, not many.
    """
    if not _claim(entry):
        return None
    error = _error_of(entry)
    Schedule.objects.filter(name=entry.name).update(
        last_finished=timezone.now(), last_error=error[:LONGEST_ERROR]
    )
    return not error


def _claim(entry: registry.Entry) -> bool:
    now = timezone.now()
    found = Schedule.objects.filter(name=entry.name, next_run__lte=now).first()
    if found is None:
        return False
    # Whoever moves the time on from the value that was read has it: the database lets one do so.
    unclaimed = Schedule.objects.filter(name=entry.name, next_run=found.next_run)
    next_run = _following(found.next_run, entry.interval, now)
    return unclaimed.update(next_run=next_run, last_started=now) == 1


def _following(run: datetime, interval: timedelta, now: datetime) -> datetime:
    """The first time after `now` in whole intervals from `run`: a late run does not shift the rest."""
    return run + ((now - run) // interval + 1) * interval


def _error_of(entry: registry.Entry) -> str:
    try:
        entry.function()
    except (Exception, SystemExit) as error:  # whatever one does, the others must run
        logger.error("%s failed: %s", entry.name, place_of(error), exc_info=settings.DEBUG)
        return place_of(error)
    return ""
