"""Spaces and forums, to be added, named, ordered, opened and closed."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from secondwind.forums.actions import board
from secondwind.forums.errors import Refused
from secondwind.forums.models import Forum, Space
from secondwind.forums.pages.moderation.common import done, moderators_page, show

Act = Callable[[QueryDict], str]


@moderators_page
def places(request: HttpRequest) -> HttpResponse:
    """All spaces with their forums, each with its form."""
    problem = ""
    if request.method == "POST":
        act = _ACTS.get(request.POST.get("act", ""))
        if act is None:
            raise Http404("no such act")
        try:
            return done(request, act(request.POST), reverse("forums:places"))
        except Refused as refusal:
            problem = str(refusal)
    context = {
        "spaces": Space.objects.prefetch_related("forums"),
        "given": request.POST,
        "longest_name": board.LONGEST_NAME,
        "longest_about": board.LONGEST_ABOUT,
    }
    return show(request, "places.html", context, problem)


def _space(form: QueryDict) -> Space:
    given = form.get("space", "")
    return get_object_or_404(Space, pk=int(given) if given.isascii() and given[:9].isdigit() else 0)


def _forum(form: QueryDict) -> Forum:
    given = form.get("forum", "")
    return get_object_or_404(Forum, pk=int(given) if given.isascii() and given[:9].isdigit() else 0)


def _row(form: QueryDict) -> Space | Forum:
    return _forum(form) if form.get("forum") else _space(form)


def _add_space(form: QueryDict) -> str:
    return f"{board.add_space(form.get('name', '')).name} is there. Now add a forum to it."


def _add_forum(form: QueryDict) -> str:
    forum = board.add_forum(_space(form), form.get("name", ""), form.get("about", ""))
    return f"{forum.name} is there and open."


def _change_space(form: QueryDict) -> str:
    space = _space(form)
    board.change_space(space, form.get("name", ""))
    return f"{space.name} is changed."


def _change_forum(form: QueryDict) -> str:
    forum, is_open = _forum(form), form.get("is_open") == "on"
    board.change_forum(forum, form.get("name", ""), form.get("about", ""), _space(form), is_open=is_open)
    return f"{forum.name} is changed."


def _up(form: QueryDict) -> str:
    row = _row(form)
    board.shift(row, -1)
    return f"{row.name} stands one place higher."


def _down(form: QueryDict) -> str:
    row = _row(form)
    board.shift(row, 1)
    return f"{row.name} stands one place lower."


def _delete(form: QueryDict) -> str:
    row = _row(form)
    if isinstance(row, Forum):
        board.delete_forum(row)
    else:
        board.delete_space(row)
    return f"{row.name} is deleted."


_ACTS: dict[str, Act] = {
    "add_space": _add_space,
    "add_forum": _add_forum,
    "change_space": _change_space,
    "change_forum": _change_forum,
    "up": _up,
    "down": _down,
    "delete": _delete,
}
