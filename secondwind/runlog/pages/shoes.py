"""Shoes: all of them, one of them, its photo, and what is done with it."""

from django.contrib import messages
from django.core.files import File
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from secondwind.runlog import pictures, queries
from secondwind.runlog.actions import shoes as actions
from secondwind.runlog.errors import Refused
from secondwind.runlog.forms import RetireForm, ShoeForm
from secondwind.runlog.models import Shoe, Surface
from secondwind.runlog.pages.common import UNPROCESSABLE, own_page, owner_of, see
from secondwind.runlog.pictures.units import units_of

SHOWN_RUNS = 20
STUDY = "https://doi.org/10.1111/sms.12154"
POLICY = "default-src 'none'; sandbox"


@own_page
@require_safe
def shoes(request: HttpRequest) -> HttpResponse:
    """All pairs with their mileage, and those that are worn in parallel."""
    owner = owner_of(request)
    found = list(queries.shoes_of(owner))
    grounds = queries.grounds_of_shoes(owner)
    return render(
        request,
        "runlog/shoes.html",
        {
            "in_use": [shoe for shoe in found if shoe.retired_on is None],
            "retired": [shoe for shoe in found if shoe.retired_on is not None],
            "parallel": queries.worn_lately(owner),
            "study": STUDY,
            "days": queries.LATELY.days,
            "picture": pictures.shoes(
                "shoes",
                [(shoe.name, _named(grounds[shoe.pk])) for shoe in found if shoe.pk in grounds],
                units_of(owner.units),
            ),
        },
    )


@own_page
@require_safe
def shoe(request: HttpRequest, id: int) -> HttpResponse:
    """One pair: mileage, surfaces, runs, and putting it away."""
    return _shoe(request, id, RetireForm(initial={"on": timezone.localdate()}))


@own_page
def new(request: HttpRequest) -> HttpResponse:
    """A pair of shoes."""
    form = ShoeForm(
        request.POST if request.method == "POST" else None, request.FILES or None, owner=owner_of(request)
    )
    return _form(request, form, None)


@own_page
def edit(request: HttpRequest, id: int) -> HttpResponse:
    """What is known about a pair."""
    owner = owner_of(request)
    found = queries.shoe_for(owner, id)
    form = ShoeForm(
        request.POST if request.method == "POST" else None, request.FILES or None, owner=owner, shoe=found
    )
    return _form(request, form, found)


@own_page
@require_POST
def retire(request: HttpRequest, id: int) -> HttpResponse:
    """Put a pair away."""
    found = queries.shoe_for(owner_of(request), id)
    form = RetireForm(request.POST)
    if not form.is_valid():
        return _shoe(request, id, form)
    actions.retire(found, form.cleaned_data["on"], form.cleaned_data["why"])
    messages.success(request, _("%(shoe)s is put away. Its runs stay.") % {"shoe": found.name})
    return see(reverse("runlog:shoe", args=[found.pk]))


@own_page
@require_POST
def take_up(request: HttpRequest, id: int) -> HttpResponse:
    """Use a pair again."""
    found = queries.shoe_for(owner_of(request), id)
    actions.take_up(found)
    messages.success(request, _("%(shoe)s is in use again.") % {"shoe": found.name})
    return see(reverse("runlog:shoe", args=[found.pk]))


@own_page
def delete(request: HttpRequest, id: int) -> HttpResponse:
    """Ask whether a pair is to go."""
    found = queries.shoe_for(owner_of(request), id)
    if request.method == "POST":
        actions.delete(found)
        messages.success(request, _("%(shoe)s is deleted. Its runs stay.") % {"shoe": found.name})
        return see(reverse("runlog:shoes"))
    return render(request, "runlog/shoe_delete.html", {"shoe": found})


@own_page
@require_safe
def photo(request: HttpRequest, id: int) -> HttpResponse:
    """The photo of a pair, for its owner alone."""
    found = queries.shoe_for(owner_of(request), id)
    if not found.photo:
        raise Http404("no photo")
    try:
        with found.photo.open("rb") as file:
            response = HttpResponse(file.read(), content_type="image/webp")
    except FileNotFoundError as error:
        raise Http404("the file is gone") from error
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    patch_cache_control(response, private=True)
    return response


def _shoe(request: HttpRequest, id: int, form: RetireForm) -> HttpResponse:
    owner = owner_of(request)
    found = queries.shoe_for(owner, id)
    worn = queries.runs_of(owner).filter(shoe_uses__shoe=found)
    context = {
        "shoe": found,
        "form": form,
        "runs": worn.prefetch_related("surface_parts", "shoe_uses__shoe")[:SHOWN_RUNS],
        "grounds": list(_named(queries.grounds_of_shoes(owner).get(found.pk, {})).items()),
        "share_fields": SHOWN_RUNS,
    }
    return render(request, "runlog/shoe.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _form(request: HttpRequest, form: ShoeForm, found: Shoe | None) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            kept = actions.keep(
                form.filled(),
                photo=_photo(form.cleaned_data["photo"]),
                without_photo=form.cleaned_data.get("without_photo", False),
            )
        except Refused as error:
            form.add_error("photo", str(error))
        else:
            messages.success(request, _("%(shoe)s is kept.") % {"shoe": kept.name})
            return see(reverse("runlog:shoe", args=[kept.pk]))
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "runlog/shoe_form.html", {"form": form, "shoe": found}, status=status)


def _photo(file: File[bytes] | None) -> bytes | None:
    return None if file is None else actions.new_photo(file)


def _named(grounds: dict[str, float]) -> dict[str, float]:
    """Metres by the word for the surface, the longest first."""
    ways = sorted(grounds.items(), key=lambda pair: -pair[1])
    return {str(Surface(name).label): metres for name, metres in ways}
