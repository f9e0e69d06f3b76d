"""What the forums know of a person: counts, trust, what they have read."""

from django.conf import settings
from django.db import models

from secondwind.forums.models.threads import Thread


class Member(models.Model):
    """A person in the forums. Points and posts are counted by `actions.points` and `actions.counts`."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="member")
    post_count = models.PositiveIntegerField(default=0)
    points = models.IntegerField(default=0)
    trust = models.PositiveSmallIntegerField(default=0)  # see `trust.py`
    days_visited = models.PositiveIntegerField(default=0)
    threads_read = models.PositiveIntegerField(default=0)
    posts_read = models.PositiveIntegerField(default=0)
    last_visit = models.DateField(null=True, blank=True)
    read_all_at = models.DateTimeField(null=True, blank=True)  # older threads count as read

    def __str__(self) -> str:
        return f"member {self.user_id}"


class Reading(models.Model):
    """How far somebody has read a thread."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "thread"], name="forums_reading_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} up to #{self.number} of thread {self.thread_id}"


class View(models.Model):
    """That a visitor opened a thread within an hour; kept for a day, so that nobody counts twice."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="+", db_index=False)  # its first below
    visitor = models.CharField(max_length=32)  # a keyed hash: nobody can be read out of it
    hour = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["thread", "visitor", "hour"], name="forums_view_once"),
        )

    def __str__(self) -> str:
        return f"thread {self.thread_id} at {self.hour:%Y-%m-%d %H}"
