"""Shoes, and which run was in which."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from secondwind.runlog.models.runs import Run, Surface


class Shoe(models.Model):
    """A pair of shoes of somebody."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shoes")
    name = models.CharField(_("name"), max_length=80)
    photo = models.FileField(upload_to="shoes/%Y/", blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    before_m = models.FloatField(_("distance before this log"), default=0)
    in_use_since = models.DateField(_("in use since"), null=True, blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)
    why_retired = models.CharField(_("why it was retired"), max_length=300, blank=True)
    look_again_at_m = models.FloatField(_("remind me at"), null=True, blank=True)
    default_for = models.CharField(
        _("preset for"), max_length=9, choices=Surface, default=Surface.UNKNOWN, blank=True
    )
    batch = models.ForeignKey(  # the import that made it
        "runlog.Batch", models.SET_NULL, null=True, blank=True, related_name="shoes"
    )

    class Meta:
        ordering = ("retired_on", "name")
        constraints = (
            models.UniqueConstraint(fields=["owner", "name"], name="runlog_shoe_name"),
            models.UniqueConstraint(
                fields=["owner", "default_for"],
                condition=~models.Q(default_for=""),
                name="runlog_shoe_preset",
            ),
        )

    def __str__(self) -> str:
        return self.name


class ShoeUse(models.Model):
    """That a shoe was worn for a share of a run. The shares of a run sum to one at most."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="shoe_uses")
    shoe = models.ForeignKey(Shoe, models.CASCADE, related_name="uses")
    share = models.FloatField(default=1.0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "shoe"], name="runlog_shoe_once"),)

    def __str__(self) -> str:
        return f"{self.share:.0%} in shoe {self.shoe_id}"
