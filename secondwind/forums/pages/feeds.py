"""The feeds of the public lists."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from secondwind.accounts.queries import member_by_name, visible
from secondwind.clinic import knowledge
from secondwind.forums import access
from secondwind.forums.actions import regions
from secondwind.forums.actions.notices import thread_address
from secondwind.forums.feeds import ENTRIES, feed_of
from secondwind.forums.models import Forum, ForumKind, Post, PostState, Thread
from secondwind.forums.pages.commentary import found
from secondwind.forums.searching import KIND
from secondwind.notifications.feeds import Feed, feed_page
from secondwind.search import asking, searching

NOBODY = AnonymousUser()  # as whom every feed is read


@feed_page
def latest() -> Feed:
    """The latest threads of all forums."""
    about = "New threads of all forums."
    return feed_of(
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
    return feed_of(f"Second Wind: {here.name}", reverse("forums:forum", args=[slug]), here.about, posts)


@feed_page
def place(region: str) -> Feed:
    """The latest threads about one place of the body."""
    known = knowledge.load().regions.get(region)
    if known is None:
        raise Http404("no such place")
    about = _listed().filter(region_rows__region__in=regions.within(region)).distinct()
    path = reverse("forums:place", args=[region])
    return feed_of(f"Second Wind: {known.label}", path, "New threads about this place.", _openings(about))


@feed_page
def thread(id: int) -> Feed:
    """The latest posts of a thread."""
    here = access.thread_for(NOBODY, id)
    if here.merged_into_id is not None or not here.is_listed:
        raise Http404("no such thread")
    posts = _shown(Post.objects.filter(thread=here)).order_by("-number")[:ENTRIES]
    return feed_of(here.title, thread_address(here), "", list(posts), by_title=False)


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
    return feed_of(f"Second Wind: {user.username}", path, "", list(posts), by_title=False)


@feed_page
def commentary() -> Feed:
    """The latest entries of everybody's commentary."""
    entries = _openings(_listed().exclude(forum__kind=ForumKind.SHARED))
    return feed_of("Second Wind: running commentary", reverse("forums:commentary"), "", entries)


@feed_page
def journal(name: str, id: int | None = None) -> Feed:
    """The latest entries of one member, or of one of their journals."""
    owner, chosen = found(NOBODY, name, id)
    listed = _listed().filter(forum=chosen) if chosen else _listed().filter(forum__owner=owner)
    if chosen is None:
        path = reverse("forums:journals", args=[owner.username])
        return feed_of(f"Commentary by {owner.username}", path, "", _openings(listed))
    path = reverse("forums:journal", args=[owner.username, chosen.pk])
    return feed_of(chosen.name, path, chosen.about, _openings(listed))


def search(request: HttpRequest, form: str) -> HttpResponse:
    """What a search finds, the latest first: of each thread the post that fits best."""
    return _search(request, asked=asking.read(request.GET, NOBODY), form=form)


@feed_page
def _search(asked: asking.Asking) -> Feed:
    hits = searching.search(asked.q, asked.filters, mend=asked.mend).hits
    posts = _shown(Post.objects.filter(pk__in=[hit.ref for hit in hits if hit.kind == KIND]))
    path = f"{reverse('search:search')}?{asked.address()}"
    title = f"Second Wind: {asked.q[:80] or 'search'}"
    return feed_of(title, path, "", posts.order_by("-created_at")[:ENTRIES], by_title=False)


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
