"""What the pages of this room read, and what others may build on. The owner comes first everywhere."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Final, NamedTuple

from django.db.models import Max, QuerySet
from django.http import Http404

from secondwind.accounts.models import User
from secondwind.clinic.knowledge import load
from secondwind.recovery.models import Pain, Slot

LATELY: Final = timedelta(days=28)
MOST_SITES: Final = 4


class Site(NamedTuple):
    """A place of the body: the id of a region of the knowledge, and `left`, `right` or nothing."""

    region: str
    side: str = ""

    @property
    def key(self) -> str:
        """The site as one word of a form: "calf_lower.left"."""
        return f"{self.region}.{self.side}"

    @property
    def label(self) -> str:
        """In words: "Outer lower leg, left"."""
        known = load().regions.get(self.region)
        place = known.label if known else self.region
        return f"{place}, {self.side}" if self.side else place


class Levels(NamedTuple):
    """The pain of a site that belongs to the running of one day, 0 to 10; None for what nobody told."""

    during: int | None = None
    after: int | None = None
    morning: int | None = None
    later: int | None = None

    @property
    def worst(self) -> int | None:
        """The highest that was told; None when nothing was."""
        return max((level for level in self if level is not None), default=None)


def pains_of(owner: User) -> QuerySet[Pain]:
    """All that somebody told, the latest day first."""
    return Pain.objects.filter(owner=owner).order_by("-day", "region", "side")


def pain_for(owner: User, id: int) -> Pain:
    """One entry of the owner's; Http404 for everybody else's."""
    pain = pains_of(owner).filter(pk=id).first()
    if pain is None:
        raise Http404("no such entry")
    return pain


def pain_by_day(
    owner: User, first: date | None = None, last: date | None = None
) -> dict[date, dict[Site, Levels]]:
    """What somebody told by day of the running and site, the earliest day first. One query.

    A day that is missing was not told about, which is not the same as a day without pain: that has zeros.
    """
    pains = pains_of(owner)
    if first is not None:
        pains = pains.filter(day__gte=first)
    if last is not None:
        pains = pains.filter(day__lte=last)
    found: defaultdict[date, dict[Site, Levels]] = defaultdict(dict)
    for day, region, side, *levels in pains.order_by("day").values_list(
        "day", "region", "side", *Slot.values
    ):
        found[day][Site(region, side)] = Levels(*levels)
    return dict(found)


def sites_of(owner: User, since: date | None = None) -> list[Site]:
    """The sites that somebody ever told about (or since a day), the one told about last first. One query."""
    pains = Pain.objects.filter(owner=owner)
    if since is not None:
        pains = pains.filter(day__gte=since)
    found = pains.order_by().values_list("region", "side").annotate(last=Max("changed_at")).order_by("-last")
    return [Site(region, side) for region, side, _last in found]
