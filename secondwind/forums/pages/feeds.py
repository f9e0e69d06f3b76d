"""The feeds of the public lists."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import http_date

from secondwind.accounts.mail import site_address
from secondwind.accounts.queries import member_by_name, visible
from secondwind.clinic import knowledge
from secondwind.forums import access
from secondwind.forums.actions import regions
from secondwind.forums.actions.notices import thread_address
from secondwind.forums.feeds import ENTRIES, Feed, as_json, atom
from secondwind.forums.models import Forum, ForumKind, Post, PostState, Thread
from secondwind.forums.pages.commentary import found
from secondwind.look.caching import public_page

NOBODY = AnonymousUser()  # as whom every feed is read
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
        text = write(feed, lambda path: site_address(path, request), request.path)
        response = HttpResponse(text, content_type=kind)
        if feed.changed_at:
            response["Last-Modified"] = http_date(feed.changed_at.timestamp())
        return response

    return page


@feed_page
def latest() -> Feed:
    """The latest threads of all forums."""
    about = "New threads of all forums."
    return Feed(
        "Second Wind: threads",
        reverse("forums:latest"),
        about,
        _openings(_listed().filter(forum__kind=ForumKind.SHARED)),
    )


@feed_page
def forum(slug: str) -> Feed:
    """The latest threads of one forum."""
    here = get_object_or_404(Forum, slug=slug)
    posts = _openings(_listed().filter(forum=here))
    return Feed(f"Second Wind: {here.name}", reverse("forums:forum", args=[slug]), here.about, posts)


@feed_page
def place(region: str) -> Feed:
    """The latest threads about one place of the body."""
    known = knowledge.load().regions.get(region)
    if known is None:
        raise Http404("no such place")
    about = _listed().filter(region_rows__region__in=regions.within(region)).distinct()
    path = reverse("forums:place", args=[region])
    return Feed(f"Second Wind: {known.label}", path, "New threads about this place.", _openings(about))


@feed_page
def thread(id: int) -> Feed:
    """The latest posts of a thread."""
    here = access.thread_for(NOBODY, id)
    if here.merged_into_id is not None or not here.is_listed:
        raise Http404("no such thread")
    posts = _shown(Post.objects.filter(thread=here)).order_by("-number")[:ENTRIES]
    return Feed(here.title, thread_address(here), "", list(posts), by_title=False)


@feed_page
def person(name: str) -> Feed:
    """The latest posts of somebody who shows them to everybody."""
    user = member_by_name(name) if name.isprintable() else None
    if user is None or not all(
        visible(one, user, NOBODY) for one in (user.profile_audience, user.posts_audience)
    ):
        raise Http404("no such person")
    posts = _shown(Post.objects.filter(author=user)).order_by("-created_at")[:ENTRIES]
    path = reverse("forums:person", args=[user.username])
    return Feed(f"Second Wind: {user.username}", path, "", list(posts), by_title=False)


@feed_page
def commentary() -> Feed:
    """The latest entries of everybody's commentary."""
    entries = _openings(_listed().exclude(forum__kind=ForumKind.SHARED))
    return Feed("Second Wind: running commentary", reverse("forums:commentary"), "", entries)


@feed_page
def journal(name: str, id: int | None = None) -> Feed:
    """The latest entries of one member, or of one of their journals."""
    owner, chosen = found(NOBODY, name, id)
    listed = _listed().filter(forum=chosen) if chosen else _listed().filter(forum__owner=owner)
    if chosen is None:
        path = reverse("forums:journals", args=[owner.username])
        return Feed(f"Commentary by {owner.username}", path, "", _openings(listed))
    path = reverse("forums:journal", args=[owner.username, chosen.pk])
    return Feed(chosen.name, path, chosen.about, _openings(listed))


def _listed() -> QuerySet[Thread]:
    return access.listed_threads(NOBODY)


def _openings(threads: QuerySet[Thread]) -> list[Post]:
    """The opening posts of the newest of these threads."""
    newest = threads.order_by("-created_at").values_list("pk", flat=True)[:ENTRIES]
    posts = _shown(Post.objects.filter(thread__in=list(newest), number=1))
    return list(posts.order_by("-created_at"))


def _shown(posts: QuerySet[Post]) -> QuerySet[Post]:
    """Those that everybody can read."""
    shown = posts.filter(state=PostState.PUBLISHED, thread__is_listed=True, thread__merged_into=None)
    return shown.select_related("thread", "author", "archived")
