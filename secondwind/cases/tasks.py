"""What cases do by the clock and in the background."""

from __future__ import annotations

from secondwind import jobs
from secondwind.cases import reminders, totals
from secondwind.cases.models import today


@jobs.every(name="cases.ask_how_it_goes", hours=1)
def ask_how_it_goes() -> None:
    """Mail the questions that are due."""
    reminders.send_due()


@jobs.every(name="cases.count_outcomes", days=1)
def count_outcomes() -> None:
    """Count all totals again: who was lost to follow-up changes with the days."""
    totals.recount()


@jobs.task()
@jobs.retrying(times=3)
def count_groups(groups: list[str]) -> None:
    """Count some groups again after an outcome."""
    for group in groups:
        totals.keep(group, today())
