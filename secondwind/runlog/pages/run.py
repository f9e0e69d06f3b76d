"""One run: its figures, its pictures, the ground and the shoes, and the file that it came in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Max, Prefetch, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from secondwind.accounts.models import User
from secondwind.runlog import beside, queries, tracks, units
from secondwind.runlog.actions import originals
from secondwind.runlog.forms import sport_name
from secondwind.runlog.models import Original, Run, ShoeUse, Surface
from secondwind.runlog.pages.common import own_page, owner_of, see
from secondwind.runlog.recording import Recording
from secondwind.runlog.statistics import RUNNING
from secondwind.running import load
from secondwind.running.efforts import Split
from secondwind.running.formulas import DISTANCES_M, KM_M

FRANDSEN = "https://doi.org/10.1136/bjsports-2024-109380"

EFFORT_NAMES = {round(metres, 3): name for name, metres in DISTANCES_M.items()}
OFFERED = (Surface.ROAD, Surface.TRAIL, Surface.TRACK)
CHOICES = [(value, label) for value, label in Surface.choices if value]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its name, and where it comes from when that needs saying."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One split or lap: which, how far, how long, how fast, mean heart rate."""

    number: str
    distance: str
    time: str
    pace: str
    heart_rate: str = ""


@own_page
@require_safe
def run(request: HttpRequest, id: int) -> HttpResponse:
    """All that is known of one activity of the owner's."""
    owner = owner_of(request)
    run = _run_for(owner, id)
    recording = recording_of(run, owner.units)
    before, after = _around(owner, run)
    return render(
        request,
        "runlog/run.html",
        {
            "run": run,
            "title": run.name or title_of(run),
            "start": run.local_start.replace(tzinfo=None),  # as it is: no zone of the reader's comes over it
            "sport": "" if run.is_run else sport_name(run.sport),
            "figures": list(_figures(run, owner.units)),
            "pictures": recording.pictures() if recording else [],
            "splits": _splits(run, recording, owner.units),
            "laps": _laps(run, owner.units),
            "efforts": _efforts(run, owner.units),
            "surface": _surface(run),
            "offered": OFFERED,
            "surfaces": CHOICES,
            "shoes": list(run.shoe_uses.all()),
            "spike": spike_of(run, owner.units),
            "spike_source": FRANDSEN,
            "before": before,
            "after": after,
            "beside": beside.of(owner, run.day),
        },
    )


@own_page  # type: ignore[arg-type]  # a streamed response is no HttpResponse for the types, but for Django
@require_safe
def original(request: HttpRequest, id: int) -> FileResponse:
    """The file as it came."""
    found = _original_of(request, id)
    if not found.file.storage.exists(str(found.file.name)):
        raise Http404("the file is gone")
    return FileResponse(
        found.file.open(), as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )


@own_page
@require_POST
def original_delete(request: HttpRequest, id: int) -> HttpResponse:
    """Delete the file as it came; the run stays."""
    found = _original_of(request, id)
    originals.delete(found)
    messages.success(request, _("The file %(name)s is deleted. The run is as it was.") % {"name": found.name})
    return see(reverse("runlog:run", args=[id]))


def recording_of(run: Run, unit: str) -> Recording | None:
    """What was recorded of a run; None when nothing was."""
    track = getattr(run, "track", None) if run.has_track else None
    return Recording.of(run, tracks.unpacked(track.columns), unit) if track else None


def title_of(run: Run) -> str:
    """What a run without a name is called: "Run", "Hiking"."""
    return _("Run") if run.is_run else sport_name(run.sport).capitalize()


def _run_for(owner: User, id: int) -> Run:
    """A run with all that its page shows. 3 queries."""
    runs = queries.runs_of(owner).select_related("track", "original", "share")
    uses = Prefetch("shoe_uses", ShoeUse.objects.select_related("shoe").order_by("-share", "pk"))
    run = runs.prefetch_related(uses, "surface_parts").filter(pk=id).first()
    if run is None:
        raise Http404("no such run")
    return run


def _original_of(request: HttpRequest, id: int) -> Original:
    run = queries.run_for(owner_of(request), id)
    if run.original is None:
        raise Http404("no file is kept")
    return run.original


def _around(owner: User, run: Run) -> tuple[Run | None, Run | None]:
    """The activities before and after this one. 2 queries."""
    runs = queries.runs_of(owner).only("name", "sport", "day", "start", "offset_s")
    before = Q(start__lt=run.start) | Q(start=run.start, pk__lt=run.pk)
    after = Q(start__gt=run.start) | Q(start=run.start, pk__gt=run.pk)
    return runs.filter(before).first(), runs.filter(after).order_by("start", "pk").first()


# --- Figures ------------------------------------------------------------------------------------------------


def _figures(run: Run, unit: str) -> Iterator[Figure]:
    """The figures that are known, the first ones first."""
    time_s = queries.time_s(run)
    told = (
        Figure(_("Distance"), units.distance(run.distance_m, unit)),
        Figure(_("Time in motion") if run.moving_s is not None else _("Time"), units.duration(time_s)),
        Figure(_("Pace"), units.pace(run.distance_m, time_s, unit)),
        Figure(_("Climb"), units.height(run.climb_m, unit)),
        Figure(_("Descent"), units.height(run.descent_m, unit)),
        Figure(_("Heart rate"), "" if run.heart_rate_bpm is None else f"{run.heart_rate_bpm:.0f}"),
        Figure(_("Effort, 0 to 10"), "" if run.rpe is None else str(run.rpe)),
        Figure(_("From start to end"), units.duration(run.elapsed_s) if _stood(run) else ""),
    )
    yield from (figure for figure in told if figure.value)
    yield from _ground(run, unit, time_s)


def _stood(run: Run) -> bool:
    return run.moving_s is not None and run.elapsed_s is not None and run.elapsed_s - run.moving_s >= 1


def _ground(run: Run, unit: str, time_s: float | None) -> Iterator[Figure]:
    if run.is_run and run.flat_equivalent_m and (pace := units.pace(run.flat_equivalent_m, time_s, unit)):
        yield Figure(_("Pace on the flat"), pace, _("of the same energy cost (Minetti et al. 2002)"))
    if not run.distance_m:
        return
    per = units.per_unit_m(unit) / run.distance_m
    for name, count in ((_("Switchbacks"), run.switchbacks), (_("Turns of 45° and more"), run.turns)):
        if count is not None:
            yield Figure(name, f"{count * per:.1f} /{unit}", _("%(count)s in all") % {"count": count})


def _splits(run: Run, recording: Recording | None, unit: str) -> list[Row]:
    """The splits by the owner's unit from the recording; without one those of kilometres that are kept."""
    if recording:
        return split_rows(recording.splits(), unit)
    return [
        Row(str(i), units.distance(KM_M), units.duration(seconds), units.pace(KM_M, seconds))
        for i, seconds in enumerate(run.splits, 1)
    ]


def split_rows(splits: tuple[Split, ...], unit: str) -> list[Row]:
    """Splits as a page shows them."""
    return [
        Row(
            str(split.number),
            units.distance(split.distance_m, unit),
            units.duration(split.elapsed_s),
            units.pace(split.distance_m, split.elapsed_s, unit),
            "" if split.heart_rate_bpm is None else f"{split.heart_rate_bpm:.0f}",
        )
        for split in splits
    ]


def _laps(run: Run, unit: str) -> list[Row]:
    """The laps as the device closed them, when there is more than one."""
    return [
        Row(str(i), units.distance(metres, unit), units.duration(seconds), units.pace(metres, seconds, unit))
        for i, (_start, seconds, metres) in enumerate(run.laps, 1)
        if len(run.laps) > 1
    ]


def _efforts(run: Run, unit: str) -> list[tuple[str, str, str]]:
    """Distance, time and pace of the best efforts, the shortest first."""
    found = sorted((float(metres), seconds) for metres, seconds in run.best_efforts.items())
    return [
        (
            EFFORT_NAMES.get(round(metres, 3), units.distance(metres, unit)),
            units.duration(seconds),
            units.pace(metres, seconds, unit),
        )
        for metres, seconds in found
    ]


def _surface(run: Run) -> str:
    """What was underfoot, in words: the shares where there are some."""
    parts = sorted(run.surface_parts.all(), key=lambda part: -part.share)
    if parts:
        return ", ".join(f"{part.share:.0%} {part.get_surface_display()}" for part in parts)
    return run.get_surface_display() if run.surface else ""


def spike_of(run: Run, unit: str) -> dict[str, Any] | None:
    """How far a run goes beyond the longest of the 30 days before it, with what a study found of such runs.
    One query."""
    if not run.is_run or not run.distance_m:
        return None
    first = run.day - timedelta(days=load.SPIKE_DAYS)
    earlier = queries.runs_of(run.owner).filter(sport=RUNNING, day__gte=first, day__lt=run.day).order_by()
    spike = load.spike(run.distance_m, earlier.aggregate(most=Max("distance_m"))["most"] or 0.0)
    if spike is None:
        return None
    return {
        "percent": round(100 * spike.over),
        "longest": units.distance(spike.longest_m, unit),
        "is_beyond": spike.band is not load.REFERENCE,
        "band": spike.band,
        "from": round(100 * max(spike.band.over, 0)),
        "to": round(100 * spike.band.upto) if spike.band.upto < 10 else None,
        "caveats": load.CAVEATS,
    }
