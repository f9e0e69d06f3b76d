"""The lists: all forums, the latest threads, the threads of one forum."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from secondwind.forums import access, following, queries
from secondwind.forums.actions import visit
from secondwind.forums.models import Forum
from secondwind.forums.pages.commentary import journal_address
from secondwind.forums.pages.common import come_in, page_number, user_of, viewer_of
from secondwind.look.caching import private_page, public_page
from secondwind.notifications.actions.following import is_following

LATEST = 8  # threads beside the forums
SHOWS = {"all": "All", "unanswered": "Not answered yet", "answered": "Answered", "unread": "Unread"}


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """Every forum, and the latest threads of all of them."""
    come_in(request)
    viewer = viewer_of(request)
    context = {"spaces": queries.spaces(), "rows": queries.latest_threads(viewer, LATEST)}
    return render(request, "forums/index.html", context, using="jinja2")


@public_page
def latest(request: HttpRequest) -> HttpResponse:
    """Threads of all forums by their latest post."""
    return _list(request, None)


@public_page
def forum(request: HttpRequest, slug: str) -> HttpResponse:
    """The threads of one forum."""
    viewer = viewer_of(request)
    found = Forum.every.select_related("space")
    if access.known(viewer):
        found = found.annotate(is_followed=is_following(viewer, following.FORUM))
    forum = get_object_or_404(found, slug=slug)
    if forum.is_shared:
        return _list(request, forum)
    if forum.owner is None or not access.sees_forum(viewer, forum):
        raise Http404("no such forum")
    return redirect(journal_address(forum))


@private_page
@require_POST
@login_required
def mark_all_read(request: HttpRequest) -> HttpResponse:
    """Take every thread as read."""
    visit.mark_all_read(user_of(request))
    return redirect("forums:latest")


def _list(request: HttpRequest, forum: Forum | None) -> HttpResponse:
    show = request.GET.get("show", "all")
    if show not in SHOWS:
        raise Http404("no such list")
    come_in(request)
    viewer, page = viewer_of(request), page_number(request)
    shows = {key: name for key, name in SHOWS.items() if key != "unread" or viewer.is_authenticated}
    context = {
        "forum": forum, "page": queries.threads(viewer, forum=forum, show=show, page=page), "show": show,
        "shows": shows,
    }  # fmt: skip
    return render(request, "forums/forum.html", context, using="jinja2")
