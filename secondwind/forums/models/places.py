"""Where threads stand: spaces, and the forums in them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Space(models.Model):
    """A heading with forums under it."""

    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name


class ForumKind(models.TextChoices):
    """Whose threads stand in a forum."""

    SHARED = "shared", _("everybody's")
    BLOG = "blog", _("commentary")
    DIARY = "diary", _("diary")


class SharedForums(models.Manager["Forum"]):
    """The forums in which everybody begins threads: what `Forum.objects` gives."""

    def get_queryset(self) -> "models.QuerySet[Forum]":
        return super().get_queryset().filter(kind=ForumKind.SHARED)


class Forum(models.Model):
    """A list of threads on one matter; or one member's commentary, in which only they begin threads.

    A diary is commentary with a first day. What `is_private` its owner alone sees, moderators neither.
    """

    space = models.ForeignKey(
        Space, models.PROTECT, null=True, blank=True, related_name="forums", verbose_name=_("space")
    )  # commentary stands in none
    kind = models.CharField(max_length=6, choices=ForumKind, default=ForumKind.SHARED)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="journals"
    )
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    is_private = models.BooleanField(_("only I see it"), default=False)
    name = models.CharField(_("name"), max_length=60)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    about = models.CharField(_("what it is for"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_open = models.BooleanField(_("new threads may be started here"), default=True)

    objects: ClassVar[SharedForums] = SharedForums()
    every: ClassVar[models.Manager["Forum"]] = models.Manager()

    class Meta:
        ordering = ("space__position", "position", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        """Whether everybody begins threads here."""
        return self.kind == ForumKind.SHARED
