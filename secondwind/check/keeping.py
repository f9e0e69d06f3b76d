"""From the check to a case: ask the community with it, or keep it for oneself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_protect

from secondwind.accounts.context import signed_in
from secondwind.accounts.models import User
from secondwind.cases import chips, pending
from secondwind.check import pages
from secondwind.check.pages import Visit, step
from secondwind.clinic.model import Case, Urgency

DOORS = {"join": "account_signup", "sign_in": "account_login"}
SEE_OTHER = 303


@step
def keep(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Make a case of what was told. A visitor is asked first whether it may be kept while they join."""
    if not visit.sheet.screened or visit.answer().urgency is Urgency.EMERGENCY:
        return pages.answered(request, visit)
    what = pending.ASK if request.POST.get("what") == pending.ASK else pending.KEEP
    member = signed_in(request)
    if member is not None:
        return _for_member(request, visit, member, what)
    if request.POST.get("door") in DOORS:
        return _for_later(request, visit, what)
    context = {
        "sheet": visit.sheet,
        "fields": list(visit.sheet.fields()),
        "what": what,
        "titles": [chips.title(told, visit.knowledge) for told in _complaints(visit)],
    }
    return render(request, "check/keep.html", context)


# Unlike the pages of the check these change something, so here the token of the form is asked for.


@csrf_protect
def _for_member(request: HttpRequest, visit: Visit, member: User, what: str) -> HttpResponse:
    case = pending.make(member, _complaints(visit), visit.sheet.text)
    return _see(pending.address(case, what))


@csrf_protect
def _for_later(request: HttpRequest, visit: Visit, what: str) -> HttpResponse:
    pending.put(request, _complaints(visit), visit.sheet.text, what)
    door = reverse(DOORS[request.POST["door"]])
    return _see(f"{door}?{urlencode({'next': reverse('cases:go_on')})}")


def _complaints(visit: Visit) -> list[Case]:
    """The chosen complaint, and the others that name a place."""
    return [visit.case, *(other for other in visit.others if other.places)]


def _see(address: str) -> HttpResponse:
    response = redirect(address)
    response.status_code = SEE_OTHER
    return response
