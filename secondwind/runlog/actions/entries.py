"""Entries by hand: made, changed, deleted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.runlog import queries
from secondwind.runlog.actions import originals, surfaces
from secondwind.runlog.models import Run, Shoe, ShoeUse, Surface, SurfaceSource

NOON = time(12)
TWINS_BY = ("start", "sport", "name", "distance_m", "elapsed_s")


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What somebody typed about a run. Only what is named here changes.

    `fields` are values of `Run` by name, without those of its time. `surfaces` and `shoes` are shares that
    sum to one (shoes: at most one); None leaves them as they are. `surface` stands for the whole run.
    """

    day: date | None = None
    at: time | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    surface: Surface = Surface.UNKNOWN
    surfaces: Mapping[str, float] | None = None
    shoes: Mapping[int, float] | None = None


@transaction.atomic
def enter(owner: User, changes: Changes) -> tuple[Run, bool]:
    """A run that somebody typed in, and whether it is new: what is the same to the second is one run.

    Without shoes it gets the usual shoe of its surface, or the one worn last; `{}` says that there was none.
    """
    day = changes.day or timezone.localdate()
    start, offset = moment(owner, day, changes.at)
    run = Run(owner=owner, start=start, offset_s=offset, day=day, **changes.fields)
    User.objects.select_for_update().get(pk=owner.pk)  # so that a form sent twice at once makes one run
    if twin := _twin(run):
        return twin, False
    run.save()
    _wear(run, _worn(run, changes))
    _ground(run, changes)
    return run, True


@transaction.atomic
def change(run: Run, changes: Changes) -> Run:
    """Change what somebody typed anew. What a track measured stays unless it is named."""
    if changes.day is not None or changes.at is not None:
        _move(run, changes)
    for name, value in changes.fields.items():
        setattr(run, name, value)
    run.edited_at = timezone.now()
    run.save()
    if changes.surfaces is not None:
        surfaces.split(run, changes.surface, changes.surfaces)
    if changes.shoes is not None:
        _wear(run, changes.shoes)
    return run


@transaction.atomic
def delete(run: Run, *, with_file: bool) -> None:
    """Delete a run, and the file that it came in when its owner says so and no other run is from it."""
    original = run.original
    run.delete()
    if with_file and original is not None and not original.runs.exists():
        originals.delete(original)


def moment(owner: User, day: date, at: time | None) -> tuple[datetime, int | None]:
    """When a run began and the offset of the clock there, in the owner's time zone.

    Without a time of day it is noon in UTC, with no offset: then nobody shows an hour that nobody told.
    """
    if at is None:
        return datetime.combine(day, NOON, UTC), None
    local = datetime.combine(day, at, ZoneInfo(owner.time_zone))
    return local.astimezone(UTC), int((local.utcoffset() or timedelta()).total_seconds())


def _move(run: Run, changes: Changes) -> None:
    """Another day, another time of the day; the clock of the place stays the one it was."""
    day = changes.day or run.day
    if run.offset_s is None and changes.at is not None:
        run.start, run.offset_s = moment(run.owner, day, changes.at)
    else:
        local = run.local_start
        run.start = datetime.combine(day, changes.at or local.time(), local.tzinfo).astimezone(UTC)
    run.day = day


def _twin(run: Run) -> Run | None:
    same = {name: getattr(run, name) for name in TWINS_BY}
    return queries.runs_of(run.owner).filter(original=None, external_id="", **same).first()


def _worn(run: Run, changes: Changes) -> Mapping[int, float]:
    if changes.shoes is not None or not run.is_run:
        return changes.shoes or {}
    shoe = surfaces.usual_shoe(run.owner, changes.surface, run.day) or queries.last_shoe(run.owner)
    return {shoe.pk: 1.0} if shoe else {}


def _wear(run: Run, shares: Mapping[int, float]) -> None:
    """Its shoes, of which only the owner's own count."""
    run.shoe_uses.all().delete()
    own = Shoe.objects.filter(owner=run.owner, pk__in=shares)
    ShoeUse.objects.bulk_create(ShoeUse(run=run, shoe=shoe, share=shares[shoe.pk]) for shoe in own)


def _ground(run: Run, changes: Changes) -> None:
    if changes.surface or not run.is_run:
        surfaces.split(run, changes.surface, changes.surfaces or {})
        return
    first = run.shoe_uses.select_related("shoe").order_by(F("share").desc()).first()
    surface, source = surfaces.guessed(run.owner, shoe=first.shoe if first else None)
    if source != SurfaceSource.NOBODY:
        Run.objects.filter(pk=run.pk).update(surface=surface, surface_source=source)
