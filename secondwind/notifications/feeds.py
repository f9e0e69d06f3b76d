"""Lists for feed readers: Atom (RFC 4287) and JSON Feed 1.1, with the whole of each entry.

A feed is what a visitor without an account would see, for everybody.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from io import StringIO
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date

from secondwind import writing
from secondwind.accounts.mail import site_address
from secondwind.look.caching import public_page

JSON_FEED = "https://jsonfeed.org/version/1.1"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: the path that it has for good, and what it says; `by` names a person, or nobody."""

    path: str
    title: str
    html: str
    written_at: datetime
    changed_at: datetime
    by: str = ""
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A list: its name, the path of the page that shows it, and its entries, the latest first."""

    title: str
    path: str
    about: str
    entries: Sequence[Entry]

    @property
    def changed_at(self) -> datetime | None:
        """When something in it last changed; None when it is empty."""
        return max((entry.changed_at for entry in self.entries), default=None)


def atom(feed: Feed, whole: Callable[[str], str], own_path: str) -> str:
    """The list as Atom; `whole` makes an address of a path of this site."""
    out = _Atom(
        title=_clean(feed.title), link=whole(feed.path), description=None, subtitle=_clean(feed.about),
        language="en-GB", feed_url=whole(own_path), feed_guid=whole(feed.path),
    )  # fmt: skip
    for entry in feed.entries:
        out.add_item(
            title=_clean(entry.title), link=whole(entry.path), description="", unique_id=whole(entry.path),
            pubdate=entry.written_at, updateddate=entry.changed_at, author_name=_clean(entry.by) or None,
            content=_html(entry, whole), categories=entry.tags,
        )  # fmt: skip
    text = StringIO()
    out.write(text, "utf-8")
    return text.getvalue()


def as_json(feed: Feed, whole: Callable[[str], str], own_path: str) -> str:
    """The list as JSON Feed."""
    items = [
        {
            "id": whole(entry.path),
            "url": whole(entry.path),
            "title": _clean(entry.title),
            "content_html": _html(entry, whole),
            "date_published": entry.written_at.isoformat(timespec="seconds"),
            "date_modified": entry.changed_at.isoformat(timespec="seconds"),
            **({"authors": [{"name": _clean(entry.by)}]} if entry.by else {}),
            **({"tags": list(entry.tags)} if entry.tags else {}),
        }
        for entry in feed.entries
    ]
    head = {"version": JSON_FEED, "title": feed.title, "home_page_url": whole(feed.path)}
    about = {"description": feed.about} if feed.about else {}
    return json.dumps(
        head | about | {"feed_url": whole(own_path), "language": "en-GB", "items": items}, ensure_ascii=False
    )


FORMS = {
    "atom": (atom, "application/atom+xml; charset=utf-8"),
    "json": (as_json, "application/feed+json; charset=utf-8"),
}


def feed_page(view: Callable[..., Feed]) -> Callable[..., HttpResponse]:
    """A list in the form that its address ends with, `feed.atom` or `feed.json`."""

    @public_page
    @wraps(view)
    def page(request: HttpRequest, *args: object, form: str, **kwargs: object) -> HttpResponse:
        if form not in FORMS:
            raise Http404("no such form of a feed")
        feed = view(*args, **kwargs)
        write, kind = FORMS[form]
        text = write(feed, lambda path: site_address(path, request), request.path + _query(feed))
        response = HttpResponse(text, content_type=kind)
        if feed.changed_at:
            response["Last-Modified"] = http_date(feed.changed_at.timestamp())
        return response

    return page


def _query(feed: Feed) -> str:
    """What a list was asked for, where its page's address says so."""
    return "".join(feed.path.partition("?")[1:])


class _Atom(Atom1Feed):
    """Django's, with the whole text; an empty one is as old as can be, not as new as its reading."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item | {"description": None})
        handler.addQuickElement("content", item["content"], {"type": "html"})

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else datetime(2000, 1, 1, tzinfo=UTC)


def _html(entry: Entry, whole: Callable[[str], str]) -> str:
    return _clean(writing.absolute(entry.html, whole("/").rstrip("/")))


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
