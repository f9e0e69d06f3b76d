"""The points ledger."""

from django.conf import settings
from django.db import models

from secondwind.forums.models.threads import Mark, Post


class PointEntry(models.Model):
    """One line of the ledger. Lines are added, never changed: what is taken back is a line with a minus."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="point_entries")
    post = models.ForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="point_entries")
    mark = models.CharField(max_length=7, choices=Mark)
    points = models.SmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.points:+d} for {self.user_id}"
