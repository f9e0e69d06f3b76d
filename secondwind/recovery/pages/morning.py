"""The pages behind the links of the morning's mail: they show what a tap records, and act by POST alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from secondwind.accounts.links import BadLink
from secondwind.look.caching import private_page
from secondwind.recovery import asking, danger
from secondwind.recovery.actions import morning as actions
from secondwind.recovery.errors import Refused
from secondwind.recovery.forms import LEVELS
from secondwind.recovery.models import MorningQuestion
from secondwind.recovery.queries import LATELY, Site, sites_of
from secondwind.runlog.pages.common import own_page, owner_of, see

GONE = 410
View = Callable[[HttpRequest, str], HttpResponse]


def by_link(view: View) -> View:
    """A page for whoever holds the link of a mail: no sign-in, no token of a session, kept by no cache.

    What allows it is the link itself, which no other site knows, so there is nothing to forge.
    """

    @csrf_exempt
    @private_page
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        try:
            response = view(request, token)
        except (BadLink, Refused) as problem:
            response = render(request, "recovery/morning_gone.html", {"problem": str(problem)}, status=GONE)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    return page


@by_link
def morning(request: HttpRequest, token: str) -> HttpResponse:
    """One button for each place that hurt lately; which button is pressed says where it hurts."""
    question, level = asking.answered_by(token)
    if request.method == "POST":
        return _answered(request, question, level)
    return render(request, "recovery/morning.html", _context(question, level, token))


@by_link
def off(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the questions: by the button, or by the mail program's own (RFC 8058)."""
    owner = asking.stopped_by(token)
    if owner is not None and request.method == "POST":
        actions.set_asking(owner, mail=False)
        return render(request, "recovery/morning_off.html", {"is_off": True})
    return render(request, "recovery/morning_off.html", {"is_off": owner is None, "token": token})


@own_page
@require_POST
def settings(request: HttpRequest) -> HttpResponse:
    """Whether and from when one is asked, from the page of pain."""
    given = request.POST.get("hour", "")
    hour = int(given) if given.isascii() and given.isdigit() and len(given) < 3 else None
    try:
        actions.set_asking(owner_of(request), mail=request.POST.get("mail") == "on", hour=hour)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Kept."))
    return see(reverse("recovery:pain") + "#asking")


def _context(question: MorningQuestion, level: int, token: str) -> dict[str, object]:
    return {
        "question": question,
        "level": level,
        "levels": LEVELS,
        "sites": _sites(question),
        "token": token,
        "off_token": asking.off_token(question.owner),
        "is_answered": question.answered_at is not None,
    }


def _answered(request: HttpRequest, question: MorningQuestion, level: int) -> HttpResponse:
    known = {site.key: site for site in _sites(question)}
    named = request.POST.getlist("site")
    chosen = [known[key] for key in named if key in known] if named else list(known.values())[:1]
    if not chosen:
        raise Refused(_("Say which place it is about."))
    actions.answer(question, chosen, level)
    context = {
        "sites": chosen,
        "level": level,
        "asks": level >= danger.ASK_FROM,
        "question": question,
        "off_token": asking.off_token(question.owner),
    }
    return render(request, "recovery/morning_thanks.html", context)


def _sites(question: MorningQuestion) -> list[Site]:
    """The places that hurt lately, the one told of last first."""
    since = question.day - LATELY
    return sites_of(question.owner, since=since)[: asking.MOST_SITES]
