"""The moderators' queue, the log of what was done, and what people are told."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from secondwind.forums.models.threads import Post, Thread


class QueueKind(models.TextChoices):
    """Why something waits for a moderator."""

    FLAG = "flag", _("flagged by members")
    SPAM = "spam", _("looks like spam")
    LINK = "link", _("a new member's first link")
    DANGER = "danger", _("danger sign")
    IMPORT = "import", _("imported")


class FlagReason(models.TextChoices):
    """What somebody says is wrong with a post."""

    HARM = "harm", _("dangerous advice")
    RUDE = "rude", _("rude or hurtful")
    SPAM = "spam", _("spam or an advertisement")
    PRIVATE = "private", _("tells something private about somebody")
    OTHER = "other", _("something else")


class QueueItem(models.Model):
    """One matter for the moderators. `details` are the reasons, as sentences."""

    kind = models.CharField(max_length=6, choices=QueueKind)
    post = models.ForeignKey(Post, models.CASCADE, related_name="queue_items")
    details = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["post", "kind"],
                condition=models.Q(closed_at__isnull=True),
                name="forums_queue_open_once",
            ),
        )
        indexes = (models.Index(fields=["closed_at", "opened_at"], name="forums_queue_open"),)

    def __str__(self) -> str:
        return f"{self.kind}: {self.post}"


class Flag(models.Model):
    """One member's report of one post."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="flags")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="flags")
    reason = models.CharField(_("what is wrong"), max_length=7, choices=FlagReason)
    words = models.CharField(_("in your words"), max_length=500, blank=True)
    at = models.DateTimeField()
    upheld = models.BooleanField(null=True)  # None until a moderator has decided

    class Meta:
        constraints = (models.UniqueConstraint(fields=["post", "by"], name="forums_flag_once"),)

    def __str__(self) -> str:
        return f"{self.reason}: {self.post}"


class Verb(models.TextChoices):
    """What a moderator, or the software for them, can do."""

    HIDE = "hide", _("hid a post")
    RESTORE = "restore", _("restored a post")
    APPROVE = "approve", _("let a post through")
    HOLD = "hold", _("held a post back again")
    LOCK = "lock", _("locked a thread")
    UNLOCK = "unlock", _("unlocked a thread")
    PIN = "pin", _("pinned a thread")
    UNPIN = "unpin", _("unpinned a thread")
    MOVE = "move", _("moved a thread")
    MERGE = "merge", _("merged a thread into another")
    UNMERGE = "unmerge", _("took a merging back")
    SPLIT = "split", _("split posts off a thread")
    UNSPLIT = "unsplit", _("took a splitting back")
    RENAME = "rename", _("changed a title")
    EDIT = "edit", _("edited a post")
    WARN = "warn", _("warned a member")
    UNWARN = "unwarn", _("took a warning back")
    SILENCE = "silence", _("silenced a member")
    UNSILENCE = "unsilence", _("let a member write again")
    BAN = "ban", _("banned a member")
    UNBAN = "unban", _("let a member in again")
    HIDE_CARD = "hide_card", _("hid the card of a thread")
    SHOW_CARD = "show_card", _("showed the card of a thread again")
    DISMISS = "dismiss", _("found nothing wrong")
    NOTED = "noted", _("looked at a danger sign")
    REOPEN = "reopen", _("put a matter back into the queue")


class Action(models.Model):
    """One line of the moderators' log. `data` is what is needed to take it back."""

    verb = models.CharField(max_length=9, choices=Verb)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="actions"
    )  # nobody: the software did it by a rule
    why = models.CharField(_("why"), max_length=500)
    at = models.DateTimeField()
    post = models.ForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="actions")
    thread = models.ForeignKey(Thread, models.SET_NULL, null=True, blank=True, related_name="actions")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="actions_about"
    )
    data = models.JSONField(default=dict)
    undone_by = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="undoes")

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["by", "at"], name="forums_action_by"),)

    def __str__(self) -> str:
        return f"{self.verb} at {self.at:%Y-%m-%d %H:%M}"


class Notice(models.Model):
    """A sentence for somebody about something that was done to what they wrote. Whether they have read it is
    kept with the other things that they are told."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    text = models.TextField()
    address = models.CharField(max_length=200, blank=True)  # a path of this site
    at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.text


class CannedReply(models.Model):
    """Words that moderators use again and again, as the reason of an action or as a reply."""

    title = models.CharField(_("title"), max_length=60)
    body = models.TextField(_("words"), max_length=500)

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class Token(models.Model):
    """In how many posts, spam and honest, a word stood; counted from the moderators' decisions."""

    word = models.CharField(max_length=40, unique=True)
    spam = models.PositiveIntegerField(default=0)
    honest = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.word
