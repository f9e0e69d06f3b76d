"""Which cases a thread is about, and which words they were read from."""

from django.db import models
from django.utils import timezone

from secondwind.cases.models import Case
from secondwind.forums.models.threads import Thread


class ThreadCase(models.Model):
    """A case whose card stands on a thread. Several complaints are several cases."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="+")
    case = models.OneToOneField(Case, models.CASCADE, related_name="+")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"case {self.case_id} of thread {self.thread_id}"


class CaseReading(models.Model):
    """That the opening post of a thread was read for cases, and what it said then (a digest).

    `gone` are the cards that stood on the thread before and that no case took the place of, while one of them
    was hidden by a moderator: the first place, its side, and the moderator's reason or nothing.
    """

    thread = models.OneToOneField(Thread, models.CASCADE, related_name="case_reading")
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    gone = models.JSONField(default=list, blank=True)

    def __str__(self) -> str:
        return f"thread {self.thread_id} read for cases"
