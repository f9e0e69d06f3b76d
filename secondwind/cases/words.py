"""The history of a case in words."""

from __future__ import annotations

from secondwind.cases.chips import CHOICES
from secondwind.cases.models import Change
from secondwind.clinic.knowledge import load
from secondwind.clinic.model import Kind


def lines_of(change: Change) -> list[str]:
    """What was different, one sentence for each item."""
    return [_line(*line) for line in change.lines]


def _line(kind: str, id: str, before: str, after: str) -> str:
    label = load().label(Kind(kind), id)
    was, now = _said(kind, before), _said(kind, after)
    if not before:
        return f"{label}: {now}"
    return f"{label}: {was}, now {now}" if after else f"{label}: left out (was {was})"


def _said(kind: str, value: str) -> str:
    return dict(CHOICES[Kind(kind)]).get(value, value).lower()
