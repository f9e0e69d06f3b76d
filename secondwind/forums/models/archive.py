"""What stands beside threads and posts that came from another forum: where from, and what was written there.

Such a post has no account as its author: the name is one of these words. Empty text and None mean that the
old page did not show it.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from secondwind.forums.models.places import Forum
from secondwind.forums.models.threads import Post, Thread

LONGEST_ADDRESS = 1_000


class ArchiveImport(models.Model):
    """One run that brought old pages in, until it came to its end."""

    forum = models.ForeignKey(Forum, models.SET_NULL, null=True, blank=True, related_name="+")
    sources = models.JSONField(default=list)  # the names of the files and folders
    site = models.CharField(max_length=200, blank=True)  # where they came from, by the operator's word
    taken_on = models.DateField(null=True, blank=True)  # when the copies were made, by the operator's word
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"import {self.pk}"


class ArchivedThread(models.Model):
    """What a thread was where it came from. Counts are those of the day on which the page was copied."""

    thread = models.OneToOneField(Thread, models.CASCADE, primary_key=True, related_name="archived")
    batch = models.ForeignKey(ArchiveImport, models.PROTECT, related_name="threads")
    key = models.CharField(max_length=64, unique=True)  # a digest of what tells it from other threads
    address = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    site = models.CharField(max_length=200, blank=True)
    engine = models.CharField(max_length=30)
    parser = models.CharField(max_length=40)
    confidence = models.FloatField()
    title = models.CharField(max_length=300, blank=True)
    author = models.CharField(max_length=80, blank=True)
    forum_name = models.CharField(max_length=200, blank=True)
    views = models.PositiveIntegerField(null=True, blank=True)
    replies = models.PositiveIntegerField(null=True, blank=True)
    latest_date = models.CharField(max_length=80, blank=True)
    latest_author = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=20, blank=True)
    tags = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    numbered_from = models.PositiveSmallIntegerField(default=0)  # to add to a written number for ours
    last_number = models.PositiveIntegerField(default=1)  # ours, of the last post that came from there
    last_date = models.CharField(max_length=80, blank=True)  # of that post, as written
    last_author = models.CharField(max_length=80, blank=True)
    imported_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True, blank=True)  # when danger signs were looked for

    def __str__(self) -> str:
        return f"archived {self.thread_id}"


class ArchivedPost(models.Model):
    """What stood beside a post where it came from."""

    post = models.OneToOneField(Post, models.CASCADE, primary_key=True, related_name="archived")
    number = models.PositiveIntegerField(null=True, blank=True)
    author = models.CharField(max_length=80, blank=True)
    author_address = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    author_key = models.CharField(max_length=64, blank=True, db_index=True)  # a digest of that address
    by_opener = models.BooleanField(null=True)
    rank = models.CharField(max_length=60, blank=True)
    points = models.PositiveIntegerField(null=True, blank=True)
    post_count = models.PositiveIntegerField(null=True, blank=True)
    since = models.CharField(max_length=80, blank=True)
    location = models.CharField(max_length=100, blank=True)
    date = models.CharField(max_length=80, blank=True)
    date_iso = models.CharField(max_length=25, blank=True)  # as exact as the words are
    zone = models.CharField(max_length=6, blank=True)  # empty: unknown
    title = models.CharField(max_length=300, blank=True)
    in_response_to = models.CharField(max_length=80, blank=True)
    signature = models.TextField(blank=True)
    digest = models.CharField(max_length=64)  # of the words

    def __str__(self) -> str:
        return f"archived {self.post_id}"


class ArchivedPage(models.Model):
    """A page that was read, by the digest of its bytes, so that the same is not read again."""

    batch = models.ForeignKey(ArchiveImport, models.CASCADE, related_name="pages")
    thread = models.ForeignKey(ArchivedThread, models.CASCADE, related_name="pages")
    name = models.CharField(max_length=300)
    key = models.CharField(max_length=64, blank=True, db_index=True)  # a digest of its address
    digest = models.CharField(max_length=64)
    parser = models.CharField(max_length=40)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["digest", "thread"], name="forums_archived_page_once"),
        )

    def __str__(self) -> str:
        return self.name


class Takedown(models.Model):
    """Something that is not to come back with the next import: the digest of an address, and not the
    address."""

    class About(models.TextChoices):
        THREAD = "thread", _("a thread")
        AUTHOR = "author", _("an author")

    about = models.CharField(max_length=6, choices=About)
    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["about", "key"], name="forums_takedown_once"),)

    def __str__(self) -> str:
        return f"{self.about} taken down"
