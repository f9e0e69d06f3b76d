"""What the pages of the log read. Each query takes the owner first, and what is not theirs is not there."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, FloatField, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.runlog.models import Run, Shoe, ShoeUse, SurfacePart
from secondwind.runlog.statistics import RUNNING, Row

LATELY = timedelta(days=30)


def runs_of(owner: User) -> QuerySet[Run]:
    """All activities of somebody, the newest first."""
    return Run.objects.filter(owner=owner).order_by("-day", "-start", "-id")


def run_for(owner: User, id: int) -> Run:
    """One activity of the owner's; Http404 for everybody else's."""
    run = runs_of(owner).filter(pk=id).first()
    if run is None:
        raise Http404("no such run")
    return run


def shoes_of(owner: User) -> QuerySet[Shoe]:
    """The owner's shoes, those in use first, each with `used_m`, `run_count` and `last_day`.

    `used_m` is the mileage in metres, with what the shoe had before this log.
    """
    used = Sum(F("uses__share") * F("uses__run__distance_m"), output_field=FloatField())
    return (
        Shoe.objects.filter(owner=owner)
        .annotate(
            used_m=F("before_m") + Coalesce(used, 0.0),
            run_count=Count("uses"),
            last_day=Max("uses__run__day"),
        )
        .order_by(F("retired_on").desc(nulls_first=True), "name")
    )


def shoe_for(owner: User, id: int) -> Shoe:
    """One of the owner's shoes, with the figures of `shoes_of`; Http404 for everybody else's."""
    shoe = shoes_of(owner).filter(pk=id).first()
    if shoe is None:
        raise Http404("no such shoe")
    return shoe


def last_shoe(owner: User) -> Shoe | None:
    """The shoe that was worn last and is still in use."""
    worn = Shoe.objects.filter(owner=owner, retired_on=None, uses__run__sport=RUNNING)
    return worn.order_by("-uses__run__start", "-uses__share").first()


def worn_lately(owner: User) -> list[Shoe]:
    """The pairs that were run in within the last 30 days, each with `times`, the one worn most first."""
    since = timezone.localdate() - LATELY
    recent = Q(uses__run__day__gt=since, uses__run__sport=RUNNING)
    found = Shoe.objects.filter(owner=owner).annotate(times=Count("uses", filter=recent))
    return list(found.filter(times__gt=0).order_by("-times", "name"))


def grounds_of_shoes(owner: User) -> dict[int, dict[str, float]]:
    """The metres of each shoe by surface, without what it had before this log. 2 queries.

    Where a run was in two shoes and on two surfaces, each shoe counts its share of each surface.
    """
    parts: dict[int, dict[str, float]] = {}
    for run, surface, share in SurfacePart.objects.filter(run__owner=owner).values_list(
        "run_id", "surface", "share"
    ):
        parts.setdefault(run, {})[surface] = share
    found: dict[int, dict[str, float]] = {}
    worn = ShoeUse.objects.filter(run__owner=owner, run__distance_m__gt=0)
    for shoe, run, share, way, main in worn.values_list(
        "shoe_id", "run_id", "share", "run__distance_m", "run__surface"
    ):
        sums = found.setdefault(shoe, {})
        for surface, part in parts.get(run, {main: 1.0}).items():
            sums[surface] = sums.get(surface, 0.0) + (way or 0.0) * share * part
    return found


def sports_of(owner: User) -> list[str]:
    """The sports in somebody's log, running first."""
    found = set(runs_of(owner).order_by().values_list("sport", flat=True).distinct())
    return sorted(found, key=lambda sport: (sport != RUNNING, sport))


def time_s(run: Run) -> float | None:
    """The time that counts: in motion where that is known, else from start to end."""
    return run.elapsed_s if run.moving_s is None else run.moving_s


def rows_of(runs: QuerySet[Run], *, efforts: bool = False) -> list[Row]:
    """The figures of many activities for `statistics`, in the order of the query. One query.

    Best efforts come when asked for only: they cost more than all the rest.
    """
    names = ["pk", "day", "sport", "distance_m", "moving_s", "elapsed_s", "climb_m", "rpe", "surface"]
    found = runs.values_list(*names, "best_efforts") if efforts else runs.values_list(*names)
    return [
        Row(id, day, sport, way, elapsed if moving is None else moving, *more)
        for id, day, sport, way, moving, elapsed, *more in found
    ]


def matching(runs: QuerySet[Run], *, sport: str, surface: str, shoe: int | None, words: str) -> QuerySet[Run]:
    """Those of the activities that fit a filter; what is empty or None filters nothing."""
    rules: list[Q] = []
    if sport:
        rules.append(Q(sport=sport))
    if surface:
        rules.append(Q(surface=surface) | Q(pk__in=_with(surface_parts__surface=surface)))
    if shoe is not None:
        rules.append(Q(pk__in=_with(shoe_uses__shoe=shoe)))
    rules += [Q(name__icontains=word) | Q(notes__icontains=word) for word in words.split()]
    return runs.filter(*rules)


def between(runs: QuerySet[Run], first: date, last: date) -> QuerySet[Run]:
    """The activities of the days from `first` to `last`, with their surfaces and shoes. 3 queries."""
    return runs.filter(day__range=(first, last)).prefetch_related("surface_parts", "shoe_uses__shoe")


def _with(**rule: Any) -> QuerySet[Run, int]:
    return Run.objects.filter(**rule).order_by().values_list("pk", flat=True)


def days_around(owner: User, day: date) -> tuple[date | None, date | None]:
    """The days with something nearest to `day`, before and after it. One query."""
    found = Run.objects.filter(owner=owner).aggregate(
        before=Max("day", filter=Q(day__lt=day)), after=Min("day", filter=Q(day__gt=day))
    )
    return found["before"], found["after"]
