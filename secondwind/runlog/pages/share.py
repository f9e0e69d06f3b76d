"""Sharing a run: chosen, seen as others will see it, shared, withdrawn; and the page that others see."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

import numpy as np
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from secondwind.look.caching import private_page
from secondwind.runlog import queries, recording, units
from secondwind.runlog.actions import sharing
from secondwind.runlog.actions.sharing import Choice
from secondwind.runlog.cuts import Circle
from secondwind.runlog.models import Run, Share
from secondwind.runlog.pages.common import own_page, owner_of, see
from secondwind.runlog.pages.run import Figure, Row, recording_of, split_rows, title_of
from secondwind.runlog.pictures.svg import Picture
from secondwind.runlog.recording import Recording
from secondwind.running import terrain
from secondwind.running.efforts import Split

PICTURES = {
    "shows_route": recording.ROUTE,
    "shows_pace": recording.PACE,
    "shows_heart_rate": recording.HEART_RATE,
    "shows_elevation": recording.ELEVATION,
}

WORDS = {column.name: str(column.verbose_name) for column in Share._meta.fields}


@dataclass(frozen=True, slots=True)
class Shown:
    """What others see of a run. `is_part`: stretches are left out, and all of it is about the rest."""

    title: str
    day: str
    notes: str = ""
    figures: list[Figure] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    splits: list[Row] = field(default_factory=list)
    is_part: bool = False
    is_hidden: bool = False  # nothing of the way is left


@private_page
@require_safe
def shared(request: HttpRequest, key: str) -> HttpResponse:
    """A run that was shared, for everybody with its address."""
    share = sharing.shared_for(key)
    run, choice = share.run, Choice.of(share)
    shown = shown_of(run, choice, sharing.circles_of(run, share), run.owner.units)
    response = render(request, "runlog/shared.html", {"shown": shown})
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    patch_vary_headers(response, ["Cookie"])
    return response


@own_page
@require_safe
def share(request: HttpRequest, id: int) -> HttpResponse:
    """What to show, and below it the page as others will see it."""
    owner = owner_of(request)
    run = queries.run_for(owner, id)
    shared = Share.objects.filter(run=run).first()
    choice = _chosen(request) or (Choice.of(shared) if shared else Choice())
    circles = sharing.circles_of(run, shared)
    known = recording_of(run, owner.units)
    return render(
        request,
        "runlog/share.html",
        {
            "run": run,
            "title": run.name or title_of(run),
            "share": shared,
            "is_as_shared": shared is not None and choice == Choice.of(shared),
            "address": request.build_absolute_uri(reverse("runlog:shared", args=[shared.key]))
            if shared
            else "",
            "options": _options(run, choice, known),
            "chosen": [one.name for one in fields(Choice) if getattr(choice, one.name)],
            "cuts_ends": choice.cuts_ends,
            "has_bare_ends": known is not None and sharing.bare_ends(run, known.samples, circles),
            "has_track": known is not None and known.samples.has_track,
            "shown": shown_of(run, choice, circles, owner.units),
        },
    )


@own_page
@require_POST
def share_now(request: HttpRequest, id: int) -> HttpResponse:
    """Share what was seen, or change what is shared."""
    run = queries.run_for(owner_of(request), id)
    sharing.share(run, Choice(**{one.name: one.name in request.POST for one in fields(Choice)}))
    messages.success(request, _("Shared. Everybody with the address sees what stands below, and no more."))
    return see(reverse("runlog:share", args=[run.pk]))


@own_page
@require_POST
def withdraw(request: HttpRequest, id: int) -> HttpResponse:
    """Take a share back at once."""
    run = queries.run_for(owner_of(request), id)
    sharing.withdraw(run)
    messages.success(request, _("Withdrawn. Its address leads nowhere now, and only you see this run."))
    return see(reverse("runlog:run", args=[run.pk]))


def shown_of(run: Run, choice: Choice, circles: tuple[Circle, ...], unit: str) -> Shown:
    """What others see of a run. At most 1 query beside those of its track.

    With anything that goes along the way, the figures too are of the part that is shown: the difference to
    the whole would tell how far it is to a hidden place.
    """
    known = recording_of(run, unit)
    part: Recording | None = known
    if known and choice.follows_the_way:
        samples = sharing.shown_of(run, known.samples, circles, choice)
        part = None if samples is None else known
        if samples is not None and samples is not known.samples:
            part = known.part(samples)
    return Shown(
        title=run.name if choice.shows_name and run.name else _("A run") if run.is_run else title_of(run),
        day=date_format(run.day, "j F Y"),
        notes=run.notes if choice.shows_notes else "",
        figures=_figures(run, choice, part, unit) if known is None or part else [],
        pictures=part.pictures([PICTURES[n] for n in PICTURES if getattr(choice, n)]) if part else [],
        splits=split_rows(_splits(part, choice), unit) if part and choice.shows_splits else [],
        is_part=part is not None and part.is_part,
        is_hidden=known is not None and part is None,
    )


def _splits(part: Recording, choice: Choice) -> tuple[Split, ...]:
    """The splits, with the heart rate only when that is shown."""
    splits = part.splits()
    return splits if choice.shows_heart_rate else tuple(replace(s, heart_rate_bpm=None) for s in splits)


def _figures(run: Run, choice: Choice, part: Recording | None, unit: str) -> list[Figure]:
    """The figures of the run, or of its part."""
    if part is not None and part.is_part:
        activity = part.activity
        ground = terrain.survey(activity)
        distance, time_s = activity.distance_m, terrain.moving_s(activity)
        climb = ground.climb_m if ground else None
        pulse = _mean(part)
    else:
        distance, time_s, climb = run.distance_m, queries.time_s(run), run.climb_m
        pulse = run.heart_rate_bpm
    told = [
        Figure(_("Distance"), units.distance(distance, unit)),
        Figure(_("Time in motion"), units.duration(time_s)),
        Figure(_("Pace"), units.pace(distance, time_s, unit)),
        Figure(_("Climb"), units.height(climb, unit)),
    ]
    found = told if choice.shows_figures else []
    if choice.shows_heart_rate and pulse is not None:
        found = [*found, Figure(_("Heart rate"), f"{pulse:.0f}")]
    return [figure for figure in found if figure.value]


def _mean(part: Recording) -> float | None:
    pulse = part.samples.heart_rate_bpm
    known = pulse[np.isfinite(pulse)] if pulse is not None else np.empty(0)
    return float(known.mean()) if len(known) else None


def _chosen(request: HttpRequest) -> Choice | None:
    """What the form asks to see; None when it was not sent."""
    if "preview" not in request.GET:
        return None
    return Choice(**{one.name: one.name in request.GET for one in fields(Choice)})


def _options(run: Run, choice: Choice, known: Recording | None) -> list[tuple[str, str, bool]]:
    """What can be shown of this run: name, words, whether it is chosen."""
    samples = known.samples if known else None
    there = {
        "shows_route": samples is not None and samples.has_track,
        "shows_pace": samples is not None and samples.has_times,
        "shows_heart_rate": run.heart_rate_bpm is not None,
        "shows_elevation": samples is not None and samples.altitude_m is not None,
        "shows_splits": samples is not None and samples.has_times,
        "shows_name": bool(run.name),
        "shows_notes": bool(run.notes),
    }
    return [
        (name, WORDS[name].capitalize(), getattr(choice, name))
        for name in (one.name for one in fields(Choice))
        if name != "cuts_ends" and there.get(name, True)
    ]
