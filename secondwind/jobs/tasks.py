"""The room's own jobs: what keeps the queue and the schedule in order."""

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from secondwind.jobs import queue, registry
from secondwind.jobs.models import Heartbeat, Schedule

KEPT_DAYS = 3
FAILED_KEPT_DAYS = 30


@registry.every(minutes=1, name="jobs.reclaim")
def reclaim() -> None:
    """Bring back the tasks whose worker died."""
    queue.reclaim()


@registry.every(days=1, name="jobs.prune")
def prune() -> None:
    """Forget finished tasks, silent workers, and the rows of functions that are on no schedule any more."""
    call_command(
        "prune_db_task_results",
        queue_name="*",
        min_age_days=KEPT_DAYS,
        failed_min_age_days=FAILED_KEPT_DAYS,
        verbosity=0,
    )
    now = timezone.now()
    Heartbeat.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
    known = [entry.name for entry in registry.entries()]
    Schedule.objects.filter(next_run__lt=now - timedelta(days=30)).exclude(name__in=known).delete()
