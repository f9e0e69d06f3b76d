"""From an activity to a run in a log, with track, shoes and surface; or to the twin that is there already."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.runlog import measuring, routes
from secondwind.runlog.actions import originals, surfaces
from secondwind.runlog.actions.duplicates import Span, twin_of
from secondwind.runlog.actions.originals import Sent
from secondwind.runlog.measuring import Measured
from secondwind.runlog.models import Batch, Run, Shoe, ShoeUse, SurfaceSource, Track
from secondwind.running.activity import ON_FOOT, Activity
from secondwind.running.archives.facts import Facts

LONGEST_NAME, LONGEST_NOTES, LONGEST_SHOE = 200, 40_000, 80
NO_DATE = "The file has no date: the run stands under the day of the import. Set its true start."
WORDS = ("name", "notes", "rpe")
MEASURES = (
    "moving_s", "heart_rate_bpm", "climb_m", "descent_m", "flat_equivalent_m", "steep_descent_m",
    "switchbacks", "turns", "heading_change_deg", "grades", "splits", "best_efforts", "laps",
)  # fmt: skip

Merged = dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """What became of an activity: a new run, or None and the twin that was there before.

    `merged` says what the twin took over, for `undo`; it is empty when nothing changed.
    """

    run: Run | None
    twin: Run | None = None
    merged: Merged = field(default_factory=dict)


def keep(
    owner: User,
    activity: Activity | Measured,
    *,
    facts: Facts | None = None,
    original: Sent | None = None,
    batch: Batch | None = None,
    bikes: frozenset[str] = frozenset(),
) -> Kept:
    """Put an activity into somebody's log, with the file that it came in and what an export says beside it.

    Its gear becomes a shoe of that name unless the sport is none on foot, or it is one of `bikes`.
    """
    measured = activity if isinstance(activity, Measured) else measuring.measure(activity)
    with transaction.atomic():
        run = _run_of(owner, measured, facts)
        sha256 = original.sha256 if original else ""
        span = Span(run.start, run.elapsed_s, run.distance_m, run.sport)
        twin = twin_of(owner, span, sha256=sha256, part=run.part, external_id=run.external_id)
        shoe = _gear(run, facts, bikes)
        if twin is not None:
            return Kept(None, twin, _merge(twin, run, measured, original, batch, shoe))
        run.batch = batch
        run.original = originals.keep(owner, original, batch) if original else None
        worn = _shoe(owner, shoe, batch) if shoe else None
        _preset_surface(run, worn)
        run.save()
        if measured.track:
            Track.objects.create(run=run, columns=measured.track)
        if worn is None and run.sport in ON_FOOT:
            worn = surfaces.usual_shoe(owner, run.surface, run.day)
        if worn is not None:
            ShoeUse.objects.create(run=run, shoe=worn)
        return Kept(run)


def _run_of(owner: User, measured: Measured, facts: Facts | None) -> Run:
    """The row, not yet saved."""
    activity = measured.activity
    start = activity.start or timezone.now().replace(microsecond=0)
    offset_s = _offset_s(owner, measured, start)
    run = Run(
        owner=owner,
        start=start,
        offset_s=offset_s,
        day=(start + timedelta(seconds=offset_s)).date(),
        sport=(activity.sport or "generic")[:30],
        sub_sport=activity.sub_sport[:30],
        name=_plain(activity.name)[:LONGEST_NAME],
        notes=_notes(activity, facts),
        part=activity.part,
        rpe=_effort(facts),
        external_id=_external_id(facts, activity),
        has_track=bool(measured.track),
    )
    for name, value in measured.figures.items():
        setattr(run, name, value)
    run.device = _plain(run.device)
    if activity.start is None:
        run.warnings = [*run.warnings, NO_DATE]
    run.route_key = _route(owner, measured.route)
    return run


def _offset_s(owner: User, measured: Measured, start: datetime) -> int:
    """What the clock there was ahead of UTC: as the file or the place tells, else as at home."""
    told = measured.activity.utc_offset_s
    if told is not None:
        return told
    home = start.astimezone(ZoneInfo(owner.time_zone)).utcoffset() or timedelta()
    return int(home.total_seconds())


def _notes(activity: Activity, facts: Facts | None) -> str:
    private = facts.private_notes if facts else ""
    parts = [_plain(activity.notes), _plain(private)]
    return "\n\n".join(dict.fromkeys(part for part in parts if part))[:LONGEST_NOTES]


def _effort(facts: Facts | None) -> int | None:
    told = facts.rpe if facts else None
    return round(told) if told is not None and 0 <= told <= 10 else None


def _external_id(facts: Facts | None, activity: Activity) -> str:
    if facts is None or not facts.id:
        return ""
    part = f":{activity.part}" if activity.parts > 1 else ""
    return _plain(f"{facts.source}:{facts.id}{part}")[:60]


def _plain(text: str) -> str:
    return text.replace("\0", "").strip()


# --- Shoes -------------------------------------------------------------------------------------------------


def _gear(run: Run, facts: Facts | None, bikes: frozenset[str]) -> str:
    """What the export calls the shoes of a run; empty when it names none."""
    gear = " ".join(_plain(facts.gear).split()) if facts else ""
    return "" if gear in bikes or run.sport not in ON_FOOT else gear[:LONGEST_SHOE].strip()


def _shoe(owner: User, name: str, batch: Batch | None) -> Shoe:
    found = Shoe.objects.filter(owner=owner, name__iexact=name).order_by("pk").first()
    return found or Shoe.objects.create(owner=owner, name=name, batch=batch)


# --- Surface -----------------------------------------------------------------------------------------------


def _preset_surface(run: Run, shoe: Shoe | None) -> None:
    if run.sport in ON_FOOT:
        run.surface, run.surface_source = surfaces.guessed(
            run.owner, sub_sport=run.sub_sport, route_key=run.route_key, shoe=shoe
        )


def _route(owner: User, key: str) -> str:
    """The key of the way: that of an earlier run over the same ground, when there is one."""
    if not key:
        return ""
    near = Q()
    for beginning in routes.nearby(key):
        near |= Q(route_key__startswith=beginning)
    known = Run.objects.filter(near, owner=owner).order_by().values_list("route_key", flat=True).distinct()
    return routes.same(key, known) or key


# --- What a twin takes over ---------------------------------------------------------------------------------


def _merge(
    twin: Run, run: Run, measured: Measured, original: Sent | None, batch: Batch | None, shoe: str
) -> Merged:
    """Give the twin what it lacks; words, shoes and surface only if its owner did not edit it."""
    merged: Merged = {}
    values = {} if twin.edited_at else _words(twin, run)
    if twin.external_id == "" and run.external_id:
        values["external_id"] = run.external_id
    if measured.track and not twin.has_track:
        values |= {name: getattr(run, name) for name in MEASURES if getattr(run, name) not in (None, [], {})}
        values |= {"has_track": True, "route_key": run.route_key}
        Track.objects.create(run=twin, columns=measured.track)
        merged["track"] = True
        if original and twin.original is None:
            kept = originals.keep(twin.owner, original, batch)
            values |= {"original_id": kept.pk, "part": run.part}
    if fields := _taken(twin, values):
        merged["fields"] = fields
    if shoe and not twin.edited_at and not twin.shoe_uses.exists():
        worn = _shoe(twin.owner, shoe, batch)
        ShoeUse.objects.create(run=twin, shoe=worn)
        merged["shoe"] = worn.pk
    return merged


def _words(twin: Run, run: Run) -> dict[str, Any]:
    """What an import tells in words, where the twin has none; the surface when a device knows it better."""
    values = {name: getattr(run, name) for name in (*WORDS, "sub_sport", "device")}
    values = {
        name: v for name, v in values.items() if v not in ("", None) and getattr(twin, name) in ("", None)
    }
    surface = surfaces.BY_DEVICE.get(run.sub_sport) if twin.sport in ON_FOOT else None
    if surface and twin.surface_source not in {SurfaceSource.OWNER, SurfaceSource.DEVICE}:
        values |= {"surface": surface, "surface_source": SurfaceSource.DEVICE}
    return values


def _taken(twin: Run, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Write values into the twin; what was there before and what is there now, by name."""
    changed = {name: [getattr(twin, name), now] for name, now in values.items() if getattr(twin, name) != now}
    if changed:
        for name, (_, now) in changed.items():
            setattr(twin, name, now)
        twin.save(update_fields=list(changed))
    return changed
