"""What this room has of somebody: given out on request, and taken away when they leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from secondwind.accounts.models import User
from secondwind.cases.actions import keep
from secondwind.cases.models import Ask, Case

ABOUT = (
    "Your cases with their history, how they went, when you were asked by mail, what helpers asked, and "
    "what you asked others."
)


def collect(user: User) -> Iterator[tuple[str, object]]:
    """Everything of somebody's cases, as files for the export."""
    cases = (
        Case.objects.filter(owner=user)
        .prefetch_related("changes", "asks", "outcomes", "reminders")
        .order_by("pk")
    )
    yield "cases.json", [_case(case) for case in cases]
    yield "asked.json", list(Ask.objects.filter(by=user).values("case_id", "finding", "at"))


def erase(user: User, keep_posts: bool) -> None:
    """Take away somebody's cases, whether their posts stay or not: an injury is nobody else's."""
    for case in Case.objects.filter(owner=user):
        keep.delete(case)


def _case(case: Case) -> dict[str, Any]:
    return {
        "id": case.pk,
        "state": case.state,
        "made": case.beginning,
        "date": case.date,
        "since": case.onset,
        "account": case.text,
        "case": case.data,
        "seen_by": case.audience,
        "parts_seen_by": case.audiences,
        "shown_at": case.address,
        "hidden_by_a_moderator": case.why_hidden,
        "how_it_went": [
            {
                "on": o.on,
                "week": o.week,
                "state": o.state,
                "worst_pain": o.worst_pain,
                "helped": o.helped,
                "diagnosis": o.diagnosis,
                "said_by": o.said_by,
                "by_machine": o.by_machine,
            }
            for o in case.outcomes.all()
        ],
        "asked_by_mail": [{"week": r.week, "at": r.at} for r in case.reminders.all()],
        "history": [{"at": c.at, "why": c.why, "what": c.lines} for c in case.changes.all()],
        "asked": [
            {"finding": a.finding, "at": a.at, "reply": a.reply, "answered_at": a.answered_at}
            for a in case.asks.all()
        ],
    }
