"""A picture of twelve weeks that somebody shares."""

from django.conf import settings
from django.db import models

from secondwind.recovery.models.asking import new_key


class Excerpt(models.Model):
    """A picture and its table as they were previewed. Withdrawing it deletes the row: nothing else has it.

    It holds weeks counted backwards, never a date, a place on a map or an address. What it is attached to is
    named by kind and number ("thread", 12), because the rooms of threads and cases stand beside this one.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="excerpts")
    key = models.CharField(max_length=40, unique=True, default=new_key)
    made_at = models.DateTimeField(auto_now_add=True)
    svg = models.TextField()
    description = models.TextField()
    table = models.JSONField(default=dict)  # {"columns": [...], "rows": [[...], ...]}
    target_kind = models.CharField(max_length=20, blank=True)
    target_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at", "-id")
        indexes = (models.Index(fields=["target_kind", "target_id"], name="recovery_excerpt_target"),)

    def __str__(self) -> str:
        return f"excerpt {self.pk}"
