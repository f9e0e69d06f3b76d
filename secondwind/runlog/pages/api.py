"""For programs: files in with a key, and how far their import is. Answers are JSON."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core import ratelimit
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from secondwind.accounts.models import User
from secondwind.runlog.actions import imports, tokens
from secondwind.runlog.errors import Refused
from secondwind.runlog.models import Batch, Outcome
from secondwind.runlog.pages.common import UNPROCESSABLE
from secondwind.runlog.pages.imports import TOO_LARGE
from secondwind.runlog.uploads import ToDisk

ACCEPTED, UNAUTHORISED, NOT_FOUND, TOO_MANY = 202, 401, 404, 429
NO_KEY = "Send a key of yours: Authorization: Bearer …. Keys are made at the address /log/tokens/."
MOST_LINES = 200

View = Callable[..., JsonResponse]


def with_key(view: View) -> View:
    """A view for whose key the request carries, given as `owner`. No cookie opens it, so no CSRF token is
    asked for."""

    @csrf_exempt
    @never_cache
    @wraps(view)
    def open_by_key(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        owner = tokens.owner_of(key.strip()) if scheme.lower() == "bearer" and key.strip() else None
        if owner is None:
            return _refused_key(request)
        if not ratelimit.consume(request, action="log_api", key=str(owner.pk)):
            return _problem("Too many requests. Send several files at a time, or wait a minute.", TOO_MANY)
        return view(request, *args, owner=owner, **kwargs)

    return open_by_key


@require_http_methods(["POST"])
@with_key
def upload(request: HttpRequest, *, owner: User) -> JsonResponse:
    """Take the files of a form in, whatever its fields are called; 202 with the imports that begin."""
    with ToDisk() as taken:
        request.upload_handlers = [taken]
        _ = request.POST  # the files come in
        if taken.problem:
            return _problem(taken.problem, TOO_LARGE)
        try:
            begun = imports.begin(owner, taken.files)
        except Refused as refused:
            return _problem(str(refused), UNPROCESSABLE)
    found = [imports.batch_for(owner, one.pk) for one in begun]
    told = [_state(request, one) for one in found]
    return JsonResponse({**told[0], "batches": told}, status=ACCEPTED)


@require_safe
@with_key
def batch(request: HttpRequest, id: int, *, owner: User) -> JsonResponse:
    """How far an import is, with what could not be read and why."""
    try:
        found = imports.batch_for(owner, id)
    except Http404:
        return _problem("You have no such import.", NOT_FOUND)
    damaged = found.lines.filter(outcome=Outcome.DAMAGED)[:MOST_LINES]
    faults = [{"file": line.name, "reason": line.reason} for line in damaged]
    return JsonResponse(_state(request, found) | {"problems": faults})


def _state(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    return {
        "batch": batch.pk,
        "state": batch.state,
        "name": batch.name,
        "address": request.build_absolute_uri(reverse("runlog:api_batch", args=[batch.pk])),
        "read": batch.position,
        "total": batch.total,
        **{name: getattr(batch, name) for name in imports.COUNTS.values()},
        "problem": batch.problem,
    }


def _refused_key(request: HttpRequest) -> JsonResponse:
    if not ratelimit.consume(request, action="log_api_key"):
        return _problem("Too many requests without a key that opens. Wait a minute.", TOO_MANY)
    response = _problem(NO_KEY, UNAUTHORISED)
    response["WWW-Authenticate"] = "Bearer"
    return response


def _problem(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"problem": sentence}, status=status)
