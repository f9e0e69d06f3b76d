"""What the log has of somebody: given out so that `restore` reads it again, and taken away when they leave.

log/runs.json       a list, one run a line: every column, surfaces and shoes with their shares
log/shoes.json      shoes; log/zones.json, shares.json, imports.json what their names say
log/originals.json  the files as they came, which stand beside it under originals/
log/tracks/         the recorded samples of each run (`tracks.packed`); log/shoes/ photos
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models.fields.files import FieldFile

from secondwind.accounts.models import User
from secondwind.runlog import queries
from secondwind.runlog.models import Batch, Original, Run, Share, Shoe, Track, Zone

ABOUT = (
    "Your runs with all that belongs to them. A site of this kind reads the archive again: send it on the "
    "page for imports. runs.json has one run a line; tracks/ its samples, compressed; originals/ the files "
    "as they came; shoes/ photos. What you shared (shares.json) is told, and not shared again by reading it."
)
OUTSIDE = frozenset({"id", "owner", "batch", "original"})  # columns that mean something in one database only
CHUNK = 50
LONGEST_NAME = 100
_ODD = re.compile(r"[^\w.()+ -]+")


def columns_of(model: type[models.Model]) -> list[str]:
    """The columns of a table that an export has, in their order."""
    return [field.name for field in model._meta.concrete_fields if field.name not in OUTSIDE]


def collect(user: User) -> Iterator[tuple[str, bytes | object]]:
    """Everything the log has of somebody, as files for the export."""
    files: dict[int, str] = {}
    for original in Original.objects.filter(owner=user).order_by("pk"):
        name = f"originals/{original.sha256[:16]}-{_plain(original.name)}"
        if _is_there(original.file):
            files[original.pk] = name
            with original.file.open("rb") as file:
                yield name, file
    yield "originals.json", _lines(_originals(user, files))
    yield from _shoes(user)
    tracks = Track.objects.filter(run__owner=user).order_by("pk")
    for track in tracks.iterator(CHUNK):
        yield f"tracks/{track.pk}.bin", bytes(track.columns)
    yield "runs.json", _lines(_runs(user))
    yield "zones.json", _lines(_rows(Zone.objects.filter(owner=user), columns_of(Zone)))
    yield "shares.json", _lines(_rows(Share.objects.filter(run__owner=user), columns_of(Share)))
    yield "imports.json", _lines(_imports(user))


@transaction.atomic
def erase(user: User, keep_posts: bool) -> None:
    """Take away the whole log of somebody, and its files when the transaction has ended well."""
    names = [
        str(name)
        for model, column in ((Original, "file"), (Batch, "upload"), (Shoe, "photo"))
        for name in model._default_manager.filter(owner=user).values_list(column, flat=True)
        if name
    ]
    for model in (Run, Shoe, Original, Batch, Zone):
        model._default_manager.filter(owner=user).delete()
    transaction.on_commit(lambda: _delete(names))


def _delete(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)


def _runs(user: User) -> Iterator[dict[str, Any]]:
    """A run with the digest of its original and the names of its shoes, by which `restore` finds them."""
    found = queries.runs_of(user).order_by("start", "pk").select_related("original")
    names = columns_of(Run)
    for run in found.prefetch_related("surface_parts", "shoe_uses__shoe").iterator(CHUNK):
        yield {
            "id": run.pk,
            **{name: getattr(run, name) for name in names},
            "original": run.original.sha256 if run.original else None,
            "surfaces": {part.surface: part.share for part in run.surface_parts.all()},
            "shoes": {use.shoe.name: use.share for use in run.shoe_uses.all()},
        }


def _originals(user: User, files: dict[int, str]) -> Iterator[dict[str, Any]]:
    for original in Original.objects.filter(owner=user).order_by("pk"):
        yield {
            "name": original.name,
            "sha256": original.sha256,
            "size": original.size,
            "file": files.get(original.pk),  # none: its file was gone from the disk
        }


def _shoes(user: User) -> Iterator[tuple[str, bytes | object]]:
    rows = []
    for shoe in Shoe.objects.filter(owner=user).order_by("pk"):
        row = {name: getattr(shoe, name) for name in columns_of(Shoe)} | {"photo": None}
        if shoe.photo and _is_there(shoe.photo):
            row["photo"] = f"shoes/{shoe.pk}.webp"
            with shoe.photo.open("rb") as file:
                yield f"shoes/{shoe.pk}.webp", file
        rows.append(row)
    yield "shoes.json", _lines(rows)


def _imports(user: User) -> Iterator[dict[str, Any]]:
    names = [name for name in columns_of(Batch) if name != "upload"]
    for batch in Batch.objects.filter(owner=user).order_by("pk"):
        lines = batch.lines.values_list("name", "outcome", "reason")
        yield {name: getattr(batch, name) for name in names} | {"lines": [list(line) for line in lines]}


def _rows(found: models.QuerySet[Any], names: list[str]) -> Iterator[dict[str, Any]]:
    """Rows as dictionaries; what leads to a run is its number in runs.json."""
    attributes = {name: found.model._meta.get_field(name).attname for name in names}
    for row in found.order_by("pk"):
        yield {name: getattr(row, attribute) for name, attribute in attributes.items()}


def _lines(rows: Iterable[dict[str, Any]]) -> bytes:
    """A JSON list with one row a line, so that it can be read without holding all of it."""
    lines = [json.dumps(row, ensure_ascii=False, default=_value, allow_nan=False) for row in rows]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def _value(value: object) -> str:
    # To the microsecond, where Django's own encoder cuts to the millisecond.
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value)} has no place in an export")


def _plain(name: str) -> str:
    """A file name that every system can write."""
    plain = _ODD.sub("_", PurePosixPath(name.replace("\\", "/")).name).strip(" .")
    return plain[-LONGEST_NAME:] or "file"


def _is_there(file: FieldFile) -> bool:
    return file.storage.exists(str(file.name))
