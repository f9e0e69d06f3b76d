"""The people of a site."""

import zoneinfo
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from secondwind.accounts import visitor
from secondwind.accounts.pseudonyms import LONGEST, RULE, key_of, validate_pseudonym


class Units(models.TextChoices):
    """How distances are shown to somebody."""

    KM = "km", _("kilometres")
    MI = "mi", _("miles")


class Theme(models.TextChoices):
    """Which of the two palettes somebody sees."""

    AUTO = "auto", _("as my device says")
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")


class Audience(models.TextChoices):
    """Who may see something about somebody."""

    EVERYONE = "everyone", _("everyone")
    MEMBERS = "members", _("signed-in members")
    NOBODY = "nobody", _("only me")


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is a zone of the IANA database."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("There is no time zone called “%(name)s”."), params={"name": name})


class Members(UserManager["User"]):
    """The accounts. One that is asked for by its id alone, as Django does for who is signed in, comes with
    what `visitor` says."""

    use_in_migrations = False

    def get(self, *args: Any, **kwargs: Any) -> "User":
        """One account."""
        found = self.get_queryset()
        return (found if args or set(kwargs) != {"pk"} else visitor.with_all(found)).get(*args, **kwargs)


class User(AbstractUser):
    """Somebody with an account. `username` is the pseudonym under which they are known here."""

    unread_count = 0  # of what they were told; counted with the account of who is signed in

    first_name = None  # type: ignore[assignment]  # nobody's civil name is asked for
    last_name = None  # type: ignore[assignment]  # the same

    username = models.CharField(
        _("pseudonym"),
        max_length=LONGEST,
        unique=True,
        validators=[validate_pseudonym],
        help_text=RULE,
        error_messages={"unique": _("Somebody has this pseudonym already.")},
    )
    # Whether two names differ only in capitals is asked of Python: SQLite knows the capitals of ASCII alone.
    username_key = models.CharField(max_length=3 * LONGEST, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    signature = models.CharField(_("signature"), max_length=200, blank=True)
    units = models.CharField(_("distances in"), max_length=2, choices=Units, default=Units.KM)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    theme = models.CharField(_("colours"), max_length=5, choices=Theme, default=Theme.AUTO)
    mail_questions = models.BooleanField(_("ask me by mail whether a question was answered"), default=True)
    profile_audience = models.CharField(
        _("who sees my profile"), max_length=8, choices=Audience, default=Audience.EVERYONE
    )
    posts_audience = models.CharField(
        _("who sees the list of my posts"), max_length=8, choices=Audience, default=Audience.MEMBERS
    )

    is_moderator = models.BooleanField(_("moderator"), default=False)
    silenced_until = models.DateTimeField(null=True, blank=True)
    banned_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Members] = Members()

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the key beside the pseudonym."""
        self.username_key = key_of(self.username)
        super().save(*args, **kwargs)

    @property
    def may_moderate(self) -> bool:
        """Whether the moderators' pages open for them."""
        return self.is_active and (self.is_moderator or self.is_superuser)

    @property
    def is_silenced(self) -> bool:
        """Whether they may read but not write for now."""
        return self.silenced_until is not None and self.silenced_until > timezone.now()

    @property
    def is_banned(self) -> bool:
        """Whether a moderator shut the account."""
        return self.banned_at is not None


class Scope(models.TextChoices):
    """What an access token opens. Each scope stands for itself."""

    READ = "read", _("read what I can read")
    WRITE = "write", _("post in my name")
    RUNS_WRITE = "runs:write", _("send runs to my log")


class AccessToken(models.Model):
    """A secret with which a program of its owner's uses the API. Only its hash is kept."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="access_tokens")
    name = models.CharField(_("what it is for"), max_length=60)
    hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()  # values of `Scope`
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)  # to the minute
    expires_at = models.DateTimeField(null=True, blank=True)  # None: never

    def __str__(self) -> str:
        return self.name

    @property
    def has_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def scope_labels(self) -> list[str]:
        """What it opens, in words."""
        return [str(Scope(scope).label) for scope in self.scopes if scope in Scope.values]
