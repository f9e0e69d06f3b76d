"""Lists of posts for feed readers, with the whole of each post."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from secondwind.forums.models import Post
from secondwind.notifications.feeds import Entry, Feed

ENTRIES = 40


def feed_of(title: str, path: str, about: str, posts: Iterable[Post], *, by_title: bool = True) -> Feed:
    """A list of posts, the latest first. `by_title` says that each entry is a thread of its own, so that its
    name is the title alone."""
    return Feed(title, path, about, [_entry(post, by_title=by_title) for post in posts])


def _entry(post: Post, *, by_title: bool) -> Entry:
    alone = by_title or post.is_opening
    return Entry(
        path=reverse("forums:post", args=[post.pk]),
        title=post.thread.title if alone else f"{post.label} in {post.thread.title}",
        html=post.html,
        written_at=post.created_at,
        changed_at=_changed(post),
        by=post.byline,
        tags=post.thread.tag_list,
    )


def _changed(post: Post) -> datetime:
    return post.edited_at or post.created_at
