"""The four questions of a week."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models

STEP = (MaxValueValidator(3),)


class WeekReport(models.Model):
    """How much the legs got in the way in a week that began on `monday`.

    Each answer is 0 (not at all) to 3 (the most); `clinic.weekly` makes the score of them.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="week_reports")
    monday = models.DateField()
    participation = models.PositiveSmallIntegerField(default=0, validators=STEP)
    volume = models.PositiveSmallIntegerField(default=0, validators=STEP)
    performance = models.PositiveSmallIntegerField(default=0, validators=STEP)
    pain = models.PositiveSmallIntegerField(default=0, validators=STEP)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-monday",)
        constraints = (models.UniqueConstraint(fields=["owner", "monday"], name="recovery_week_once"),)

    def __str__(self) -> str:
        return f"week of {self.monday}"
