"""To the case: what the log can say, handed to the check by an ordinary form."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from secondwind.accounts.models import User
from secondwind.clinic.knowledge import load
from secondwind.recovery import evidence, history
from secondwind.recovery.evidence import Evidence
from secondwind.recovery.models import Pain
from secondwind.runlog.pages.common import own_page, owner_of

BACK = timedelta(days=364)
MOST_REGIONS = 4


@dataclass(frozen=True, slots=True)
class Handed:
    """What is handed over of one region: the side as the check asks for it, and the findings."""

    region: str
    label: str
    side: str
    findings: tuple[tuple[str, Evidence], ...]

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The hidden fields of the check's form."""
        marks = [(f"log.finding.{one.finding}", f"{one.reply}|{one.say}") for _label, one in self.findings]
        return [("region", self.region), *([("side", self.side)] if self.side else []), *marks]


@own_page
@require_safe
def case(request: HttpRequest) -> HttpResponse:
    """The regions that were told of within a year, each with what the log can say of it."""
    owner = owner_of(request)
    return render(request, "recovery/case.html", {"handed": handed(owner), "sore": evidence.SORE})


def handed(owner: User) -> list[Handed]:
    """What can be handed over, the region told of most first."""
    today = timezone.localdate()
    found = history.of(owner, today - BACK, today)
    tags = _tags(owner)
    known = load()
    result = []
    for region in evidence.regions(found)[:MOST_REGIONS]:
        told = evidence.findings(found, region, tags.get(region, Counter()))
        result.append(
            Handed(
                region,
                known.regions[region].label if region in known.regions else region,
                _side(evidence.sides(found, region)),
                tuple((known.findings[one.finding].label, one) for one in told),
            )
        )
    return result


def _side(sides: set[str]) -> str:
    if {"left", "right"} <= sides:
        return "both"
    return next((side for side in ("left", "right") if side in sides), "")


def _tags(owner: User) -> dict[str, Counter[str]]:
    """On how many days each tag was told, by region. One query."""
    found: dict[str, Counter[str]] = {}
    since = timezone.localdate() - BACK
    for region, tags in Pain.objects.filter(owner=owner, day__gte=since).values_list("region", "tags"):
        found.setdefault(region, Counter()).update(tags)
    return found
