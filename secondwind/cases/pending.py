"""What a visitor asked to be kept until they have joined or signed in: in their session, for an hour."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.cases.actions import keep
from secondwind.cases.models import Beginning, Case, State
from secondwind.clinic import model, stored

KEY = "case_to_keep"
KEPT_S = 3600
ASK, KEEP = "ask", "keep"  # what was meant: ask the community, or keep it to oneself


def put(request: HttpRequest, complaints: list[model.Case], text: str, what: str) -> None:
    """Keep what a visitor told, because they asked for it."""
    request.session[KEY] = {
        "complaints": [stored.to_json(told) for told in complaints],
        "text": text[: keep.LONGEST_TEXT],
        "what": what,
        "at": timezone.now().timestamp(),
    }


def take(request: HttpRequest) -> dict[str, Any] | None:
    """What was kept, which is gone from the session then; None when there is nothing, or it is too old."""
    kept: dict[str, Any] | None = request.session.pop(KEY, None)
    if kept is None or timezone.now().timestamp() - kept["at"] > KEPT_S:
        return None
    return kept


def begin(user: User, kept: dict[str, Any]) -> str:
    """Make the cases of what was kept; the address that goes on with them."""
    complaints = [stored.from_json(json) for json in kept["complaints"]]
    return address(make(user, complaints, kept["text"]), kept["what"])


def make(user: User, complaints: list[model.Case], text: str) -> Case:
    """The case of a check, which its owner has looked over, with its other complaints; the main one."""
    beginning, state = Beginning.CHECK, State.CONFIRMED
    return keep.begin(complaints, text=text, beginning=beginning, owner=user, state=state)[0]


def address(case: Case, what: str) -> str:
    """Where one goes on with a new case: to the composer with its card, or to its own page."""
    if what == ASK:
        return reverse("forums:new", args=["injuries"]) + f"?case={case.pk}"
    return reverse("cases:case", args=[case.pk])
