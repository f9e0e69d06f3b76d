"""A way back to running that somebody follows."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from secondwind.recovery.models.pain import LEVEL, Side
from secondwind.runlog.models import Run


class ReturnState(models.TextChoices):
    """Whether it is followed now. Where it stands is worked out from what happened, never stored."""

    ACTIVE = "active", _("under way")
    ENDED = "ended", _("ended")


class EventKind(models.TextChoices):
    """What happened on a day of a plan, beside the runs of the log."""

    SESSION = "session", _("session")
    PAUSE = "pause", _("paused")
    RESUME = "resume", _("gone on")
    CLEARED = "cleared", _("cleared to go on")


class Return(models.Model):
    """One plan of the knowledge (`plan`), for one place.

    `first_stage` counts from 1, `usual` is the pain of a usual morning, 0 to 10.

    `calendar_key` is the secret address of its calendar feed; null while the feed is off.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="returns")
    plan = models.CharField(max_length=20)
    condition = models.CharField(max_length=60, blank=True)
    region = models.CharField(max_length=40)
    side = models.CharField(max_length=5, choices=Side, default=Side.UNSAID, blank=True)
    started_on = models.DateField()
    first_stage = models.PositiveSmallIntegerField(default=1)
    usual = models.PositiveSmallIntegerField(default=0, validators=LEVEL)
    state = models.CharField(max_length=6, choices=ReturnState, default=ReturnState.ACTIVE)
    ended_on = models.DateField(null=True, blank=True)
    calendar_key = models.CharField(max_length=40, unique=True, null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-started_on", "-id")

    def __str__(self) -> str:
        return f"{self.plan} plan from {self.started_on}"


class ReturnEvent(models.Model):
    """What its owner told of a day of the plan: a session with what the log's pain does not hold, a pause …

    `signs` are danger signs (findings of the knowledge), `flags` what the plan's own rules ask about.
    """

    plan = models.ForeignKey(Return, models.CASCADE, related_name="events")
    day = models.DateField()
    kind = models.CharField(max_length=7, choices=EventKind, default=EventKind.SESSION)
    run = models.ForeignKey(Run, models.SET_NULL, null=True, blank=True, related_name="+")
    flags = models.JSONField(default=list, blank=True)
    signs = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("day", "id")
        constraints = (models.UniqueConstraint(fields=["plan", "day", "kind"], name="recovery_event_once"),)

    def __str__(self) -> str:
        return f"{self.kind} on {self.day}"
