"""Changing what one wrote: editing, what it said before, taking it back."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from secondwind.accounts.models import User
from secondwind.forums import access
from secondwind.forums.actions import moderate
from secondwind.forums.actions import post as posting
from secondwind.forums.differences import Piece, differences
from secondwind.forums.errors import Refused
from secondwind.forums.models import Post
from secondwind.forums.pages.common import page_number
from secondwind.forums.pages.compose import (
    CONFLICT,
    HELD,
    UNPROCESSABLE,
    Composer,
    Other,
    Typed,
    editor,
    rendered,
    see_other,
    signed_in,
    typed_in,
    with_pictures,
    written_page,
)
from secondwind.look.caching import private_page

VERSIONS_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Version:
    """What a post said from `at` on, as differences from the version before it."""

    number: int
    by: str
    at: datetime
    pieces: list[Piece]


@written_page
def edit(request: HttpRequest, id: int) -> HttpResponse:
    """Change a post."""
    post = own_or_moderated(request, id)
    if request.method != "POST":
        return _show(request, post, _editor(request, post))
    typed = typed_in(request)
    does = {"preview": _preview, "send": _send}.get(request.POST.get("do", ""), _save)
    try:
        return does(request, post, typed)
    except posting.Overtaken as overtaken:
        return _both(request, overtaken.post, typed, str(overtaken))
    except Refused as refused:
        return _show(
            request, post, replace(_editor(request, post, typed), problem=str(refused)), UNPROCESSABLE
        )


@private_page
@require_safe
@login_required
def history(request: HttpRequest, id: int) -> HttpResponse:
    """What a post said before each edit, the latest first."""
    post = own_or_moderated(request, id)
    revisions = list(post.revisions.select_related("replaced_by"))
    pages = Paginator(range(len(revisions) + 1), VERSIONS_A_PAGE)
    number = page_number(request)
    if number > pages.num_pages:
        raise Http404("no such page")
    page = pages.page(number)
    title = post.thread.title if post.is_opening else ""
    texts = [_told(title, post.body), *(_told(one.title, one.body) for one in revisions)]
    written = [(_name(revision.replaced_by), revision.replaced_at) for revision in revisions]
    written.append((_name(post.author), post.created_at))
    versions = [
        Version(
            len(texts) - at,
            *written[at],
            differences(texts[at + 1] if at + 1 < len(texts) else "", texts[at]),
        )
        for at in page.object_list
    ]
    return render(request, "forums/history.html", {"post": post, "versions": versions, "page": page})


@written_page
def remove(request: HttpRequest, id: int) -> HttpResponse:
    """Take one's own post back, after a page that says what goes and what stays."""
    post = access.post_for(request.user, id)
    if post.author_id != request.user.pk:
        raise Http404("no such page")
    if request.method != "POST":
        return render(request, "forums/remove.html", {"post": post})
    try:
        posting.remove(signed_in(request), post)
    except Refused as refused:
        context = {"post": post, "problem": str(refused)}
        return render(request, "forums/remove.html", context, status=UNPROCESSABLE)
    messages.success(request, "Your post was taken back.")
    if post.is_opening:
        return see_other(reverse("forums:forum", args=[post.thread.forum.slug]))
    return see_other(reverse("forums:thread", args=[post.thread_id, post.thread.slug]))


def own_or_moderated(request: HttpRequest, id: int) -> Post:
    """The viewer's own post, or anybody's for a moderator; Http404 otherwise."""
    post = access.post_for(request.user, id)
    if post.author_id != request.user.pk and not access.moderates(request.user):
        raise Http404("no such page")
    return post


def _preview(request: HttpRequest, post: Post, typed: Typed) -> HttpResponse:
    shown = rendered(signed_in(request), typed.body, post)
    return _show(request, post, replace(_editor(request, post, typed), preview=shown))


def _send(request: HttpRequest, post: Post, typed: Typed) -> HttpResponse:
    typed, problems = with_pictures(request, typed)
    made = replace(_editor(request, post, typed), problem=" ".join(problems))
    return _show(request, post, made, UNPROCESSABLE if problems else 200)


def _save(request: HttpRequest, post: Post, typed: Typed) -> HttpResponse:
    user = signed_in(request)
    if post.author_id == user.pk:
        post = posting.edit(user, post, typed.body, typed.title, typed.seen)
        messages.success(request, f"Your changes are saved. {'' if post.is_published else HELD}".strip())
    else:
        title = typed.title if post.is_opening else None
        moderate.edit(user, post, typed.body, request.POST.get("why", ""), title=title, seen=typed.seen)
        messages.success(request, "The changes are saved, and the author is told why.")
    return see_other(reverse("forums:post", args=[post.pk]))


def _editor(request: HttpRequest, post: Post, typed: Typed | None = None) -> Composer:
    """The composer of the author, or of a moderator, who has to say why."""
    is_own = post.author_id == signed_in(request).pk
    return editor(post, typed, why=None if is_own else request.POST.get("why", ""))


def _both(request: HttpRequest, post: Post, typed: Typed, what: str) -> HttpResponse:
    """One's own words and those of the post as it is now; keeping one's own is a decision."""
    title = post.thread.title if post.is_opening else ""
    other = Other(what, title, post.body, post.edited_at, reverse("forums:edit", args=[post.pk]), "post")
    made = _editor(request, post, replace(typed, seen=posting.stamp(post)))
    return _show(request, post, replace(made, other=other), CONFLICT)


def _show(request: HttpRequest, post: Post, composer: Composer, status: int = 200) -> HttpResponse:
    return render(request, "forums/edit.html", {"composer": composer, "post": post}, status=status)


def _name(user: User | None) -> str:
    return user.username if user else "a former member"


def _told(title: str, body: str) -> str:
    return f"{title}\n\n{body}" if title else body
