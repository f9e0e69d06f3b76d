"""Threads, their posts, and what stands on a post: edits, marks, danger signs."""

from functools import lru_cache

from django.conf import settings
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from secondwind.forums.models.places import Forum

LONGEST_TITLE = 140


class PostState(models.TextChoices):
    """Whether a post is there to be read. Its number stays in each case."""

    PUBLISHED = "published", _("published")
    HELD = "held", _("held until a moderator has looked")
    HIDDEN = "hidden", _("hidden by a moderator")
    REMOVED = "removed", _("taken away by its author")
    MOVED = "moved", _("moved to another thread")


class Mark(models.TextChoices):
    """What the asker says of an answer."""

    NONE = "", _("no mark")
    HELPFUL = "helpful", _("Helpful")
    CORRECT = "correct", _("Correct")


class Thread(models.Model):
    """A question or a talk: an opening post and the replies to it."""

    forum = models.ForeignKey(Forum, models.PROTECT, related_name="threads")
    title = models.CharField(_("title"), max_length=LONGEST_TITLE)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="threads"
    )
    created_at = models.DateTimeField()

    # Counted from the posts by `actions.counts.recount`, under the lock of the thread's row.
    next_number = models.PositiveIntegerField(default=1)
    reply_count = models.PositiveIntegerField(default=0)
    latest_at = models.DateTimeField()
    latest_number = models.PositiveIntegerField(default=0)
    latest_author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    view_count = models.PositiveIntegerField(default=0)
    is_listed = models.BooleanField(default=True)  # kept by `actions.counts.recount`
    # Places of the body that it is about, ids of the knowledge's regions; None: not read yet.
    regions = models.JSONField(null=True, blank=True)
    # The words with a "#" of an entry of commentary, as ",calf,hills,": so one is found as ",calf,".
    tags = models.CharField(max_length=200, blank=True)

    is_pinned = models.BooleanField(default=False)
    is_locked = models.BooleanField(default=False)
    is_answered = models.BooleanField(default=False)  # a post of it is marked Correct
    # Its index holds merged threads alone: SQLite would use a whole one to find the others, which are most.
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    asked_whether_answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["forum", "-is_pinned", "-latest_at"], name="forums_thread_list"),
            models.Index(fields=["-latest_at"], name="forums_thread_latest"),
            models.Index(
                fields=["forum", "-latest_at"],
                condition=models.Q(is_listed=True, merged_into=None),
                name="forums_thread_listed",
            ),
            models.Index(
                fields=["merged_into"],
                condition=models.Q(merged_into__isnull=False),
                name="forums_thread_merged",
            ),
            models.Index(fields=["author", "-created_at"], name="forums_thread_author"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def byline(self) -> str:
        """Who asked: a member, a name of an archive, or a former member."""
        return _byline(self)

    @property
    def latest_as_written(self) -> str | None:
        """The date of the latest post as it was written where it came from; None for one that was written
        here."""
        archived = getattr(self, "archived", None)
        if archived is None or self.latest_number > archived.last_number:
            return None
        return archived.last_date or "date not kept"

    @property
    def latest_byline(self) -> str:
        """Who wrote the latest post."""
        if self.latest_as_written is not None:
            return str(self.archived.last_author) or "name not kept"
        return self.latest_author.username if self.latest_author else "former member"

    @property
    def tag_list(self) -> list[str]:
        """The tags of an entry of commentary."""
        return [tag for tag in self.tags.split(",") if tag]

    @property
    def slug(self) -> str:
        """The title as a part of an address; never empty."""
        return slug_of(self.title)


class Post(models.Model):
    """One message of a thread. `number` is 1 for the opening post and is never given away again."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="posts")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="posts"
    )
    in_response_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="responses"
    )
    body = models.TextField(_("text"))
    html = models.TextField()  # rendered once, when it is written
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=PostState, default=PostState.PUBLISHED)
    why_hidden = models.CharField(max_length=200, blank=True)
    mark = models.CharField(max_length=7, choices=Mark, default=Mark.NONE, blank=True)
    moved_to = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["thread", "number"], name="forums_post_number"),
            models.UniqueConstraint(
                fields=["thread"], condition=models.Q(mark="correct"), name="forums_one_correct_answer"
            ),
        )
        indexes = (models.Index(fields=["author", "-created_at"], name="forums_post_author"),)

    def __str__(self) -> str:
        return f"#{self.number} of thread {self.thread_id}"

    @property
    def byline(self) -> str:
        """Who wrote it: a member, a name of an archive, or a former member."""
        return _byline(self)

    @property
    def shown_number(self) -> int:
        """The number to read beside it: as it was written where it came from, or its own."""
        archived = getattr(self, "archived", None)
        return self.number if archived is None or archived.number is None else archived.number

    @property
    def label(self) -> str:
        """What leads to it: its number, with which the opening post of some old forums was never written."""
        archived = getattr(self, "archived", None)
        if archived is not None and archived.number is None and self.is_opening:
            return "opening post"
        return f"#{self.shown_number}"

    @property
    def is_published(self) -> bool:
        """Whether everybody may read it."""
        return self.state == PostState.PUBLISHED

    @property
    def is_opening(self) -> bool:
        """Whether the thread begins with it."""
        return self.number == 1


@lru_cache(maxsize=4_096)
def slug_of(title: str) -> str:
    """A title as a part of an address; never empty."""
    return slugify(title)[:60].strip("-") or "thread"


def _byline(row: Thread | Post) -> str:
    if row.author is not None:
        return row.author.username
    archived = getattr(row, "archived", None)
    return byline_of(None, None if archived is None else archived.author)


def byline_of(member: str | None, archived: str | None) -> str:
    """Who wrote something: a member, else a name of an archive, where it comes from one."""
    if member is not None:
        return member
    return "former member" if archived is None else archived or "name not kept"


class Revision(models.Model):
    """What a post (and the title above it) said before an edit. Read by its author and moderators."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="revisions")
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    body = models.TextField()
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-replaced_at", "-id")

    def __str__(self) -> str:
        return f"{self.post} before {self.replaced_at:%Y-%m-%d %H:%M}"


class DangerSign(models.Model):
    """A danger rule that fired on what the asker wrote. No edit and no vote takes it away.

    `rule`, `because` and `action` are kept as they were, because the knowledge may change later.
    """

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="danger_signs")
    post = models.ForeignKey(Post, models.CASCADE, related_name="danger_signs")
    rule = models.CharField(max_length=80)
    urgency = models.CharField(max_length=20)
    because = models.TextField()
    action = models.TextField()
    source = models.CharField(max_length=80)  # an id of the knowledge's sources
    found_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)  # when the asker said that they have read it
    # Who said it in the place of an asker who is gone; nobody: the asker did, or this member has left since.
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["thread", "rule"], name="forums_danger_once"),)

    def __str__(self) -> str:
        return f"{self.rule} in {self.post}"
