"""The log of every action, taking one back, and how the work is shared."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.views.decorators.http import require_POST, require_safe

from secondwind.forums import desk
from secondwind.forums.actions.undo import undo as take_back
from secondwind.forums.errors import Refused
from secondwind.forums.models import Action, Verb
from secondwind.forums.pages.common import page_number
from secondwind.forums.pages.moderation.common import (
    NO_REASON,
    Reason,
    done,
    moderator,
    moderators_page,
    said,
    show,
)


@moderators_page
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Who did what, when and why, the latest first."""
    return _log(request, page_number(request))


@moderators_page
@require_POST
def undo(request: HttpRequest, id: int) -> HttpResponse:
    """Take an action back."""
    action = get_object_or_404(Action, pk=id)
    reason = Reason.of(request.POST)
    try:
        back = take_back(moderator(request), action, reason.words)
    except Refused as refusal:
        return _log(request, 1, str(refusal), reason)
    return done(request, said(back), reverse("forums:action_log"))


@moderators_page
@require_safe
def load(request: HttpRequest) -> HttpResponse:
    """Who does how much, what waits how long, and how soon somebody looks."""
    shares, first, now = desk.shares(), desk.first_action(), timezone.now()
    context = {
        "shares": shares,
        "advice": desk.advice(shares),
        "backlog": desk.backlog(),
        "ages": [name for name, _ in desk.AGES],
        "first": first,
        "first_words": timesince(now - first.median, now) if first.median is not None else "",
    }
    return show(request, "load.html", context)


def _log(request: HttpRequest, number: int, problem: str = "", reason: Reason = NO_REASON) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip()[:40] for name in ("verb", "by", "about")}
    if asked["verb"] and asked["verb"] not in Verb.values:
        raise Http404("no such verb")
    context = {
        "page": desk.actions(asked["verb"], asked["by"], asked["about"], number),
        "asked": asked,
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "verbs": Verb.choices,
    }
    return show(request, "log.html", context, problem, reason)
