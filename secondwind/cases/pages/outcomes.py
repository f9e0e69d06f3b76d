"""How it went: the page of a mail's link (one tap), the owner's own form, and the end of the mails."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from secondwind.accounts import links
from secondwind.accounts.models import User
from secondwind.cases import access, reminders
from secondwind.cases.actions import outcomes
from secondwind.cases.actions.outcomes import More
from secondwind.cases.chips import CHOICES
from secondwind.cases.models import BACK, Case, Outcome, SaidBy
from secondwind.cases.pages.common import UNPROCESSABLE, own_page, place_of, see, user_of
from secondwind.cases.replies import value_of
from secondwind.clinic.knowledge import load
from secondwind.clinic.model import Effect, Kind, Reply
from secondwind.clinic.outcomes import Back
from secondwind.look.caching import private_page

GONE = 410
EFFECT = "effect."  # the names of the fields that say what a treatment did
EFFECTS = (
    *(
        choice
        for choice in CHOICES[Kind.TREATMENT]
        if choice[0] in tuple(Effect) and choice[0] != Effect.UNKNOWN
    ),
    (Effect.UNKNOWN, "I cannot say"),
)
MORE_ROWS = 2  # treatments that can be added at once


# The link itself says who taps, so no cookie is needed: a mail program's own window may have none. A GET
# records nothing, since programs that look through mails open every link.
@csrf_exempt
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a mail's link: one tap records, and more may be told after it."""
    try:
        case, week = reminders.unsealed(token)
    except links.BadLink as error:
        return _bad(request, error)
    if request.method != "POST":
        return _page(request, case, None, token=token)
    return _taken(request, case, week, token)


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, id: int) -> HttpResponse:
    """The same for the owner at any time, however old the case or locked its thread."""
    case = access.own_case(user_of(request), id)
    if request.method != "POST":
        return _page(request, case, None)
    return _taken(request, case, None, "")


@csrf_exempt  # for the reason given at `tell`; mail programs press it by themselves (RFC 8058)
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """No more of these mails."""
    try:
        (id,) = links.unseal(reminders.STOP, token)
    except links.BadLink as error:
        return _bad(request, error)
    user = User.objects.filter(pk=int(id)).first()
    if request.method == "POST" and user is not None:
        reminders.stop(user)
    return render(request, "cases/stop.html", {"is_done": request.method == "POST"})


@own_page
@require_POST
def mails(request: HttpRequest) -> HttpResponse:
    """Switch the mails on or off, from the list of one's cases."""
    user = user_of(request)
    if request.POST.get("on") == "1":
        reminders.go_on(user)
        messages.success(request, "You will be asked by mail how it goes.")
    else:
        reminders.stop(user)
        messages.success(request, "No more mails. You can tell how it went here at any time.")
    return see("cases:mine")


def _taken(request: HttpRequest, case: Case, week: int | None, token: str) -> HttpResponse:
    state = request.POST.get("state", "")
    if state not in tuple(Back):
        raise Http404("no such answer")
    outcome = outcomes.tell(case, Back(state), week=week)
    if "more" not in request.POST:
        return _page(request, case, outcome, token=token)
    try:
        more = _more(request, case)
    except ValueError as error:
        return _page(request, case, outcome, token=token, problem=str(error), status=UNPROCESSABLE)
    outcomes.tell_more(outcome, more)
    if token:
        return render(request, "cases/told.html", {"case": case})
    messages.success(request, "Thank you. It helps the next runner.")
    return see(place_of(case))


def _more(request: HttpRequest, case: Case) -> More:
    """What else the form tells. Raises ValueError with a sentence."""
    post = request.POST
    pain = post.get("worst_pain", "").strip()
    if pain and not (pain.isascii() and pain.isdigit() and int(pain) <= outcomes.WORST):
        raise ValueError("The worst pain is a whole number from 0 (none) to 10 (the worst).")
    if post.get("diagnosis") and not post.get("said_by"):
        raise ValueError("Say who told you what it turned out to be.")
    return More(
        worst_pain=int(pain) if pain else None,
        effects=_effects(post),
        diagnosis=post.get("diagnosis", ""),
        said_by=post.get("said_by", ""),
        is_counted=bool(post.get("is_counted")),
    )


def _effects(post: QueryDict) -> dict[str, Effect]:
    """What each treatment did: of those in the case, and of those that are added."""
    said = {name.removeprefix(EFFECT): post[name] for name in post if name.startswith(EFFECT)}
    added = zip(post.getlist("also"), post.getlist("also_did"), strict=False)
    said |= {id: value for id, value in added if id}
    return {id: Effect(value) for id, value in said.items() if value in tuple(Effect)}


def _page(
    request: HttpRequest, case: Case, outcome: Outcome | None, *, token: str = "", problem: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    known = load()
    items = list(case.told.of(Kind.TREATMENT, Reply.YES))
    tried = [(f"{EFFECT}{i.id}", known.label(Kind.TREATMENT, i.id), value_of(i)) for i in items]
    names = {item.id for item in items}
    context: dict[str, Any] = {
        "case": case,
        "outcome": outcome,
        "problem": problem,
        "states": [(back.value, words) for back, words in BACK.items()],
        "tried": tried,
        "effects": EFFECTS,
        "more_rows": range(1, MORE_ROWS + 1),
        "treatments": sorted((t.label, t.id) for t in known.treatments.values() if t.id not in names),
        "named": sorted((c.name, c.id) for c in known.conditions.values()),
        "said_by": SaidBy.choices,
        "token": token,
    }
    return render(request, "cases/outcome.html", context, status=status)


def _bad(request: HttpRequest, error: links.BadLink) -> HttpResponse:
    return render(request, "cases/bad_link.html", {"why": str(error)}, status=GONE)
