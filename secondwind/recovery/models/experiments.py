"""An experiment that a runner makes with one exposure."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from secondwind.recovery.models.pain import Side, Slot


class Experiment(models.Model):
    """Blocks with and without `label`, in the order that `seed` draws; what is compared is fixed when it is
    made: the share of runs after which the place had `sore` of 10 or more in `slot`."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="experiments")
    region = models.CharField(max_length=40)
    side = models.CharField(max_length=5, choices=Side, default=Side.UNSAID, blank=True)
    slot = models.CharField(max_length=7, choices=Slot)
    exposure = models.CharField(_("what changes"), max_length=120)
    label = models.CharField(max_length=120)
    seed = models.PositiveIntegerField()
    blocks = models.PositiveSmallIntegerField()
    sore = models.PositiveSmallIntegerField()
    started_on = models.DateField()
    stopped_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-started_on", "-id")

    def __str__(self) -> str:
        return f"experiment from {self.started_on}"
