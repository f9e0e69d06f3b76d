"""Asking the owner of a case for what it does not tell, and the owner's tap."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from secondwind.cases import access
from secondwind.cases.actions import asks
from secondwind.cases.errors import Refused
from secondwind.cases.pages.common import own_page, place_of, see, user_of
from secondwind.clinic.model import Reply


@own_page
@require_POST
def ask(request: HttpRequest, id: int) -> HttpResponse:
    """A helper asks for a finding."""
    user = user_of(request)
    case = access.case_for(user, id)
    try:
        asks.ask(user, case, request.POST.get("finding", ""))
        messages.success(request, "Asked. You will see the answer on the card.")
    except Refused as refused:
        messages.error(request, str(refused))
    return see(place_of(case))


@own_page
@require_POST
def answer(request: HttpRequest, id: int) -> HttpResponse:
    """The owner answers yes, no or not sure."""
    user = user_of(request)
    case = access.own_case(user, id)
    reply = request.POST.get("reply", "")
    if reply not in tuple(Reply):
        raise Http404("no such reply")
    try:
        asks.answer(user, case, request.POST.get("finding", ""), Reply(reply))
        messages.success(request, "Thank you: your case tells this now.")
    except Refused as refused:
        messages.error(request, str(refused))
    return see(place_of(case))
