"""How much one place hurt, and when."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from secondwind.runlog.models import Run

MOST = 10


class Side(models.TextChoices):
    """Which leg. "Both" is written as two rows, so that each place keeps a line of its own."""

    LEFT = "left", _("left")
    RIGHT = "right", _("right")
    UNSAID = "", _("in the middle, or not said")


class Slot(models.TextChoices):
    """When, seen from the running of the day."""

    DURING = "during", _("during")
    AFTER = "after", _("after, that day")
    MORNING = "morning", _("next morning")
    LATER = "later", _("48 h later")


LEVEL = (MaxValueValidator(MOST),)


class Pain(models.Model):
    """The pain of one place that belongs to the running of one day, 0 to 10; null is what nobody told.

    `day` is the local day of the running, also for what came the next morning or 48 hours later. There is one
    row for a day, place and side; on a day with several runs `run` is the one that its owner named last.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="pains")
    day = models.DateField()
    run = models.ForeignKey(Run, models.SET_NULL, null=True, blank=True, related_name="pains")
    region = models.CharField(max_length=40)  # a place of the knowledge
    side = models.CharField(max_length=5, choices=Side, default=Side.UNSAID, blank=True)
    during = models.PositiveSmallIntegerField(_("during"), null=True, blank=True, validators=LEVEL)
    after = models.PositiveSmallIntegerField(_("after"), null=True, blank=True, validators=LEVEL)
    morning = models.PositiveSmallIntegerField(_("next morning"), null=True, blank=True, validators=LEVEL)
    later = models.PositiveSmallIntegerField(_("48 h later"), null=True, blank=True, validators=LEVEL)
    tags = models.JSONField(default=list, blank=True)  # what provoked it: findings of the knowledge
    signs = models.JSONField(default=list, blank=True)  # danger signs that were told: findings, too
    note = models.CharField(_("note"), max_length=300, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-day", "region", "side")
        constraints = (
            models.UniqueConstraint(fields=["owner", "day", "region", "side"], name="recovery_pain_once"),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{slot}__lte": MOST}), name=f"recovery_pain_{slot}"
                )
                for slot in ("during", "after", "morning", "later")
            ),
        )
        indexes = (models.Index(fields=["owner", "changed_at"], name="recovery_pain_lately"),)

    def __str__(self) -> str:
        return f"{self.region} {self.side} on {self.day}"

    @property
    def levels(self) -> dict[Slot, int]:
        """What was told, by slot, in order of time."""
        return {slot: value for slot in Slot if (value := getattr(self, slot)) is not None}

    @property
    def worst(self) -> int | None:
        """The highest that was told; None when nothing was."""
        return max(self.levels.values(), default=None)
