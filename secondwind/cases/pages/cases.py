"""One's own cases: the list, a case with its history, correcting it, who sees it, taking it away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from secondwind.accounts import attachments
from secondwind.accounts.models import Audience
from secondwind.cases import access, attaching, chips, meanings, pending, queries
from secondwind.cases.actions import keep
from secondwind.cases.additions import additions
from secondwind.cases.card import card_of, cards_of
from secondwind.cases.forms import corrected, fields_shown
from secondwind.cases.models import Case
from secondwind.cases.pages.common import own_page, place_of, see, user_of
from secondwind.cases.similar import similar_to
from secondwind.cases.words import lines_of
from secondwind.clinic import triage
from secondwind.clinic.knowledge import Knowledge, load
from secondwind.clinic.model import Side
from secondwind.look.caching import private_page

SIDES = ((Side.LEFT, "Left"), (Side.RIGHT, "Right"), (Side.BOTH, "Both"), (Side.UNKNOWN, "Not said"))


@own_page
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Everything somebody keeps here, the latest first."""
    user = user_of(request)
    return render(
        request,
        "cases/mine.html",
        {"cards": cards_of(user, queries.own(user)), "no_mail": queries.wants_no_mail(user)},
    )


@private_page
@require_safe
def case(request: HttpRequest, id: int) -> HttpResponse:
    """One case; its owner sees the history of it too."""
    found = access.case_for(request.user, id)
    card = card_of(request.user, found)
    context: dict[str, Any] = {"card": card, "case": found, "alarms": _alarms(found)}
    context["attached"] = attachments.shown([(attaching.KIND, found.pk)])
    if card and card.is_own:
        context["similar"] = similar_to(
            request.user, found.told, found.text, vector=meanings.vector_of(found), without=[found.pk]
        )
        context["history"] = [(change, lines_of(change)) for change in queries.history(found)]
        context["others"] = cards_of(request.user, queries.told_together(found))
    return render(request, "cases/case.html", context)


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, id: int) -> HttpResponse:
    """Correct a case, add to it, and say who sees which part. Saving confirms it."""
    user = user_of(request)
    found = access.own_case(user, id)
    known = load()
    if request.method == "POST":
        told = corrected(found.told, request.POST, known)
        keep.change(found, told, by=user, why="corrected")
        keep.show(found, **_shown(request, found))
        keep.confirm(found, user)
        messages.success(request, "Your case is saved.")
        return see(request.path if "add_more" in request.POST else place_of(found))
    told = found.told
    context = {
        "case": found,
        "groups": fields_shown(chips.groups(told, known), found.audiences),
        "additions": additions(told, known),
        "areas": _places(known),
        "sides": SIDES,
        "audiences": Audience.choices,
    }
    return render(request, "cases/edit.html", context)


@own_page
@require_POST
def confirm(request: HttpRequest, id: int) -> HttpResponse:
    """“This is right.”"""
    user = user_of(request)
    found = access.own_case(user, id)
    keep.confirm(found, user)
    messages.success(request, "Thank you: your case is confirmed.")
    return see(place_of(found))


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, id: int) -> HttpResponse:
    """Take a case away for good."""
    found = access.own_case(user_of(request), id)
    if request.method == "POST":
        keep.delete(found)
        messages.success(request, "The case is gone, with its history.")
        return see("cases:mine")
    return render(request, "cases/delete.html", {"card": card_of(request.user, found), "case": found})


@own_page
@require_safe
def go_on(request: HttpRequest) -> HttpResponse:
    """After joining or signing in: what somebody asked to be kept becomes their case."""
    kept = pending.take(request)
    if kept is None:
        messages.info(request, "Nothing waits for you here any more. Your check can be made again.")
        return see("cases:mine")
    return see(pending.begin(user_of(request), kept))


def _shown(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Who sees the case and its parts. What stands on a thread is for everybody, but for its parts."""
    allowed = set(Audience.values)
    audience = request.POST.get("audience", "")
    parts = {group: request.POST.get(f"audience.{group}", "") for group, _ in chips.GROUPS}
    return {
        "audience": audience if audience in allowed else None,
        "audiences": {g: a for g, a in parts.items() if a in allowed and a != Audience.EVERYONE},
    }


def _places(known: Knowledge) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every place that is not made of others, by area."""
    places = [place for place in known.regions.values() if not place.members]
    return [(a.label, [(p.id, p.label) for p in places if p.area == a.id]) for a in known.areas.values()]


def _alarms(case: Case) -> list[str]:
    return [alarm.say for alarm in triage.alarms(case.told, load())]
