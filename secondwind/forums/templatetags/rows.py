"""A row of a list of threads."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django import template
from django.utils.safestring import SafeString

from secondwind.forums.queries import Row
from secondwind.look.addresses import address
from secondwind.look.fragments import fragment

register = template.Library()


class Shown(NamedTuple):
    """All that a row shows; `place` and `place_address` are empty where the list is one of one forum."""

    short: bool
    address: str
    title: str
    unread_from: int
    unread_address: str
    is_pinned: bool
    is_locked: bool
    is_answered: bool
    is_listed: bool
    byline: str
    place: str
    place_address: str
    replies: int
    views: int
    latest_at: datetime
    latest_as_written: str | None
    latest_byline: str


@register.simple_tag
def thread_rows(rows: Iterable[Row], short: object = False, where: object = False) -> SafeString:
    """Threads as the entries of a list; `short`: without counts, `where`: with their forums."""
    return SafeString("".join([_row(row, short, where) for row in rows]))  # each one is safe


def _row(row: Row, short: object, where: object) -> SafeString:
    thread, forum = row.thread, row.thread.forum if short or where else None
    shown = Shown(
        bool(short),
        address("forums:thread", thread.pk, thread.slug),
        thread.title,
        row.unread_from,
        address("forums:first_unread", thread.pk) if row.unread_from else "",
        thread.is_pinned,
        thread.is_locked,
        thread.is_answered,
        thread.is_listed,
        thread.byline,
        forum.name if forum else "",
        address("forums:forum", forum.slug) if forum else "",
        thread.reply_count,
        0 if short else thread.view_count,
        thread.latest_at,
        thread.latest_as_written,
        "" if short else thread.latest_byline,
    )
    return fragment("forums/_row.html", shown)
