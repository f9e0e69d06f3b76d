"""When each function of the schedule runs next, and which workers live. Tasks are rows of django-tasks-db."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

from secondwind.jobs.registry import LONGEST_NAME

LONGEST_ERROR = 300

# A worker tells every BEAT that it lives. The silence leaves room for a slow disk and for clocks that differ.
BEAT = timedelta(seconds=20)
SILENCE = timedelta(minutes=2)


class Schedule(models.Model):
    """One function that runs by the clock. `last_error` is empty after a good run."""

    name = models.CharField(max_length=LONGEST_NAME, primary_key=True)
    next_run = models.DateTimeField()
    last_started = models.DateTimeField(null=True)
    last_finished = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=LONGEST_ERROR, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["next_run", "name"]

    def __str__(self) -> str:
        return self.name


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    """Workers, by when they were last heard of."""

    def alive(self) -> "HeartbeatQuerySet":
        """Those heard of within `SILENCE`; what another one was doing when it fell silent is lost."""
        return self.filter(seen_at__gt=timezone.now() - SILENCE)

    def beat(self, worker_id: str) -> None:
        """Note that this worker lives."""
        self.update_or_create(worker_id=worker_id, defaults={"seen_at": timezone.now()})


class Heartbeat(models.Model):
    """The last sign of life of one worker."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return self.worker_id
