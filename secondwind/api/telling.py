"""Threads and posts in the shapes of the API."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from secondwind import writing
from secondwind.accounts.mail import site_address
from secondwind.api import shapes
from secondwind.clinic import knowledge
from secondwind.forums import access, queries
from secondwind.forums.access import Viewer
from secondwind.forums.models import Post, PostState, Thread

GONE = (PostState.REMOVED, PostState.MOVED)  # nothing is left to read under the number


def thread(request: HttpRequest, row: Thread) -> shapes.Thread:
    """A thread; its forum, author and archive must be loaded."""
    known = knowledge.load().regions
    return shapes.Thread(
        id=row.pk,
        title=row.title,
        address=site_address(reverse("forums:thread", args=[row.pk, row.slug]), request),
        forum=shapes.ForumName(slug=row.forum.slug, name=row.forum.name),
        author=person(row),
        created_at=row.created_at,
        latest_at=row.latest_at,
        reply_count=row.reply_count,
        view_count=row.view_count,
        is_answered=row.is_answered,
        is_locked=row.is_locked,
        is_pinned=row.is_pinned,
        is_listed=row.is_listed,
        is_archived=getattr(row, "archived", None) is not None,
        places=[shapes.Place(id=id, label=known[id].label) for id in row.regions or [] if id in known],
        tags=row.tag_list,
    )


def post(request: HttpRequest, viewer: Viewer, row: Post) -> shapes.Post:
    """A post, as far as the viewer may read it."""
    is_readable = access.sees(viewer, row) and row.state not in GONE
    archived = getattr(row, "archived", None)
    answered = row.in_response_to if is_readable else None
    site = site_address("/", request).rstrip("/")
    return shapes.Post(
        id=row.pk,
        thread=row.thread_id,
        number=row.number,
        address=site_address(reverse("forums:post", args=[row.pk]), request),
        state=row.state,  # type: ignore[arg-type]  # one of its choices
        author=person(row) if is_readable else None,
        created_at=row.created_at if is_readable else None,
        written=(archived.date or "date not kept") if archived and is_readable else None,
        edited_at=row.edited_at if is_readable else None,
        in_response_to=shapes.PostName(id=answered.pk, number=answered.number) if answered else None,
        mark=row.mark if is_readable else "",  # type: ignore[arg-type]  # one of its choices
        html=writing.absolute(row.html, site) if is_readable else None,
    )


def person(row: Thread | Post) -> shapes.Person:
    """Who wrote something."""
    return shapes.Person(name=row.byline, is_member=row.author is not None)


def danger_signs(row: Thread) -> list[shapes.DangerSign]:
    """The danger signs of a thread. 1 query, none where `thread_for` has looked and found none."""
    found = queries.danger_signs(row) if access.may_hold_danger(row) else []
    return [
        shapes.DangerSign(because=one.because, action=one.action, urgency=one.urgency, source=one.source)
        for one in found
    ]
