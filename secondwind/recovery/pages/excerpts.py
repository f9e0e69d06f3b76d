"""Twelve weeks to share, as others see them; and one page of them for a physiotherapist."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from operator import or_

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from secondwind.accounts import attachments
from secondwind.accounts.attachments import Attached
from secondwind.accounts.models import User
from secondwind.look.addresses import address
from secondwind.look.prepared import prepared
from secondwind.recovery import history, why
from secondwind.recovery.actions import excerpts as actions
from secondwind.recovery.errors import Refused
from secondwind.recovery.history import Week
from secondwind.recovery.models import Excerpt
from secondwind.recovery.pages import why as why_page
from secondwind.recovery.pictures.twelve import Twelve
from secondwind.recovery.queries import Site
from secondwind.runlog.pages.common import own_page, owner_of, see
from secondwind.runlog.pictures.svg import Markup

MOST_CLAIMS = 2  # on one page
NAME = "Twelve weeks of running and pain, from the asker’s log"


@own_page
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What would be shared, before anybody sees it, and what is shared now."""
    owner = owner_of(request)
    weeks = actions.weeks_of(owner, timezone.localdate())
    sites = history.sites_of(weeks)
    chosen, with_shoes = _chosen(request, sites)
    picture = actions.preview(weeks, owner.units, sites=chosen, with_shoes=with_shoes)
    targets = attachments.offered(owner)
    titles = {(one.kind, one.id): one for one in targets}
    mine = Excerpt.objects.filter(owner=owner)
    return render(
        request,
        "recovery/excerpts.html",
        {
            "picture": Markup(picture.svg),
            "description": picture.description,
            "is_empty": not any(week.runs or week.pain for week in weeks),
            "sites": [(site, site in chosen) for site in sites],
            "with_shoes": with_shoes,
            "targets": targets,
            "shared": [(one, titles.get((one.target_kind, one.target_id or 0))) for one in mine],
        },
    )


@own_page
@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """Share what was previewed."""
    owner = owner_of(request)
    try:
        target = actions.target_of(owner, request.POST.get("target", ""))
        actions.share(owner, _picture(request, owner), target)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Shared. You can withdraw it here at any time."))
    return see(reverse("recovery:excerpts") + "#shared")


@own_page
@require_POST
def withdraw(request: HttpRequest, id: int) -> HttpResponse:
    """Take a shared picture back, everywhere and at once."""
    actions.withdraw(get_object_or_404(Excerpt, pk=id, owner=owner_of(request)))
    messages.success(request, _("Withdrawn. Nobody sees it any more."))
    return see(reverse("recovery:excerpts") + "#shared")


@cache_control(no_store=True)
@require_safe
def excerpt(request: HttpRequest, key: str) -> HttpResponse:
    """A shared picture with its table, for whoever has the address."""
    found = _found(key)
    context = {"excerpt": found, "columns": found.table["columns"], "rows": found.table["rows"]}
    return _hidden(render(request, "recovery/excerpt.html", context))


@cache_control(no_store=True)
@require_safe
def image(request: HttpRequest, key: str) -> HttpResponse:
    """The drawing itself, read from its row each time."""
    return _hidden(HttpResponse(_found(key).svg, content_type="image/svg+xml; charset=utf-8"))


@own_page
@require_safe
def summary(request: HttpRequest) -> HttpResponse:
    """One page for a physiotherapist: twelve weeks of pain, load, spikes, surface and shoes, to print."""
    owner = owner_of(request)
    today = timezone.localdate()
    weeks = actions.weeks_of(owner, today)
    picture = actions.preview(weeks, owner.units)
    grounds, shoes = _sums(weeks, "surfaces"), actions.plain_names(_sums(weeks, "shoes"))
    return render(
        request,
        "recovery/summary.html",
        {
            "today": today,
            "picture": Markup(picture.svg),
            "description": picture.description,
            "columns": picture.columns,
            "rows": picture.rows,
            "sites": [
                (
                    site,
                    max(week.pain.get(site, 0) for week in weeks),
                    sum(site in week.pain for week in weeks),
                )
                for site in history.sites_of(weeks)
            ],
            "runs": sum(week.runs for week in weeks),
            "distance_m": sum(week.distance_m for week in weeks),
            "climb_m": sum(week.climb_m for week in weeks),
            "longest_m": max((week.longest_m for week in weeks), default=0.0),
            "spikes": sum(week.spikes for week in weeks),
            "load": sum(week.load for week in weeks),
            "grounds": grounds,
            "shoes": shoes,
            "claims": why_page.standing_out(why.of(owner, today))[:MOST_CLAIMS],
            "is_empty": not any(week.runs or week.pain for week in weeks),
        },
    )


def attached(targets: Collection[attachments.Key]) -> Iterable[Attached]:
    """The pictures that are attached to any of these, by their addresses. One query."""
    kinds, ids = zip(*targets, strict=True)
    for one in _attached_to(*ids, kinds=kinds):
        image, page = (address(f"recovery:{name}", one.key) for name in ("excerpt_image", "excerpt"))
        yield Attached(image, page, NAME)


@prepared
def _attached_to(*ids: int, kinds: Sequence[str]) -> QuerySet[Excerpt]:
    any_of = [Q(target_kind=kind, target_id=id) for kind, id in zip(kinds, ids, strict=True)]
    return Excerpt.objects.filter(reduce(or_, any_of)).order_by("pk").only("key")


def _sums(weeks: list[Week], of: str) -> dict[str, float]:
    """The metres of each surface or shoe over some weeks, the most first."""
    return {
        name: sum(getattr(week, of).get(name, 0) for week in weeks) for name in history.names_of(weeks, of)
    }


def _picture(request: HttpRequest, owner: User) -> Twelve:
    weeks = actions.weeks_of(owner, timezone.localdate())
    chosen, with_shoes = _chosen(request, history.sites_of(weeks))
    return actions.preview(weeks, owner.units, sites=chosen, with_shoes=with_shoes)


def _chosen(request: HttpRequest, sites: list[Site]) -> tuple[list[Site], bool]:
    """The places and whether shoes go along; before anything was chosen, all of it."""
    data = request.POST if request.method == "POST" else request.GET
    if "chosen" not in data:
        return sites, True
    named = set(data.getlist("site"))
    return [site for i, site in enumerate(sites) if str(i) in named], "shoes" in data


def _found(key: str) -> Excerpt:
    found = Excerpt.objects.filter(key=key, owner__is_active=True).first()
    if found is None:
        raise Http404("nothing is shared at this address")
    return found


def _hidden(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
