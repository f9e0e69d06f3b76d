"""Taking away what came from an archive: a thread by its address, an author by theirs, or a whole import.

What was taken away does not come back with the next import. Replies that members wrote here stay.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from secondwind.forums import events
from secondwind.forums.actions.archived import TAKEN_DOWN
from secondwind.forums.actions.archived_rows import keys_of_address
from secondwind.forums.actions.counts import locked, recount
from secondwind.forums.actions.post import erase_words
from secondwind.forums.models import (
    ArchivedPost,
    ArchivedThread,
    ArchiveImport,
    DangerSign,
    Post,
    PostState,
    QueueItem,
    Takedown,
    Thread,
)

TITLE = "(taken down on request)"
_OWN = re.compile(r"/(threads|posts)/(\d{1,18})(?:/|$)")


@dataclass(slots=True)
class Taken:
    """What was taken away: the titles of threads, and posts by their thread."""

    threads: list[str] = field(default_factory=list)
    posts: int = 0

    def __bool__(self) -> bool:
        return bool(self.threads or self.posts)


@transaction.atomic
def by_address(address: str) -> Taken:
    """Take away what has this address: a page of the old forum or of this site, or somebody's page or
    e-mail address there."""
    taken = Taken()
    keys = keys_of_address(address)
    found = ArchivedThread.objects.filter(Q(key=keys.get("thread")) | Q(pages__key=keys.get("page", "none")))
    own = _own(address)
    for kept in found.distinct() if own is None else ArchivedThread.objects.filter(pk=own):
        _remember(Takedown.About.THREAD, kept.key)
        _thread(kept, taken)
    posts = ArchivedPost.objects.filter(author_key=keys["author"])
    if posts.exists():
        _remember(Takedown.About.AUTHOR, keys["author"])
        _author(keys["author"], taken)
    return taken


def of_import(batch: ArchiveImport) -> Taken:
    """Take away all that an import brought, a thread at a time; it may come back with another one."""
    taken = Taken()
    for id in list(ArchivedThread.objects.filter(batch=batch).values_list("pk", flat=True)):
        with transaction.atomic():
            _thread(ArchivedThread.objects.get(pk=id), taken)
    if not ArchivedThread.objects.filter(batch=batch).exists():
        batch.delete()
    return taken


def _own(address: str) -> int | None:
    """The thread that an address of this site names."""
    parts = urlsplit(address)
    own = settings.SITE_URL.hostname if settings.SITE_URL else "127.0.0.1"
    if parts.hostname not in {None, own, "localhost"}:
        return None
    found = _OWN.search(parts.path)
    if not found:
        return None
    if found[1] == "threads":
        return int(found[2])
    return Post.objects.filter(pk=found[2]).values_list("thread_id", flat=True).first()


def _remember(about: Takedown.About, key: str) -> None:
    Takedown.objects.get_or_create(about=about, key=key, defaults={"at": timezone.now()})


def _thread(kept: ArchivedThread, taken: Taken) -> None:
    thread = locked(kept.thread_id)
    posts = list(Post.objects.filter(thread=thread, archived__isnull=False).select_related("thread"))
    taken.threads.append(thread.title)
    taken.posts += len(posts)
    if (
        not Post.objects.filter(thread=thread, archived__isnull=True)
        .exclude(state=PostState.REMOVED)
        .exists()
    ):
        events.different(posts, [thread])
        thread.delete()
        return
    thread.title = TITLE
    thread.save(update_fields=["title"])
    _erase(posts, thread)
    kept.delete()


def _author(key: str, taken: Taken) -> None:
    ids = ArchivedPost.objects.filter(author_key=key).values_list("post__thread_id", flat=True).distinct()
    for id in sorted(ids):
        thread = locked(id)
        own = list(
            Post.objects.filter(thread=thread, archived__author_key=key).select_related("thread", "archived")
        )
        names = {post.archived.author for post in own}
        if any(post.is_opening for post in own):
            thread.title = TITLE
            thread.save(update_fields=["title"])
            ArchivedThread.objects.filter(pk=id).update(title="")
        taken.posts += len(own)
        _erase(own, thread)
        _forget_names(id, names)


def _forget_names(thread_id: int, names: set[str]) -> None:
    ArchivedPost.objects.filter(post__thread=thread_id, in_response_to__in=names).update(in_response_to="")
    for name in ("author", "last_author", "latest_author"):
        ArchivedThread.objects.filter(pk=thread_id, **{f"{name}__in": names}).update(**{name: ""})


def _erase(posts: list[Post], thread: Thread) -> None:
    QueueItem.objects.filter(post__in=posts).delete()
    DangerSign.objects.filter(post__in=posts).delete()
    ArchivedPost.objects.filter(post__in=posts).delete()
    for post in posts:
        erase_words(post)
        post.why_hidden = TAKEN_DOWN
        post.save(update_fields=["why_hidden"])
    recount(thread)
    events.different(posts, [thread])
