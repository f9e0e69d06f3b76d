"""Drafts: saved while somebody writes, from as many devices as they like, and never overwritten unseen."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from secondwind import writing
from secondwind.accounts.models import User
from secondwind.forums import limits
from secondwind.forums.errors import Refused
from secondwind.forums.models import Draft, Forum, Post, Thread
from secondwind.forums.models.threads import LONGEST_TITLE
from secondwind.writing import markdown

Place: TypeAlias = Thread | Forum  # a draft is a reply in a thread, or a new thread in a forum

# Twice what a post may have: somebody who wrote too much must be able to keep it while they shorten it.
LONGEST = 2 * markdown.LONGEST
MOST = 100  # drafts of one person
POSTED = timedelta(minutes=10)  # the words of a post are no draft again for so long
NONE = ""  # the stamp of a page that knows no draft


@dataclass(frozen=True, slots=True)
class Saved:
    """What is on the server now. `draft` is None when there was no text, so that nothing is kept."""

    draft: Draft | None

    @property
    def stamp(self) -> str:
        return stamp(self.draft)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing was saved: the server's draft is not the one that the page had. None when it is gone."""

    theirs: Draft | None

    @property
    def stamp(self) -> str:
        return stamp(self.theirs)


def stamp(draft: Draft | None) -> str:
    """What a page remembers of the draft it showed: which one it was, and its version."""
    return f"{draft.pk}.{draft.version}" if draft else NONE


def of(author: User, place: Place) -> Draft | None:
    """Somebody's draft for a place, with the post that it answers. One query."""
    found = Draft.objects.filter(_at(place), author=author)
    return found.select_related("in_response_to__author").first()


@transaction.atomic
def save(
    author: User,
    place: Place,
    *,
    body: str,
    title: str = "",
    in_response_to: Post | None = None,
    seen: str = NONE,
) -> Saved | Conflict:
    """Keep what somebody is writing; without any text the draft goes. `seen` is the stamp the page had.

    Raises Refused when it is too long, or when somebody has too many drafts.
    """
    title, body = writing.tidy_line(title)[:LONGEST_TITLE], writing.tidy(body)
    if len(body) > LONGEST:
        raise Refused(f"This is too long to be kept as a draft: {len(body):,} of {LONGEST:,} characters.")
    limits.locked_member(author)  # saves of one person wait for each other, and for their posts
    draft = of(author, place)
    is_empty = not (title or body.strip())
    if _same(draft, title, body, in_response_to):
        return Saved(draft)
    if draft is None and (is_empty or _was_posted(author, place, body)):
        return Saved(None)
    if stamp(draft) != seen:
        return Conflict(draft)
    if draft is not None and is_empty:
        draft.delete()
        return Saved(None)
    return Saved(_kept(draft or _new(author, place), title, body, in_response_to))


@transaction.atomic
def delete(draft: Draft) -> None:
    """Throw a draft away."""
    limits.locked_member(draft.author)
    Draft.objects.filter(pk=draft.pk).delete()


def unseen(author: User, place: Place, *, body: str, title: str = "", seen: str = NONE) -> Draft | None:
    """The draft that posting would take with it although the page never showed it: another device's words."""
    draft = of(author, place)
    if draft is None or stamp(draft) == seen or _same(draft, title, body, draft.in_response_to):
        return None
    return draft


def put_back(draft: Draft) -> None:
    """Keep a draft of `unseen` after the post that took its place was made."""
    draft.pk = None
    draft.save(force_insert=True)


def _at(place: Place) -> Q:
    return Q(thread=place) if isinstance(place, Thread) else Q(forum=place)


def _same(draft: Draft | None, title: str, body: str, in_response_to: Post | None) -> bool:
    """Whether the server has these words already: a save that was sent twice is no conflict."""
    if draft is None:
        return False
    kept = (draft.title, draft.body, draft.in_response_to_id)
    return kept == (title, writing.tidy(body), in_response_to.pk if in_response_to else None)


def _was_posted(author: User, place: Place, body: str) -> bool:
    """Whether these words were just posted there: a save that comes in late must not bring them back."""
    where = Q(thread=place) if isinstance(place, Thread) else Q(thread__forum=place, number=1)
    since = timezone.now() - POSTED
    return Post.objects.filter(where, author=author, body=body.strip(), created_at__gt=since).exists()


def _new(author: User, place: Place) -> Draft:
    if Draft.objects.filter(author=author).count() >= MOST:
        raise Refused(f"You have {MOST} drafts, which is the most there can be. Throw one away first.")
    draft = Draft(author=author, version=0)
    if isinstance(place, Thread):
        draft.thread = place
    else:
        draft.forum = place
    return draft


def _kept(draft: Draft, title: str, body: str, in_response_to: Post | None) -> Draft:
    draft.title, draft.body, draft.in_response_to = title, body, in_response_to
    draft.version += 1
    draft.saved_at = timezone.now()
    draft.save()
    return draft
