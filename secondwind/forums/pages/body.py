"""Threads by the place of the body that they are about."""

from collections.abc import Iterable

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from secondwind.clinic import knowledge
from secondwind.forums import access, following, queries
from secondwind.forums.following import key
from secondwind.forums.models import ThreadRegion
from secondwind.forums.pages.common import come_in, page_number, viewer_of
from secondwind.look.caching import public_page
from secondwind.notifications.actions.following import follows

AREAS = {
    "pelvis": "Back, hip and pelvis", "thigh": "Thigh", "knee": "Knee", "lower_leg": "Lower leg",
    "ankle": "Ankle", "foot": "Foot",
}  # fmt: skip


def named(ids: Iterable[str]) -> list[tuple[str, str]]:
    """Ids of places with what people call them; an id that the knowledge has no longer is left out."""
    known = knowledge.load().regions
    return [(id, known[id].label) for id in ids if id in known]


@public_page
def places(request: HttpRequest) -> HttpResponse:
    """Every place of the body, with how many threads name it."""
    come_in(request)
    rows = ThreadRegion.objects.filter(thread__is_listed=True).values_list("region")
    counts = dict(rows.annotate(Count("thread")))
    groups = {name: [] for name in AREAS.values()}  # type: dict[str, list[tuple[str, str, int]]]
    for id, region in knowledge.load().regions.items():
        groups.setdefault(AREAS.get(region.area, region.area), []).append(
            (id, region.label, counts.get(id, 0))
        )
    return render(request, "forums/places.html", {"groups": groups})


@public_page
def place(request: HttpRequest, region: str) -> HttpResponse:
    """The threads about one place and what lies inside it, by latest post."""
    known = knowledge.load().regions.get(region)
    if known is None:
        raise Http404("no such place")
    come_in(request)
    viewer = viewer_of(request)
    is_followed = access.known(viewer) and follows(viewer, key(following.REGION, region))
    page = queries.threads(viewer, region=region, page=page_number(request))
    context = {"region": known, "page": page, "is_followed": is_followed}
    return render(request, "forums/place.html", context)
