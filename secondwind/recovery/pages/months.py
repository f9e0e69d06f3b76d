"""A month of pain: a cell for each day, with the worst number and whether there was a run."""

from __future__ import annotations

from calendar import Calendar
from datetime import MAXYEAR, date
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from secondwind.recovery import queries
from secondwind.recovery.queries import Levels, Site
from secondwind.runlog import queries as runlog
from secondwind.runlog.pages.common import own_page, owner_of
from secondwind.runlog.statistics import RUNNING

EARLIEST_YEAR = 1950


class Cell(NamedTuple):
    """One day: the worst that was told and where, and whether somebody ran."""

    day: date
    is_inside: bool
    worst: int | None
    where: str
    ran: bool


@own_page
@require_safe
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """A month of the calendar. 2 queries."""
    if not (EARLIEST_YEAR <= year < MAXYEAR and 1 <= month <= 12):
        raise Http404("no such month")
    owner = owner_of(request)
    weeks = Calendar().monthdatescalendar(year, month)
    first, last = weeks[0][0], weeks[-1][-1]
    pain = queries.pain_by_day(owner, first, last)
    runs = runlog.runs_of(owner).filter(sport=RUNNING, day__range=(first, last))
    ran = set(runs.order_by().values_list("day", flat=True))
    context = {
        "shown_month": date(year, month, 1),
        "weeks": [
            [_cell(day, day.month == month, pain.get(day, {}), day in ran) for day in week] for week in weeks
        ],
        "before": _month(year, month - 1),
        "after": _month(year, month + 1),
        "today": timezone.localdate(),
    }
    return render(request, "recovery/month.html", context)


@own_page
@require_safe
def month_now(request: HttpRequest) -> HttpResponse:
    """The month of today."""
    today = timezone.localdate()
    return redirect("recovery:month", today.year, today.month)


def _cell(day: date, is_inside: bool, told: dict[Site, Levels], ran: bool) -> Cell:
    worst = {site: levels.worst for site, levels in told.items() if levels.worst is not None}
    site = max(worst, key=lambda site: worst[site], default=None)
    return Cell(day, is_inside, worst[site] if site else None, site.label if site else "", ran)


def _month(year: int, month: int) -> date | None:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1) if EARLIEST_YEAR <= year < MAXYEAR else None
