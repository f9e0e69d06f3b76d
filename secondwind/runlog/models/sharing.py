"""What others may see of a run, and the places that nobody sees."""

import secrets

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from secondwind.runlog.models.runs import Run


def new_key() -> str:
    """An address that nobody can guess."""
    return secrets.token_urlsafe(12)


class Zone(models.Model):
    """A circle, such as round a home, that is cut out of everything shared."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="zones")
    name = models.CharField(_("name"), max_length=60)
    lat_deg = models.FloatField(_("latitude"), validators=[MinValueValidator(-90), MaxValueValidator(90)])
    lon_deg = models.FloatField(_("longitude"), validators=[MinValueValidator(-180), MaxValueValidator(180)])
    radius_m = models.FloatField(
        _("radius in metres"), default=400, validators=[MinValueValidator(100), MaxValueValidator(5000)]
    )

    def __str__(self) -> str:
        return self.name


class Share(models.Model):
    """A page of a run that everybody with its address may see, until it is withdrawn."""

    run = models.OneToOneField(Run, models.CASCADE, related_name="share")
    key = models.CharField(max_length=24, unique=True, default=new_key)
    shows_route = models.BooleanField(_("the route"), default=False)
    shows_figures = models.BooleanField(_("distance, time, pace and climb"), default=True)
    shows_pace = models.BooleanField(_("pace over the run"), default=False)
    shows_heart_rate = models.BooleanField(_("heart rate"), default=False)
    shows_elevation = models.BooleanField(_("heights over the run"), default=False)
    shows_splits = models.BooleanField(_("splits"), default=False)
    shows_name = models.BooleanField(_("its name"), default=False)
    shows_notes = models.BooleanField(_("my notes"), default=False)
    cuts_ends = models.BooleanField(_("cut the first and the last 500 metres"), default=True)
    # What was hidden when it was shared, [lat_deg, lon_deg, radius_m] each: a zone that is deleted later
    # stays cut.
    circles = models.JSONField(default=list)
    shared_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"share of run {self.run_id}"
