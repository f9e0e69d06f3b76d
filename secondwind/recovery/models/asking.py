"""The question of the next morning: whether and when somebody is asked, and each question that went out."""

import secrets

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from secondwind.runlog.models import Run

FIRST_HOUR, LAST_HOUR = 5, 11


def new_key() -> str:
    """An address that nobody can guess."""
    return secrets.token_urlsafe(18)


class Asking(models.Model):
    """Whether somebody is asked on the morning after a run, and from which hour of their own clock on."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="asking"
    )
    morning_mail = models.BooleanField(_("ask me by mail on the morning after a run"), default=True)
    morning_hour = models.PositiveSmallIntegerField(
        _("from"), default=7, validators=[MinValueValidator(FIRST_HOUR), MaxValueValidator(LAST_HOUR)]
    )

    def __str__(self) -> str:
        return f"{self.morning_hour}:00" if self.morning_mail else "off"


class MorningQuestion(models.Model):
    """One question that was mailed. `key` opens its answer without signing in until `expires_at`."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="morning_questions")
    day = models.DateField()  # of the run
    run = models.ForeignKey(Run, models.SET_NULL, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=40, unique=True, default=new_key)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["owner", "day"], name="recovery_asked_once"),)

    def __str__(self) -> str:
        return f"question about {self.day}"
