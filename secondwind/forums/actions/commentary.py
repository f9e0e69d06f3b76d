"""Commentary: a member's own forum, in which they write entries and others comment; and dated diaries."""

import secrets
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from secondwind import writing
from secondwind.accounts.models import User
from secondwind.forums import access, events, limits
from secondwind.forums.actions.counts import locked, recount, recount_posts
from secondwind.forums.actions.post import sift
from secondwind.forums.actions.queue import into_queue
from secondwind.forums.errors import Refused
from secondwind.forums.models import DangerSign, Forum, ForumKind, Post, PostState, QueueKind, Thread

MOST = 30  # journals of one member
LONGEST_NAME, LONGEST_ABOUT = 60, 200
EARLIEST = date(1950, 1, 1)


@transaction.atomic
def start(
    owner: User, kind: ForumKind, name: str, about: str = "", *,
    starts_on: date | None = None, is_private: bool = False,
) -> Forum:  # fmt: skip
    """Begin commentary, or a diary with its first day. Raises Refused."""
    access.may_write(owner)
    limits.locked_member(owner)
    if Forum.every.filter(owner=owner).count() >= MOST:
        raise Refused(f"You have {MOST} already, which is as many as there can be.")
    return Forum.every.create(
        kind=kind, owner=owner, slug=f"_{secrets.token_hex(6)}", name=_name(name), about=_about(about),
        starts_on=_first_day(kind, starts_on), is_private=is_private,
    )  # fmt: skip


@transaction.atomic
def change(journal: Forum, name: str, about: str, *, starts_on: date | None, is_private: bool) -> None:
    """Change what a journal is called, its first day, and whether others see it. Raises Refused.

    What becomes public goes through what every post goes through; what becomes private is gone for others.
    """
    was_private = journal.is_private
    journal.name, journal.about = _name(name), _about(about)
    journal.starts_on = _first_day(ForumKind(journal.kind), starts_on)
    journal.is_private = is_private
    journal.save(update_fields=["name", "about", "starts_on", "is_private"])
    if was_private != is_private:
        for id in Thread.objects.filter(forum=journal).order_by("pk").values_list("pk", flat=True):
            _show_or_hide(locked(id))


@transaction.atomic
def delete(journal: Forum) -> None:
    """Take an empty journal away. Raises Refused while there are entries in it."""
    if Thread.objects.filter(forum=journal).exists():
        raise Refused("There are entries in it. Take them back first, or make it private.")
    journal.delete()


def day_of(journal: Forum, at: datetime) -> str:
    """How far a diary is at a moment: "week 6, day 3"; the first day is week 1, day 1. Empty without one."""
    if journal.starts_on is None:
        return ""
    days = (timezone.localtime(at).date() - journal.starts_on).days
    if days < 0:
        return f"{-days} day{'s' if days != -1 else ''} before"
    return f"week {days // 7 + 1}, day {days % 7 + 1}"


def _show_or_hide(thread: Thread) -> None:
    """Bring the posts and counts of a locked thread to what its journal says now."""
    posts = list(Post.objects.filter(thread=thread).select_related("author"))
    for post in posts:
        post.thread = thread
        if not thread.forum.is_private and post.is_published:
            sift(post)
            post.save(update_fields=["state"])
    if not thread.forum.is_private:
        for sign in DangerSign.objects.filter(thread=thread).select_related("post"):
            into_queue(sign.post, QueueKind.DANGER, [f"{sign.because}. {sign.action}"])
    recount(thread)
    for author in {post.author for post in posts if post.state == PostState.PUBLISHED}:
        recount_posts(author)
    events.different(posts, [thread])


def _name(name: str) -> str:
    name = writing.tidy_line(name)
    if not 2 <= len(name) <= LONGEST_NAME:
        raise Refused(f"Give it a name of 2 to {LONGEST_NAME} characters.")
    return name


def _about(about: str) -> str:
    about = writing.tidy_line(about)
    if len(about) > LONGEST_ABOUT:
        raise Refused(f"Say what it is about in at most {LONGEST_ABOUT} characters.")
    return about


def _first_day(kind: ForumKind, day: date | None) -> date | None:
    if kind != ForumKind.DIARY:
        return None
    if day is None:
        raise Refused("Say on which day it began, such as the day of the injury. It can be changed later.")
    if not EARLIEST <= day <= timezone.localdate():
        raise Refused("The first day cannot be in the future.")
    return day
