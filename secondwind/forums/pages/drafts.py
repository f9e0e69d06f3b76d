"""One's drafts: saved by the page while somebody writes, listed, thrown away."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from secondwind import writing
from secondwind.accounts.models import User
from secondwind.forums import access
from secondwind.forums.actions import drafts as saving
from secondwind.forums.actions.drafts import Place
from secondwind.forums.errors import Refused
from secondwind.forums.models import Draft
from secondwind.forums.pages import compose
from secondwind.look.caching import private_page


@dataclass(frozen=True, slots=True)
class Row:
    """A draft in the list. `address` is where to go on, empty when its thread is no longer shown."""

    draft: Draft
    place: str
    address: str
    excerpt: str


@private_page
@require_safe
@login_required
def drafts(request: HttpRequest) -> HttpResponse:
    """The viewer's drafts, the latest first."""
    user = compose.signed_in(request)
    found = Draft.objects.filter(author=user).select_related("thread", "forum").order_by("-saved_at")
    threads = [draft.thread_id for draft in found if draft.thread_id]
    shown = set(access.listed_threads(user).filter(pk__in=threads).values_list("pk", flat=True))
    return render(request, "forums/drafts.html", {"rows": [_row(draft, shown) for draft in found]})


@private_page
@require_POST
def draft_save(request: HttpRequest) -> JsonResponse:
    """Save a draft for an open page. JSON: `seen` and `at`, or `problem`; `html` too for a conflict."""
    user = request.user
    if not access.known(user):
        return JsonResponse({"problem": compose.SIGNED_OUT}, status=compose.UNAUTHORISED)
    place = _place(user, request)
    try:
        saved = compose.keep(user, place, compose.typed_in(request, place))
    except Refused as refused:
        return JsonResponse({"problem": str(refused)}, status=compose.UNPROCESSABLE)
    if isinstance(saved, saving.Conflict):
        other = compose.other(place, saved)
        html = render_to_string("forums/_other.html", {"other": other}, request)
        return JsonResponse(
            {"problem": other.what, "seen": saved.stamp, "html": html}, status=compose.CONFLICT
        )
    at = timezone.localtime(saved.draft.saved_at).strftime("%H:%M") if saved.draft else ""
    return JsonResponse({"seen": saved.stamp, "at": at})


@private_page
@require_POST
@login_required
def draft_delete(request: HttpRequest, id: int) -> HttpResponse:
    """Throw one of the viewer's drafts away."""
    saving.delete(access.draft_for(request.user, id))
    messages.success(request, "Draft thrown away.")
    return compose.see_other(reverse("forums:drafts"))


def _place(user: User, request: HttpRequest) -> Place:
    """The thread or the forum that a form names; Http404 when there is none for this viewer."""
    thread = request.POST.get("thread", "")
    if thread:
        if not (thread.isascii() and thread.isdigit() and len(thread) < 19):
            raise Http404("no such thread")
        return access.thread_for(user, int(thread))
    return access.forum_for(request.user, writing.tidy_line(request.POST.get("forum", "")))


def _row(draft: Draft, shown: set[int]) -> Row:
    excerpt = writing.excerpt(draft.body) or draft.title or "Pictures or quotes alone"
    if draft.forum is not None:
        place = f"New {'thread' if draft.forum.is_shared else 'entry'} in {draft.forum.name}"
        return Row(draft, place, reverse("forums:new", args=[draft.forum.slug]), excerpt)
    if draft.thread is None or draft.thread_id not in shown:
        return Row(draft, "A thread that is no longer shown", "", excerpt)
    return Row(
        draft, f"Reply to “{draft.thread.title}”", reverse("forums:reply", args=[draft.thread_id]), excerpt
    )
