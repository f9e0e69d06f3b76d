"""A thread: its posts, the answers that helped, the danger notice, and what the asker says of them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from secondwind.accounts import attachments
from secondwind.accounts.network import address_of
from secondwind.accounts.queries import visible
from secondwind.cases import attaching
from secondwind.cases.card import Card, cards_of, placed
from secondwind.cases.card import spans as card_spans
from secondwind.cases.similar import similar_to_case
from secondwind.forums import access, markup, news, queries, similar
from secondwind.forums.actions import danger, visit
from secondwind.forums.actions import mark as marking
from secondwind.forums.actions.cases import cases_with_turn
from secondwind.forums.actions.commentary import day_of
from secondwind.forums.errors import Refused
from secondwind.forums.models import ArchivedPost, Mark, Member, Post, PostState, Thread
from secondwind.forums.pages import body
from secondwind.forums.pages.common import page_number, record_of, user_of, viewer_of
from secondwind.forums.pages.compose import composer
from secondwind.forums.pages.danger import notice_of
from secondwind.forums.ranks import rank_of
from secondwind.forums.templatetags.moments import written
from secondwind.look.addresses import address as quick
from secondwind.look.caching import keep_nowhere, private_page, public_page
from secondwind.notifications.actions import telling
from secondwind.notifications.registry import Key
from secondwind.writing.marking import marked

logger = logging.getLogger(__name__)

TITLE = "thread-title"  # the id of the heading
GONE = (PostState.REMOVED, PostState.MOVED)  # nothing is left to read under the number


@dataclass(frozen=True, slots=True)
class Shown:
    """A post as the page shows it: who wrote it, whether it may be read, what the viewer may do.

    What needs an address, or stands in one of two places, is looked up here: in the template that costs ten
    times as much, for each of twenty posts.
    """

    post: Post
    html: str
    address: str
    name: str
    author_address: str  # of the author's page, empty where this viewer has none
    written: SafeString
    signature: str
    responds_as_written: str  # where it comes from an archive
    by_asker: bool
    rank: str
    post_count: int | None
    archived: ArchivedPost | None
    is_readable: bool
    is_own: bool
    may_mark: bool


@public_page
def thread(request: HttpRequest, id: int, slug: str = "") -> HttpResponse:
    """One page of a thread. An address with another title leads to the right one."""
    viewer = viewer_of(request)
    thread = access.thread_for(viewer, id)
    if thread.merged_into_id is not None:  # by its id alone: the title may not be for this viewer
        return redirect("forums:thread", thread.merged_into_id, permanent=True)
    if slug != thread.slug:
        return redirect(f"{address(thread)}{_query(request)}", permanent=True)
    page = queries.posts(thread, page_number(request))
    if not page.items:
        return _next_kept(thread, page.number)
    member = record_of(request)
    _count(request, thread, page, member)
    if access.known(viewer):
        telling.seen(viewer, [Key(news.POST, str(post.pk)) for post in page.items])
    context = _context(request, thread, page, member)
    response = render(request, "forums/thread.html", context, using="jinja2")
    if context["attached"]:
        keep_nowhere(response)  # what is attached can be withdrawn, and then no page names it
    response.shown_again = partial(visit.count_shown_again, thread)  # type: ignore[attr-defined]  # if it is kept
    return response


def _next_kept(thread: Thread, number: int) -> HttpResponse:
    """From a page whose numbers were not kept, where the thread comes from an archive, to the next that
    holds posts."""
    later = thread.posts.filter(number__gt=number * queries.POSTS_A_PAGE).order_by("number").first()
    if later is None:
        raise Http404("no such page of the thread")
    return redirect(f"{address(thread)}?page={queries.page_of(later.number)}")


@public_page
def permalink(request: HttpRequest, id: int) -> HttpResponse:
    """Where a post stands, wherever it was moved to."""
    return redirect(post_address(access.post_for(viewer_of(request), id)))


@private_page
@login_required
def first_unread(request: HttpRequest, id: int) -> HttpResponse:
    """Where the viewer stopped reading."""
    user = user_of(request)
    thread = access.thread_for(user, id)
    if thread.merged_into_id is not None:
        return redirect("forums:first_unread", thread.merged_into_id)
    post = (
        thread.posts.filter(number__gt=access.read_to(thread))
        .order_by("number")
        .select_related("thread")
        .first()
    )
    return redirect(post_address(post) if post else address(thread))


@private_page
@require_POST
@login_required
def mark(request: HttpRequest, id: int) -> HttpResponse:
    """The asker says that a reply was Correct or Helpful, or takes that back."""
    user = user_of(request)
    post = access.post_for(user, id)
    value = request.POST.get("mark", "")
    if value not in Mark.values:
        raise Http404("no such mark")
    try:
        marking.mark(user, post, Mark(value))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(post_address(post))


@private_page
@require_POST
@login_required
def danger_read(request: HttpRequest, id: int) -> HttpResponse:
    """The asker says that they have read the danger notice."""
    user = user_of(request)
    thread = access.thread_for(user, id)
    try:
        danger.read(user, thread)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(address(thread))


def address(thread: Thread) -> str:
    """The address of a thread's first page."""
    return quick("forums:thread", thread.pk, thread.slug)


def post_address(post: Post) -> str:
    """The address of a post within its thread."""
    page = queries.page_of(post.number)
    return f"{address(post.thread)}{f'?page={page}' if page > 1 else ''}#post-{post.number}"


def _query(request: HttpRequest) -> str:
    return f"?{request.GET.urlencode()}" if request.GET else ""


def _count(request: HttpRequest, thread: Thread, page: queries.Page[Post], member: Member | None) -> None:
    if request.method != "GET":
        return
    agent = request.headers.get("User-Agent", "")
    visitor = visit.visitor_key(member.user_id if member else None, address_of(request), agent)
    try:
        visit.count_view(thread, visitor)
    except OperationalError:  # somebody writes for so long that SQLite gave up waiting
        logger.warning("a view was not counted")
    if member:
        visit.note_visit(member, thread, page.items[-1].number, len(page.items))


def _context(
    request: HttpRequest, thread: Thread, page: queries.Page[Post], member: Member | None
) -> dict[str, Any]:
    viewer = viewer_of(request)
    may_mark = _may_mark(viewer, thread, member)
    answers = queries.marked(thread, page)
    posts = [_shown(viewer, thread, post, may_mark) for post in page.items]
    like_it = _like_it(viewer, thread, with_cases=page.number == 1)
    like_it["cards"], posts = _with_words(like_it["cards"], posts)
    return {
        "thread": thread,
        "page": page,
        "posts": posts,
        "marked": answers,
        **like_it,
        "notice": notice_of(viewer, thread),
        "attached": _attached(thread, like_it["cards"]) if page.number == 1 else [],
        "day": day_of(thread.forum, thread.created_at),
        "places": body.named(thread.regions or []),
        "may_mark": may_mark,
        "archived": getattr(thread, "archived", None),
        "moderates": access.moderates(viewer),
        "composer": composer(viewer, thread=thread) if access.known(viewer) else None,
        "told": _told(request, thread, page, answers.items),
        "whole_address": request.build_absolute_uri(address(thread)),
        "canonical": address(thread) + (f"?page={page.number}" if page.number > 1 else ""),
    }


def _attached(thread: Thread, cards: Sequence[Card]) -> list[attachments.Attached]:
    """The pictures on a thread and on its cases, which may have had theirs before they had a thread."""
    return attachments.shown([("thread", thread.pk), *[(attaching.KIND, card.case.pk) for card in cards]])


def _told(
    request: HttpRequest, thread: Thread, page: queries.Page[Post], marked: Sequence[Post]
) -> SafeString | None:
    """What the first page of a thread that everybody may read says of itself to machines."""
    opening = page.items[0]
    if not (thread.is_listed and opening.is_opening and opening.is_published):
        return None
    return markup.of_thread(thread, opening, marked, address(thread), request.build_absolute_uri)


def _like_it(viewer: queries.Viewer, thread: Thread, *, with_cases: bool) -> dict[str, Any]:
    """The cases like those of a thread; where there is none, the threads that begin like it. 1 query more
    than `_cases` has."""
    found = _cases(viewer, thread) if with_cases and access.may_have_cases(thread) else {}
    alike = None if found.get("similar") else similar.of_thread(viewer, thread)
    return {"cards": [], "similar": None, **found, "alike": alike}


def _cases(viewer: queries.Viewer, thread: Thread) -> dict[str, Any]:
    """The cards of a thread, and the cases that are like its main one. 1 query; 2 more in a process that has
    to take in a change."""
    cases, turn = cases_with_turn(thread)
    if not cases:
        return {}
    found = similar_to_case(viewer, cases[0], [case.pk for case in cases], turn)
    return {"cards": cards_of(viewer, cases), "similar": found}


def _with_words(cards: list[Card], posts: list[Shown]) -> tuple[list[Card], list[Shown]]:
    """Cards whose items lead to their words, and the posts with these words marked in the opening post."""
    if not (cards and posts and posts[0].post.is_opening and posts[0].is_readable):
        return cards, posts
    html, places = marked(posts[0].html, [(card.case.text, card_spans(card)) for card in cards])
    led = [placed(card, found, TITLE) for card, found in zip(cards, places, strict=True)]
    return led, [replace(posts[0], html=html), *posts[1:]]


def _shown(viewer: queries.Viewer, thread: Thread, post: Post, may_mark: bool) -> Shown:
    author = post.author
    member = getattr(author, "member", None)
    archived = getattr(post, "archived", None)
    has_page = author is not None and author.is_active and visible(author.profile_audience, author, viewer)
    is_own = access.known(viewer) and post.author_id == viewer.pk
    return Shown(
        post=post,
        html=post.html,
        address=quick("forums:post", post.pk),
        name=post.byline,
        author_address=quick("forums:person", author.username) if author and has_page else "",
        written=written(post.created_at, archived),
        signature=archived.signature if archived else author.signature if author else "",
        responds_as_written=archived.in_response_to if archived else "",
        by_asker=_by_asker(thread, post, archived),
        rank=archived.rank if archived else rank_of(member.points if member else 0),
        post_count=archived.post_count if archived else member.post_count if member else 0,
        archived=archived,
        is_readable=access.sees(viewer, post) and post.state not in GONE,
        is_own=is_own,
        may_mark=may_mark and post.is_published and not post.is_opening and not (
            is_own and thread.author_id != viewer.pk
        ),
    )  # fmt: skip


def _by_asker(thread: Thread, post: Post, archived: ArchivedPost | None) -> bool:
    if archived is not None:
        return bool(archived.by_opener)
    return post.author_id is not None and post.author_id == thread.author_id


def _may_mark(viewer: queries.Viewer, thread: Thread, member: Member | None) -> bool:
    if not access.known(viewer) or not thread.forum.is_shared:
        return False
    return thread.author_id == viewer.pk or access.stands_in(viewer, thread)
