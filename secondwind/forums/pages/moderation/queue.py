"""The queue: what waits for a moderator, with what can be done about it, one by one or several at once."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from secondwind.forums import desk
from secondwind.forums.errors import Refused
from secondwind.forums.models import QueueItem, QueueKind
from secondwind.forums.pages.common import page_number
from secondwind.forums.pages.moderation.common import (
    NO_REASON,
    POST_ACTS,
    Reason,
    act_on_post,
    done,
    moderator,
    moderators_page,
    said,
    show,
)

BULK = {"approve": "let through", "spam": "hidden as spam"}


@moderators_page
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first, of one kind or of all."""
    return _queue(request, _kind(request.GET.get("kind", "")), page_number(request))


@moderators_page
@require_POST
def decide(request: HttpRequest, id: int) -> HttpResponse:
    """Do something about one matter."""
    matter = desk.matter(id)
    if matter is None:
        raise Http404("no such matter")
    kind = _kind(request.POST.get("kind", ""))
    try:
        action = act_on_post(request, matter.post, matter.item)
    except Refused as refusal:
        return _queue(request, kind, 1, str(refusal), Reason.of(request.POST), at=id)
    return done(request, said(action), _address(kind))


@moderators_page
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Do the same about several held posts; each is an act of its own, and one that fails stops no other."""
    kind, reason, verb = (
        _kind(request.POST.get("kind", "")),
        Reason.of(request.POST),
        request.POST.get("act", ""),
    )
    if verb not in BULK:
        raise Http404("no such act")
    chosen = [int(id) for id in request.POST.getlist("item") if id.isascii() and id[:9].isdigit()]
    items = list(QueueItem.objects.filter(pk__in=chosen).select_related("post").order_by("pk"))
    if not items:
        return _queue(request, kind, 1, "Choose one or more held posts first.", reason, at=-1)
    acted, refusals = 0, []
    for item in items:
        try:
            POST_ACTS[verb](moderator(request), item.post, reason.words, item)
            acted += 1
        except Refused as refusal:
            refusals.append(str(refusal))
    if not acted:
        return _queue(request, kind, 1, refusals[0], reason, at=-1)
    for sentence in dict.fromkeys(refusals):
        messages.error(request, sentence)
    return done(request, f"{acted} post{'s' if acted > 1 else ''} {BULK[verb]}.", _address(kind))


def _kind(given: str) -> str:
    if given and given not in QueueKind.values:
        raise Http404("no such kind")
    return given


def _address(kind: str) -> str:
    return reverse("forums:queue") + (f"?{urlencode({'kind': kind})}" if kind else "")


def _queue(
    request: HttpRequest, kind: str, number: int, problem: str = "", reason: Reason = NO_REASON, at: int = 0
) -> HttpResponse:
    """The queue; a problem stands at the matter `at`, or at the top when that is not on the page any more."""
    page = desk.matters(kind, number)
    if number > page.last:
        raise Http404("no such page")
    counts = desk.waiting()
    context = {
        "page": page,
        "kind": kind,
        "kinds": [(value, label, counts.get(value, 0)) for value, label in QueueKind.choices],
        "total": sum(counts.values()),
        "at": at if any(matter.item.pk == at for matter in page.items) else 0,
        "has_held": any(matter.is_held for matter in page.items),
        "query": f"kind={kind}&amp;" if kind else "",
    }
    return show(request, "queue.html", context, problem, reason)
