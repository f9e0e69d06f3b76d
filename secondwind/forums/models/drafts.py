"""What is not posted yet: drafts, and the pictures that posts show."""

import secrets

from django.conf import settings
from django.db import models

from secondwind.forums.models.places import Forum
from secondwind.forums.models.threads import LONGEST_TITLE, Post, Thread


def new_key() -> str:
    """A name for a picture that nobody can guess."""
    return secrets.token_urlsafe(12)


class Draft(models.Model):
    """What somebody was writing: a reply in `thread`, or a new thread in `forum`. One for each place."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    thread = models.ForeignKey(Thread, models.CASCADE, null=True, blank=True, related_name="+")
    forum = models.ForeignKey(Forum, models.CASCADE, null=True, blank=True, related_name="+")
    in_response_to = models.ForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    body = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)  # counts saves, so that a second device is noticed
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["author", "thread"], name="forums_draft_of_reply"),
            models.UniqueConstraint(fields=["author", "forum"], name="forums_draft_of_thread"),
            models.CheckConstraint(
                condition=models.Q(thread__isnull=True) ^ models.Q(forum__isnull=True),
                name="forums_draft_has_one_place",
            ),
        )

    def __str__(self) -> str:
        return f"draft of {self.author_id}"


class Picture(models.Model):
    """A picture somebody sent, made anew. Seen by its owner alone until a published post shows it."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="pictures"
    )
    post = models.ForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="pictures")
    key = models.CharField(max_length=24, unique=True, default=new_key)
    file = models.FileField(upload_to="pictures/%Y/%m/")
    kind = models.CharField(max_length=30)  # the media type, such as image/webp
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()  # in bytes
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
