"""What was underfoot: said by the owner, or guessed from what they said before."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from secondwind.accounts.models import User
from secondwind.runlog.errors import Refused
from secondwind.runlog.models import Run, Shoe, ShoeUse, Surface, SurfacePart, SurfaceSource

# Sub-sports of FIT that tell the ground.
BY_DEVICE = {
    "treadmill": Surface.TREADMILL,
    "indoor_running": Surface.TREADMILL,
    "virtual_activity": Surface.TREADMILL,
    "street": Surface.ROAD,
    "road": Surface.ROAD,
    "trail": Surface.TRAIL,
    "track": Surface.TRACK,
}
NEARLY_ALL = 0.999


def guessed(
    owner: User, *, sub_sport: str = "", route_key: str = "", shoe: Shoe | None = None
) -> tuple[Surface, SurfaceSource]:
    """The surface of a run of which its owner said nothing, and who says so: the device, the owner about the
    last run on the same route, or the shoe that is kept for a surface. At most one query."""
    if sub_sport in BY_DEVICE:
        return BY_DEVICE[sub_sport], SurfaceSource.DEVICE
    if route_key:
        said = Run.objects.filter(owner=owner, route_key=route_key, surface_source=SurfaceSource.OWNER)
        if last := said.exclude(surface=Surface.UNKNOWN).values_list("surface", flat=True).first():
            return Surface(last), SurfaceSource.ROUTE
    if shoe is not None and shoe.default_for:
        return Surface(shoe.default_for), SurfaceSource.SHOE
    return Surface.UNKNOWN, SurfaceSource.NOBODY


def usual_shoe(owner: User, surface: str, day: date) -> Shoe | None:
    """The shoe that the owner keeps for a surface, when it was in use on that day."""
    if not surface:
        return None
    return Shoe.objects.filter(
        owner=owner, default_for=surface, retired_on=None, in_use_since__lte=day
    ).first()


@transaction.atomic
def say(run: Run, surface: str) -> Shoe | None:
    """Its owner says what the whole of a run was on; the empty surface takes it back.

    A run without a shoe gets the usual one of this surface, which is returned. Raises Refused for a surface
    that there is not.
    """
    if surface not in Surface.values:
        raise Refused("There is no such surface. Choose one of those shown.")
    split(run, Surface(surface), {})
    if not surface or run.shoe_uses.exists():
        return None
    shoe = usual_shoe(run.owner, surface, run.day)
    if shoe is not None:
        ShoeUse.objects.create(run=run, shoe=shoe)
    return shoe


@transaction.atomic
def split(run: Run, surface: Surface, shares: Mapping[str, float]) -> None:
    """Its owner says which share of a run was on which surface, and which one stands for all of it."""
    run.surface = surface
    run.surface_source = SurfaceSource.OWNER if surface else SurfaceSource.NOBODY
    run.save(update_fields=["surface", "surface_source"])
    run.surface_parts.all().delete()
    parts = {name: share for name, share in shares.items() if share > 0}
    if parts and max(parts.values()) < NEARLY_ALL:
        SurfacePart.objects.bulk_create(
            SurfacePart(run=run, surface=name, share=share) for name, share in parts.items()
        )
