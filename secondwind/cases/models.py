"""The tables of cases. What a case holds is one JSON value of the clinic's vocabulary, with its words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from secondwind.accounts.models import Audience
from secondwind.clinic import model as clinic
from secondwind.clinic import stored
from secondwind.clinic.knowledge import load
from secondwind.clinic.model import Kind
from secondwind.clinic.outcomes import Back

BACK = {
    Back.FULL: _("running as before"),
    Back.PARTLY: _("running less"),
    Back.NOT: _("not running"),
}


def nothing() -> dict[str, Any]:
    """The content of a case of which nothing is known."""
    return stored.to_json(clinic.Case())


def today() -> date:
    """Today in the visitor's time zone."""
    return timezone.localdate()


class State(models.TextChoices):
    """Whether somebody has looked over what was read."""

    DRAFT = "draft", _("read by machine, not confirmed")
    CONFIRMED = "confirmed", _("confirmed by its owner")


class Beginning(models.TextChoices):
    """Where a case was made."""

    CHECK = "check", _("from the check")
    THREAD = "thread", _("from the opening post of a thread")


class Case(models.Model):
    """One complaint of one runner. `data` is a `clinic.model.Case` as `clinic.stored` writes it.

    `audience` says who may see it, and `audiences` what of it fewer may see: a group of `chips.GROUPS` and
    its audience. What stands below `told_with` is worked out by `actions.keep` whenever the case changes.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="cases"
    )
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    beginning = models.CharField(max_length=6, choices=Beginning)
    date = models.DateField(default=today)  # the weeks of the follow-up count from it
    onset = models.DateField(_("since when"), null=True, blank=True)
    text = models.TextField(blank=True)  # the account that it was read from
    data = models.JSONField(default=nothing)
    audience = models.CharField(_("who sees it"), max_length=8, choices=Audience, default=Audience.NOBODY)
    audiences = models.JSONField(default=dict, blank=True)
    # Another complaint of the same account: the main one.
    told_with = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="others")

    # Where it is shown besides: a path of this site and its title, set by the room that shows it there.
    address = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=200, blank=True)
    is_listed = models.BooleanField(default=True)  # false while the place that shows it is hidden
    why_hidden = models.CharField(max_length=200, blank=True)  # a moderator's reason; empty: not hidden
    # What the posts there say of treatments, see `mentions`: no part of the case, and counted nowhere.
    mentioned = models.JSONField(default=list, blank=True)

    leading = models.CharField(max_length=80, blank=True)  # the condition that its pattern fits best
    fit = models.CharField(max_length=20, blank=True)
    danger = models.JSONField(default=list, blank=True)  # the danger rules that fire on it
    questions = models.JSONField(default=list, blank=True)  # findings worth asking, the best first
    asked = models.JSONField(default=dict, blank=True)  # finding -> reply, or "" while it is open
    # The last word on how it goes, kept from the outcomes: state, weeks from the date, whether by machine.
    outcome = models.JSONField(null=True, blank=True)
    wants_mail = models.BooleanField(default=True)
    is_counted = models.BooleanField(default=True)  # in the totals, where nobody is seen alone
    turn = models.PositiveBigIntegerField(default=0, db_index=True)  # see `actions.keep`
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"case {self.pk}"

    @property
    def told(self) -> clinic.Case:
        """What it holds, as the clinic speaks of it; what the vocabulary no longer knows is left out."""
        told, known = stored.from_json(self.data), load()
        vocabulary = {
            Kind.PLACE: known.regions,
            Kind.FINDING: known.findings,
            Kind.TREATMENT: known.treatments,
            Kind.TEST: known.tests,
            Kind.SUSPICION: known.suspicions,
        }
        return told.without((i.kind, i.id) for i in told.items if i.id not in vocabulary[i.kind])

    @property
    def is_confirmed(self) -> bool:
        """Whether its owner has looked it over."""
        return self.state == State.CONFIRMED


class Meaning(models.Model):
    """What the account of a case means: 384 numbers of the sentence model `model`, float16, little-endian. It
    goes with the case, and with the words that it was made of."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="meaning")
    model = models.CharField(max_length=40)
    vector = models.BinaryField()

    def __str__(self) -> str:
        return f"meaning of case {self.case_id}"


class Change(models.Model):
    """What was different in a case at one time. `lines` hold an item's key and what was said of it before
    and after; empty is nothing."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="changes")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=80)
    lines = models.JSONField(default=list)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.why}: {self.case}"


class Ask(models.Model):
    """A finding that a helper wants to know of. Answered by the owner of the case with one tap."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="asks")
    finding = models.CharField(max_length=80)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reply = models.CharField(max_length=6, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["case", "finding"], name="cases_ask_once"),)

    def __str__(self) -> str:
        return f"{self.finding} of {self.case}"


class Turn(models.Model):
    """One row that counts changes of cases: whoever holds its lock writes the next one.

    So the numbers appear in the order in which their transactions end, and a reader that has seen `number`
    has missed nothing before it.
    """

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


class Gone(models.Model):
    """A case that was taken away, for the processes that still hold it in memory."""

    case = models.PositiveBigIntegerField()  # an id, of nothing any more
    turn = models.PositiveBigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"case {self.case} is gone"


class SaidBy(models.TextChoices):
    """Who said what it turned out to be."""

    SELF = "self", _("I think so myself")
    PHYSIO = "physio", _("a physiotherapist")
    DOCTOR = "doctor", _("a doctor")
    SCAN = "scan", _("a doctor, after a scan")


# Whose word makes a case a labelled one.
CLINICIANS = (SaidBy.PHYSIO, SaidBy.DOCTOR, SaidBy.SCAN)


class Outcome(models.Model):
    """How it went at one time. `week` names the question that it answers; None was told without one."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="outcomes")
    week = models.PositiveSmallIntegerField(null=True, blank=True)
    on = models.DateField(default=today)
    state = models.CharField(max_length=6, choices=[(back.value, words) for back, words in BACK.items()])
    worst_pain = models.PositiveSmallIntegerField(null=True, blank=True)  # 0 to 10, in the last week
    helped = models.JSONField(default=list, blank=True)  # treatments that made the difference
    diagnosis = models.CharField(max_length=80, blank=True)  # the condition that it turned out to be
    said_by = models.CharField(max_length=6, choices=SaidBy, blank=True)
    by_machine = models.BooleanField(default=False)  # read from the words of a thread
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("on", "id")
        constraints = (models.UniqueConstraint(fields=["case", "week"], name="cases_outcome_of_week"),)

    def __str__(self) -> str:
        return f"{self.state} of {self.case}"


class Reminder(models.Model):
    """A mail that asked how it goes. The row is written before the mail is handed over: never two."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="reminders")
    week = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)
    is_sent = models.BooleanField(default=False)  # the mail server took it

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "week"], name="cases_reminder_once"),)

    def __str__(self) -> str:
        return f"week {self.week} of {self.case}"


class NoMail(models.Model):
    """Somebody who is never asked by mail how it goes."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"no mail to {self.user_id}"


class Total(models.Model):
    """The counts of a group of cases, as they were on a day."""

    group = models.CharField(max_length=90, unique=True)  # see `totals`
    on = models.DateField()
    numbers = models.JSONField()
    changed_on = models.DateField(default=today)  # the day from which the numbers are these

    def __str__(self) -> str:
        return self.group
