"""The log: its list by weeks, its calendar, one day of it."""

from collections import Counter
from collections.abc import Sequence
from datetime import MAXYEAR, date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from secondwind.runlog import beside, pictures, queries, statistics, timeline, units
from secondwind.runlog.actions import surfaces
from secondwind.runlog.errors import Refused
from secondwind.runlog.forms import FilterForm, short
from secondwind.runlog.models import Run, Surface
from secondwind.runlog.pages.common import own_page, owner_of, see, way_back
from secondwind.runlog.pictures.units import units_of
from secondwind.runlog.statistics import RUNNING, Row
from secondwind.running import load

EARLIEST_YEAR = 1900
OFFERED = (Surface.ROAD, Surface.TRAIL, Surface.TRACK)
MOST_OFFERED = 3
CHOICES = [(value, short(value)) for value in Surface.values if value]
PICTURE_WEEKS = 26


@own_page
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The activities by weeks, the newest first, filtered as asked. At most 8 queries for any length."""
    owner = owner_of(request)
    shoes = list(queries.shoes_of(owner))
    everything = queries.runs_of(owner)
    form = FilterForm(request.GET, sports=queries.sports_of(owner), shoes=shoes)
    chosen = form.chosen
    rows = queries.rows_of(queries.matching(everything, **chosen))
    sport = chosen["sport"] or RUNNING
    shown = timeline.window([row.day for row in rows], _before(request))
    weeks = []
    if shown is not None:
        runs = queries.between(queries.matching(everything, **chosen), shown.first, shown.last)
        weeks = timeline.pages_weeks(shown, rows, runs, sport)
    is_filtered = any(value not in ("", None) for value in chosen.values())
    return render(
        request,
        "runlog/log.html",
        {
            "form": form,
            "is_filtered": is_filtered,
            "is_empty": not rows and not is_filtered,
            "weeks": weeks,
            "shown": shown,
            "years": statistics.years(rows, sport),
            "sport": sport,
            "filter": _filter(request),
            "surfaces": _offered(rows),
            "all_surfaces": CHOICES,
            "worn_out": [shoe for shoe in shoes if _asks_to_be_looked_at(shoe)],
            "weeks_picture": None if is_filtered else _picture(rows, owner.units),
            "address": request.get_full_path(),
        },
    )


@own_page
@require_safe
def calendar(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """A month, with a cell for each day."""
    owner = owner_of(request)
    if not (EARLIEST_YEAR <= year < MAXYEAR and 1 <= month <= 12):
        raise Http404("no such month")
    first = date(year, month, 1)
    rows = queries.rows_of(queries.runs_of(owner))
    weeks = list(timeline.month_of(year, month, rows))
    begin, end = weeks[0][0].day, weeks[-1][-1].day
    near = [row for row in rows if begin <= row.day <= end]
    return render(
        request,
        "runlog/calendar.html",
        {
            "calendar_month": first,
            "weeks": list(zip(weeks, statistics.weeks(near, begin, end), strict=True)),
            "sums": statistics.months(near).get((year, month), statistics.Sums()),
            "most_m": max(statistics.way_by_day(rows).values(), default=0.0),
            "before": _month(year, month - 1),
            "after": _month(year, month + 1),
            "years": _years(rows, year),
            "months": [date(year, number, 1) for number in range(1, 13)],
            "today": timezone.localdate(),
        },
    )


@own_page
@require_safe
def calendar_now(request: HttpRequest) -> HttpResponse:
    """The month of today."""
    today = timezone.localdate()
    return redirect("runlog:calendar", today.year, today.month)


@own_page
@require_safe
def day(request: HttpRequest, day: str) -> HttpResponse:
    """All of one day, and the days with something before and after it."""
    owner, when = owner_of(request), _date(day)
    if when is None or when.isoformat() != day:
        raise Http404("no such day")
    everything = queries.runs_of(owner)
    runs = list(queries.between(everything, when, when))
    around = queries.days_around(owner, when)
    return render(
        request,
        "runlog/day.html",
        {
            "day": when,
            "runs": runs,
            "sums": _sums(runs),
            "before": around[0],
            "after": around[1],
            "surfaces": list(OFFERED),
            "all_surfaces": CHOICES,
            "address": request.path,
            "is_past": when <= timezone.localdate(),
            "beside": beside.of(owner, when),
        },
    )


@own_page
@require_POST
def surface(request: HttpRequest) -> HttpResponse:
    """Say what a run was on, by one button: `set` is the number of the run and the surface."""
    number, _colon, value = request.POST.get("set", "").partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404("no such run")
    run = queries.run_for(owner_of(request), int(number))
    try:
        shoe = surfaces.say(run, value)
    except Refused as error:
        messages.error(request, str(error))
    else:
        if shoe is not None:
            messages.success(
                request,
                _("%(surface)s, in %(shoe)s.")
                % {"surface": run.get_surface_display().capitalize(), "shoe": shoe},
            )
    back = way_back(request, reverse("runlog:log"))
    return see(f"{back}#run-{run.pk}")


def _before(request: HttpRequest) -> date | None:
    given = request.GET.get("before", "")
    when = _date(given)
    if given and when is None:
        raise Http404("no such page")
    return when


def _date(text: str) -> date | None:
    """A day from 1900 on with room for a week behind it; None for anything else."""
    try:
        when = parse_date(text)
    except ValueError:
        return None
    return when if when is not None and EARLIEST_YEAR <= when.year < MAXYEAR else None


def _filter(request: HttpRequest) -> str:
    """The filter as a part of an address, with & at its end."""
    kept = {name: value for name in FilterForm.base_fields if (value := request.GET.get(name))}
    return f"{urlencode(kept)}&" if kept else ""


def _offered(rows: Sequence[Row]) -> list[Surface]:
    """The surfaces to offer by one tap: those that were chosen most."""
    most = Counter(row.surface for row in rows if row.surface).most_common(MOST_OFFERED)
    found = [Surface(name) for name, _count in most]
    return [*found, *(one for one in OFFERED if one not in found)][:MOST_OFFERED]


def _asks_to_be_looked_at(shoe: Any) -> bool:
    return (
        shoe.retired_on is None and shoe.look_again_at_m is not None and shoe.used_m >= shoe.look_again_at_m
    )


def _picture(rows: Sequence[Row], unit: str) -> pictures.Picture | None:
    """The last half year by weeks, with the longest run of 30 days; None with fewer than two weeks."""
    last = timezone.localdate()
    first = statistics.monday_of(last) - (PICTURE_WEEKS - 1) * statistics.WEEK
    rows = [row for row in rows if row.day >= first - timedelta(days=load.SPIKE_DAYS)]
    weeks = statistics.weeks(rows, first, last)
    if sum(week.runs > 0 for week in weeks) < 2:
        return None
    each = units_of(unit)
    return pictures.weeks(
        "weeks",
        _("Distance by week"),
        [(week.monday, week.distance_m) for week in weeks],
        lambda metres: units.distance(metres, unit),
        per=each.distance_m,
        unit=each.distance,
        line=[
            (first + timedelta(days=i), metres)
            for i, metres in enumerate(statistics.longest_line(rows, first, last))
        ],
        line_words=_("the longest single run of the 30 days before"),
    )


def _sums(runs: Sequence[Run]) -> statistics.Sums:
    return statistics.total(
        Row(run.pk, run.day, run.sport, run.distance_m, queries.time_s(run), run.climb_m) for run in runs
    )


def _month(year: int, month: int) -> date | None:
    """The first day of a month, of which there may be a thirteenth or none; None outside the calendar."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1) if EARLIEST_YEAR <= year < MAXYEAR else None


def _years(rows: Sequence[Row], year: int) -> list[int]:
    return sorted({row.day.year for row in rows} | {year, timezone.localdate().year})
