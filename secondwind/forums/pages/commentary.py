"""Commentary: the front page, a member's journals, and one's own."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from secondwind.accounts.models import User
from secondwind.accounts.queries import member_by_name
from secondwind.forums import access, following, queries
from secondwind.forums.actions import commentary as acts
from secondwind.forums.errors import Refused
from secondwind.forums.following import key
from secondwind.forums.models import Forum, ForumKind
from secondwind.forums.pages.common import come_in, page_number, user_of, viewer_of
from secondwind.look.caching import private_page, public_page
from secondwind.notifications.actions.following import follows

UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class Words:
    """What a form about a journal holds."""

    name: str
    about: str
    starts_on: date | None
    is_private: bool


@public_page
def front(request: HttpRequest) -> HttpResponse:
    """The latest entries of everybody's commentary."""
    come_in(request)
    page = queries.entries(viewer_of(request), tag=_tag(request), page=page_number(request))
    return render(request, "forums/commentary.html", {"page": page, "tag": _tag(request)})


@public_page
def journal(request: HttpRequest, name: str, id: int | None = None) -> HttpResponse:
    """All that somebody writes as commentary, or one of their journals."""
    come_in(request)
    viewer = viewer_of(request)
    owner, chosen = found(viewer, name, id)
    page = queries.entries(viewer, owner=owner, journal=chosen, tag=_tag(request), page=page_number(request))
    is_followed = bool(chosen and access.known(viewer) and follows(viewer, key(following.FORUM, chosen.pk)))
    context = {
        "owner": owner, "journal": chosen, "journals": journals_of(viewer, owner), "page": page,
        "tag": _tag(request), "is_followed": is_followed,
        "is_own": access.known(viewer) and viewer.pk == owner.pk,
    }  # fmt: skip
    return render(request, "forums/commentary.html", context)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """One's own journals, and a form to begin another."""
    user, problem = user_of(request), ""
    if request.method == "POST":
        kind = ForumKind.DIARY if request.POST.get("kind") == ForumKind.DIARY else ForumKind.BLOG
        try:
            words = _words(request.POST)
            made = acts.start(
                user, kind, words.name, words.about, starts_on=words.starts_on, is_private=words.is_private
            )
        except Refused as refused:
            problem = str(refused)
        else:
            messages.success(request, "It is there. Write the first entry.")
            return redirect("forums:new", made.slug)
    context = {
        "journals": journals_of(user, user), "problem": problem, "today": timezone.localdate(),
        "typed": request.POST,
    }  # fmt: skip
    return render(request, "forums/my_commentary.html", context, status=UNPROCESSABLE if problem else 200)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change(request: HttpRequest, id: int) -> HttpResponse:
    """Change one of one's own journals, or take an empty one away."""
    user, problem = user_of(request), ""
    chosen = Forum.every.filter(pk=id, owner=user).first()
    if chosen is None:
        raise Http404("no such journal")
    if request.method == "POST":
        try:
            return _changed(request, chosen)
        except Refused as refused:
            problem = str(refused)
            chosen.refresh_from_db()
    context = {"journal": chosen, "problem": problem, "today": timezone.localdate()}
    return render(request, "forums/change_journal.html", context, status=UNPROCESSABLE if problem else 200)


def found(viewer: access.Viewer, name: str, id: int | None) -> tuple[User, Forum | None]:
    """A member and, with an id, one of their journals; Http404 for what the viewer may not see."""
    owner = member_by_name(name) if name.isprintable() else None  # PostgreSQL refuses a NUL
    if owner is None:
        raise Http404("no such member")
    if id is None:
        if not journals_of(viewer, owner):
            raise Http404("no commentary")
        return owner, None
    chosen = Forum.every.filter(pk=id, owner=owner).first()
    if chosen is None or not access.sees_forum(viewer, chosen):
        raise Http404("no such journal")
    return owner, chosen


def journals_of(viewer: access.Viewer, owner: User) -> list[Forum]:
    """Somebody's journals that the viewer may see. 1 query."""
    all_of_them = Forum.every.filter(owner=owner).order_by("pk")
    return [one for one in all_of_them if access.sees_forum(viewer, one)]


def journal_address(journal: Forum) -> str:
    """Where the entries of a journal stand; its owner must be loaded."""
    if journal.owner is None:
        raise Http404("its owner has left")
    return reverse("forums:journal", args=[journal.owner.username, journal.pk])


def _changed(request: HttpRequest, chosen: Forum) -> HttpResponse:
    if request.POST.get("do") == "delete":
        acts.delete(chosen)
        messages.success(request, "It is gone.")
        return redirect("forums:my_commentary")
    words = _words(request.POST)
    acts.change(chosen, words.name, words.about, starts_on=words.starts_on, is_private=words.is_private)
    messages.success(request, "Saved.")
    return redirect("forums:journal", user_of(request).username, chosen.pk)


def _words(typed: QueryDict) -> Words:
    day = typed.get("starts_on", "")
    try:
        starts_on = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise Refused("Write the first day as year, month and day: 2026-11-28.") from error
    return Words(typed.get("name", ""), typed.get("about", ""), starts_on, "is_private" in typed)


def _tag(request: HttpRequest) -> str:
    return request.GET.get("tag", "").strip().lower()[:22].replace(",", "")
