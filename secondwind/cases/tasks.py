"""What cases do by the clock and in the background."""

from __future__ import annotations

from secondwind import jobs
from secondwind.cases import meanings, reminders, totals
from secondwind.cases.models import today

EMBEDDED_AT_ONCE = 200  # accounts in one run: some 15 s of one core


@jobs.every(name="cases.ask_how_it_goes", hours=1)
def ask_how_it_goes() -> None:
    """Mail the questions that are due."""
    reminders.send_due()


@jobs.every(name="cases.embed", minutes=1)
def embed_waiting() -> None:
    """Work out what new accounts mean, and those that were there before the sentence model."""
    meanings.embed_waiting(EMBEDDED_AT_ONCE)


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
