"""Shoes: kept with their picture, retired, taken up again, deleted."""

from datetime import date
from io import BytesIO
from uuid import uuid4

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from secondwind.runlog.errors import Refused
from secondwind.runlog.models import Shoe, Surface


def new_photo(file: File[bytes]) -> bytes:
    """A photo made anew as WebP, without the place where it was taken. Raises Refused."""
    from secondwind.writing.pictures import BadPicture, anew  # Pillow costs a start-up what few requests need

    try:
        return anew(BytesIO(file.read())).data
    except BadPicture as error:
        raise Refused(str(error)) from error


@transaction.atomic
def keep(shoe: Shoe, *, photo: bytes | None = None, without_photo: bool = False) -> Shoe:
    """Save a shoe, with a new photo or without one. It takes over the surface it is kept for."""
    before = str(shoe.photo.name or "")
    if shoe.default_for:
        same = Shoe.objects.filter(owner=shoe.owner, default_for=shoe.default_for)
        same.exclude(pk=shoe.pk).update(default_for=Surface.UNKNOWN)
    if photo is not None:
        shoe.photo.save(f"{uuid4().hex}.webp", ContentFile(photo), save=False)
    elif without_photo:
        shoe.photo = ""
    try:
        shoe.save()
    except Exception:
        if photo is not None:
            shoe.photo.storage.delete(str(shoe.photo.name))
        raise
    if before and before != str(shoe.photo.name or ""):
        transaction.on_commit(lambda: shoe.photo.storage.delete(before))
    return shoe


def retire(shoe: Shoe, on: date | None = None, why: str = "") -> None:
    """Put a shoe away. Its runs and its mileage stay; it is the usual one of no surface any more."""
    shoe.retired_on = on or timezone.localdate()
    shoe.why_retired = why
    shoe.default_for = Surface.UNKNOWN
    shoe.save(update_fields=["retired_on", "why_retired", "default_for"])


def take_up(shoe: Shoe) -> None:
    """Use a retired shoe again."""
    shoe.retired_on, shoe.why_retired = None, ""
    shoe.save(update_fields=["retired_on", "why_retired"])


@transaction.atomic
def delete(shoe: Shoe) -> None:
    """Delete a shoe and its photo. Its runs stay, without it."""
    name, storage = str(shoe.photo.name or ""), shoe.photo.storage
    shoe.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))
