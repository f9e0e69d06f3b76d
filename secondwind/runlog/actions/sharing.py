"""Sharing a run by an address that nobody can guess, and taking it back."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Self

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from secondwind.runlog import cuts
from secondwind.runlog.actions import zones
from secondwind.runlog.cuts import Circle
from secondwind.runlog.models import Run, Share
from secondwind.running.activity import Samples


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a run is shown. The names are those of `Share`."""

    shows_figures: bool = True
    shows_route: bool = False
    shows_pace: bool = False
    shows_heart_rate: bool = False
    shows_elevation: bool = False
    shows_splits: bool = False
    shows_name: bool = False
    shows_notes: bool = False
    cuts_ends: bool = True

    @classmethod
    def of(cls, share: Share) -> Self:
        """What a share shows."""
        return cls(**{field.name: getattr(share, field.name) for field in fields(cls)})

    @property
    def follows_the_way(self) -> bool:
        """Whether anything is shown that goes along the way, and so could tell where it led."""
        along = (self.shows_route, self.shows_pace, self.shows_elevation, self.shows_splits)
        return any(along) or self.shows_heart_rate


@transaction.atomic
def share(run: Run, choice: Choice) -> Share:
    """Share a run, or change what is shown of it; the address stays. What is hidden now stays hidden on this
    page, also when a zone is deleted."""
    run = Run.objects.select_for_update().get(pk=run.pk)
    before = Share.objects.filter(run=run).first()
    circles = dict.fromkeys((*_kept(before), *zones.hidden_all(run.owner_id)))
    values = asdict(choice) | {"circles": [[c.lat_deg, c.lon_deg, c.radius_m] for c in circles]}
    made = {"shared_at": timezone.now()}
    return Share.objects.update_or_create(run=run, defaults=values, create_defaults=values | made)[0]


def withdraw(run: Run) -> None:
    """Take a share back: its address leads nowhere from now on, and a new share gets another one."""
    Share.objects.filter(run=run).delete()


def shared_for(key: str) -> Share:
    """The share of this key with its run, track and owner; Http404 when there is none, or its owner may not
    come in any more. One query."""
    found = (
        Share.objects.filter(key=key, run__owner__is_active=True, run__owner__banned_at=None)
        .select_related("run__owner", "run__track")
        .first()
    )
    if found is None:
        raise Http404("no such share")
    return found


def circles_of(run: Run, share: Share | None) -> tuple[Circle, ...]:
    """What is hidden of a run: its owner's zones as they are, and as they were when it was shared. One
    query."""
    return tuple(dict.fromkeys((*zones.hidden_all(run.owner_id), *_kept(share))))


def shown_of(run: Run, samples: Samples, circles: Iterable[Circle], choice: Choice) -> Samples | None:
    """The part of a recording that others may see; None when nothing is left."""
    circles = tuple(circles)
    if choice.cuts_ends:
        circles += zones.hidden_ends(run.owner_id, samples, circles)
    return cuts.outside(samples, circles)


def bare_ends(run: Run, samples: Samples, circles: Iterable[Circle]) -> bool:
    """Whether the run starts or ends where no zone is."""
    return bool(zones.hidden_ends(run.owner_id, samples, circles))


def _kept(share: Share | None) -> tuple[Circle, ...]:
    return tuple(Circle(*circle) for circle in share.circles) if share else ()
