"""Lists of posts for feed readers: Atom (RFC 4287) and JSON Feed 1.1, with the whole of each post.

A feed is what a visitor without an account would see, for everybody.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from secondwind import writing
from secondwind.forums.models import Post

ENTRIES = 40
JSON_FEED = "https://jsonfeed.org/version/1.1"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Feed:
    """A list: its name, the path of the page that shows it, and its posts, the latest first. `by_title` says
    that each entry is a thread of its own, so that its name is the title alone."""

    title: str
    path: str
    about: str
    posts: Sequence[Post]
    by_title: bool = True

    @property
    def changed_at(self) -> datetime | None:
        """When something in it last changed; None when it is empty."""
        return max((_changed(post) for post in self.posts), default=None)


@dataclass(frozen=True, slots=True)
class Entry:
    """A post as both forms tell it; addresses are whole."""

    address: str
    title: str
    html: str
    by: str
    written_at: datetime
    changed_at: datetime
    tags: Sequence[str]


def atom(feed: Feed, whole: Callable[[str], str], own_path: str) -> str:
    """The list as Atom; `whole` makes an address of a path of this site."""
    out = _Atom(
        title=_clean(feed.title), link=whole(feed.path), description=None, subtitle=_clean(feed.about),
        language="en-GB", feed_url=whole(own_path), feed_guid=whole(feed.path),
    )  # fmt: skip
    for entry in _entries(feed, whole):
        out.add_item(
            title=entry.title, link=entry.address, description="", unique_id=entry.address,
            pubdate=entry.written_at, updateddate=entry.changed_at, author_name=entry.by, content=entry.html,
            categories=entry.tags,
        )  # fmt: skip
    text = StringIO()
    out.write(text, "utf-8")
    return text.getvalue()


def as_json(feed: Feed, whole: Callable[[str], str], own_path: str) -> str:
    """The list as JSON Feed."""
    items = [
        {
            "id": entry.address,
            "url": entry.address,
            "title": entry.title,
            "content_html": entry.html,
            "date_published": entry.written_at.isoformat(timespec="seconds"),
            "date_modified": entry.changed_at.isoformat(timespec="seconds"),
            "authors": [{"name": entry.by}],
            **({"tags": list(entry.tags)} if entry.tags else {}),
        }
        for entry in _entries(feed, whole)
    ]
    head = {"version": JSON_FEED, "title": feed.title, "home_page_url": whole(feed.path)}
    about = {"description": feed.about} if feed.about else {}
    return json.dumps(
        head | about | {"feed_url": whole(own_path), "language": "en-GB", "items": items}, ensure_ascii=False
    )


class _Atom(Atom1Feed):
    """Django's, with the whole text; an empty one is as old as can be, not as new as its reading."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item | {"description": None})
        handler.addQuickElement("content", item["content"], {"type": "html"})

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else datetime(2000, 1, 1, tzinfo=UTC)


def _entries(feed: Feed, whole: Callable[[str], str]) -> list[Entry]:
    site = whole("/").rstrip("/")
    return [_entry(post, site, whole, by_title=feed.by_title) for post in feed.posts]


def _entry(post: Post, site: str, whole: Callable[[str], str], *, by_title: bool) -> Entry:
    alone = by_title or post.is_opening
    title = post.thread.title if alone else f"#{post.shown_number} in {post.thread.title}"
    return Entry(
        address=whole(reverse("forums:post", args=[post.pk])),
        title=_clean(title),
        html=_clean(writing.absolute(post.html, site)),
        by=_clean(post.byline),
        written_at=post.created_at,
        changed_at=_changed(post),
        tags=post.thread.tag_list,
    )


def _changed(post: Post) -> datetime:
    return post.edited_at or post.created_at


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
