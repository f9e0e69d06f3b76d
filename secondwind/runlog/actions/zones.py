"""Zones: the places that are cut out of everything somebody shares."""

from collections.abc import Iterable
from math import cos, pi, sin
from typing import Final

import numpy as np
from django.db import transaction
from django.http import Http404
from django.utils.crypto import salted_hmac

from secondwind.accounts.models import User
from secondwind.runlog import cuts, tracks
from secondwind.runlog.cuts import Circle
from secondwind.runlog.errors import Refused
from secondwind.runlog.models import Track, Zone
from secondwind.running.activity import Samples

MOST: Final = 20
LEAST_MARGIN_M: Final = 200.0
MARGIN_SHARE: Final = 0.5
SHIFT: Final = (0.4, 0.9)
"""How far the hidden circle is shifted, in shares of its margin: never not at all, never beyond the zone."""

CELL_DEG: Final = 0.002  # some 220 metres: runs from one door begin in one cell
ENDS_RADIUS_M: Final = 660.0  # 500 metres beyond the farthest corner of a cell
ENDS_MARGIN_M: Final = 100.0


@transaction.atomic
def add(owner: User, name: str, lat_deg: float, lon_deg: float, radius_m: float) -> Zone:
    """A new zone. Raises Refused when there are too many."""
    User.objects.select_for_update().get(pk=owner.pk)
    if Zone.objects.filter(owner=owner).count() >= MOST:
        raise Refused(f"There are {MOST} zones already. Delete one that is no longer needed.")
    return Zone.objects.create(owner=owner, name=name, lat_deg=lat_deg, lon_deg=lon_deg, radius_m=radius_m)


def zone_for(owner: User, id: int) -> Zone:
    """One of the owner's zones; Http404 for everybody else's."""
    zone = Zone.objects.filter(owner=owner, pk=id).first()
    if zone is None:
        raise Http404("no such zone")
    return zone


def start_of_latest(owner: User) -> tuple[float, float] | None:
    """Latitude and longitude where the owner's latest run with a track began."""
    track = Track.objects.filter(run__owner=owner).order_by("-run__start").first()
    ends = cuts.ends_of(tracks.unpacked(track.columns)) if track else None
    return ends[0] if ends else None


def hidden(zone: Zone) -> Circle:
    """The circle that is cut for a zone: larger, and shifted by the same secret step each time, so that its
    middle, which anybody may work out, is not the home."""
    place = Circle(zone.lat_deg, zone.lon_deg, zone.radius_m)
    return _shifted(zone.owner_id, place, max(LEAST_MARGIN_M, MARGIN_SHARE * zone.radius_m))


def hidden_all(owner_id: int) -> tuple[Circle, ...]:
    """The hidden circles of all the zones of somebody. One query."""
    return tuple(hidden(zone) for zone in Zone.objects.filter(owner=owner_id).order_by("pk"))


def hidden_ends(owner_id: int, samples: Samples, zones: Iterable[Circle]) -> tuple[Circle, ...]:
    """Circles round the first and the last position, for each that no zone covers; none without a track.

    They are about the middle of a cell of the map, so that runs from one door are cut alike.
    """
    zones = tuple(zones)
    bare = [place for place in cuts.ends_of(samples) or () if not any(_covers(z, place) for z in zones)]
    cells = dict.fromkeys((_cell(lat), _cell(lon)) for lat, lon in bare)
    return tuple(
        _shifted(owner_id, Circle(lat * CELL_DEG, lon * CELL_DEG, ENDS_RADIUS_M), ENDS_MARGIN_M)
        for lat, lon in cells
    )


def _covers(circle: Circle, place: tuple[float, float]) -> bool:
    lat, lon = place
    return bool(circle.holds(np.array([lat]), np.array([lon]))[0])


def _cell(degrees: float) -> int:
    return round(degrees / CELL_DEG)


def _shifted(owner_id: int, place: Circle, margin_m: float) -> Circle:
    """By a step that follows from the site's secret, the owner and the cell: fixed, also for a zone that is
    made anew, and known to nobody."""
    cell = f"{owner_id} {_cell(place.lat_deg)} {_cell(place.lon_deg)}"
    digest = salted_hmac("runlog.zone", cell, algorithm="sha256").digest()
    one, two = (int.from_bytes(part) / 2**64 for part in (digest[:8], digest[8:16]))
    low, high = SHIFT
    far, turn = margin_m * (low + (high - low) * one), 2 * pi * two
    return place.moved(far * cos(turn), far * sin(turn), place.radius_m + margin_m)
