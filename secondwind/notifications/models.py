"""What somebody follows, what they were told, and how they want to be told."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from secondwind.notifications.registry import Key

LONGEST_KIND, LONGEST_ID = 20, 60


class Rhythm(models.TextChoices):
    """When somebody gets a mail."""

    ONCE = "once", _("at once")
    DAILY = "daily", _("once a day")
    WEEKLY = "weekly", _("once a week")
    NEVER = "never", _("never: only here on the site")


class Preference(models.Model):
    """How somebody wants to be told. Without a row the defaults hold."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="telling")
    mail = models.CharField(_("mail me"), max_length=6, choices=Rhythm, default=Rhythm.ONCE)
    follow_own = models.BooleanField(_("follow every thread in which I write"), default=True)
    daily_at = models.DateTimeField()  # up to when the mails of each day and week were made
    weekly_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"preference of {self.user_id}"


class Follow(models.Model):
    """That somebody follows a subject, or does not want to any more: then `is_on` is False, so that what
    follows by itself leaves it alone. `mail` is empty where it is as for everything else."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    kind = models.CharField(max_length=LONGEST_KIND)
    subject = models.CharField(max_length=LONGEST_ID)
    is_on = models.BooleanField(default=True)
    mail = models.CharField(max_length=6, choices=Rhythm, blank=True)
    since = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "kind", "subject"], name="notifications_follow_once"),
        )
        indexes = (models.Index(fields=["kind", "subject"], name="notifications_followers"),)

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.key}"

    @property
    def key(self) -> Key:
        """What is followed."""
        return Key(self.kind, self.subject)


class MailState(models.TextChoices):
    """How far the mail of a notification is. From `HANDED` it only goes on, so nothing is mailed twice."""

    NONE = "none", _("no mail")
    WAITING = "waiting", _("waits for its time")
    HANDED = "handed", _("is being handed to the mail server")
    SENT = "sent", _("the mail server has it")
    UNKNOWN = "unknown", _("the mail server did not say whether it has it")
    REFUSED = "refused", _("the mail server refused it")


class Notification(models.Model):
    """That somebody is told of a happening: on the site, and by mail as `mail` says. Once each."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=LONGEST_KIND)
    happening = models.CharField(max_length=LONGEST_ID)
    because_kind = models.CharField(max_length=LONGEST_KIND, blank=True)  # the subject they follow
    because = models.CharField(max_length=LONGEST_ID, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=6, choices=Rhythm)
    state = models.CharField(max_length=7, choices=MailState, default=MailState.NONE)
    due_at = models.DateTimeField()  # no mail before
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints = (
            models.UniqueConstraint(fields=["user", "kind", "happening"], name="notifications_told_once"),
        )
        indexes = (
            models.Index(fields=["user", "read_at"], name="notifications_unread"),
            models.Index(fields=["state", "mail", "due_at"], name="notifications_outbox"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} is told of {self.key}"

    @property
    def key(self) -> Key:
        """What happened."""
        return Key(self.kind, self.happening)

    @property
    def why(self) -> Key | None:
        """The subject that they follow; None when it was for them alone."""
        return Key(self.because_kind, self.because) if self.because_kind else None


class Told(models.Model):
    """That followers were told already, so that a change later does not tell them again."""

    name = models.CharField(max_length=LONGEST_KIND + LONGEST_ID + 20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class ReplyAddress(models.Model):
    """What stands in an address to which one person replies in one conversation."""

    token = models.CharField(max_length=40, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=LONGEST_KIND)
    subject = models.CharField(max_length=LONGEST_ID)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["user", "kind", "subject"], name="notifications_reply_to"),)

    def __str__(self) -> str:
        return f"{self.user_id} replies in {self.kind}:{self.subject}"


class ReceivedMail(models.Model):
    """That a mail came in, by a digest of its name, so that it is taken in once."""

    key = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
