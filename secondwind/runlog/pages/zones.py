"""The places that are cut out of everything shared: listed, made, deleted."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from secondwind.runlog.actions import zones
from secondwind.runlog.errors import Refused
from secondwind.runlog.models import Zone
from secondwind.runlog.pages.common import UNPROCESSABLE, own_page, owner_of, see

SOURCES = {
    "hassan": "https://www.usenix.org/conference/usenixsecurity18/presentation/hassan",
    "dhondt": "https://doi.org/10.1145/3548606.3560616",
}

DIGITS = 5  # of degrees: about a metre


class ZoneForm(forms.ModelForm[Zone]):
    """A name, a place and a radius."""

    class Meta:
        model = Zone
        fields: ClassVar[list[str]] = ["name", "lat_deg", "lon_deg", "radius_m"]
        help_texts: ClassVar[dict[str, Any]] = {
            "lat_deg": gettext_lazy("In degrees, south with a minus: 46.9481"),
            "lon_deg": gettext_lazy("In degrees, west with a minus: 7.4474"),
            "radius_m": gettext_lazy(
                "From 100 to 5,000. What is cut is larger, and not centred on the place."
            ),
        }
        widgets: ClassVar[dict[str, Any]] = {
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            **{
                name: forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
                for name in ("lat_deg", "lon_deg", "radius_m")
            },
        }


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The owner's zones, and a form for one more."""
    owner = owner_of(request)
    form = ZoneForm(request.POST or None, initial={"radius_m": 400})
    if request.method == "POST" and form.is_valid():
        try:
            zone = zones.add(owner, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _added(request, zone)
    context = {"zones": Zone.objects.filter(owner=owner).order_by("name", "pk"), "form": form}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "runlog/zones.html", context | {"sources": SOURCES}, status=status)


@own_page
@require_POST
def from_run(request: HttpRequest) -> HttpResponse:
    """A zone about the place where the owner's latest run with a track began."""
    owner = owner_of(request)
    start = zones.start_of_latest(owner)
    if start is None:
        messages.error(request, _("No run of yours has a track yet. Type the place instead."))
        return see(reverse("runlog:zones"))
    lat, lon = (round(degrees, DIGITS) for degrees in start)
    try:
        zone = zones.add(owner, _("Home"), lat, lon, 400)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return see(reverse("runlog:zones"))
    return _added(request, zone)


@own_page
@require_POST
def delete(request: HttpRequest, id: int) -> HttpResponse:
    """Delete a zone. What was shared before keeps it cut."""
    zone = zones.zone_for(owner_of(request), id)
    zone.delete()
    messages.success(
        request,
        _("%(name)s is deleted. What you shared before still hides it; what you share from now on does not.")
        % {"name": zone.name},
    )
    return see(reverse("runlog:zones"))


def _added(request: HttpRequest, zone: Zone) -> HttpResponse:
    messages.success(
        request, _("%(name)s is cut out of everything you share, from now on.") % {"name": zone.name}
    )
    return see(reverse("runlog:zones"))
