"""Files as they came, kept so that nothing is lost. Their owner may delete them; the runs stay."""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Self

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from secondwind.accounts.models import User
from secondwind.runlog.models import Batch, Original

_ENDING = re.compile(r"(\.[a-z0-9]{1,5}){1,2}$")


@dataclass(frozen=True)
class Sent:
    """A file as it came: its name there, its bytes, and the digest that tells it from every other file."""

    name: str
    data: bytes
    sha256: str

    @classmethod
    def of(cls, name: str, data: bytes) -> Self:
        """The same without a digest that is known already."""
        return cls(name, data, sha256(data).hexdigest())


def keep(owner: User, sent: Sent, batch: Batch | None = None) -> Original:
    """The row and the file of something sent; those that are there already when it came before."""
    found = Original.objects.filter(owner=owner, sha256=sent.sha256).first()
    if found is not None and found.file.storage.exists(str(found.file.name)):
        return found
    name = _place(owner, sent)
    # By its content: an import that is cut and taken up again finds the file and writes no second one.
    if not default_storage.exists(name):
        name = default_storage.save(name, ContentFile(sent.data))
    row = found or Original(owner=owner, sha256=sent.sha256, batch=batch)
    row.name, row.size = PurePosixPath(sent.name).name[:300], len(sent.data)
    row.file.name = name
    row.save()
    return row


def original_for(owner: User, id: int) -> Original:
    """One of the owner's files; Http404 for everybody else's."""
    found = Original.objects.filter(owner=owner, pk=id).first()
    if found is None:
        raise Http404("no such file")
    return found


def delete(original: Original) -> None:
    """Delete a file for good, once the transaction has ended well. The runs that were read from it stay."""
    delete_all(Original.objects.filter(pk=original.pk))


@transaction.atomic
def delete_all(found: QuerySet[Original]) -> None:
    """Delete files for good, once the transaction has ended well. The runs that were read from them stay."""
    rows = list(found.only("file"))
    Original.objects.filter(pk__in=[row.pk for row in rows]).delete()
    places = [(row.file.storage, str(row.file.name)) for row in rows]

    def forget() -> None:
        for storage, name in places:
            storage.delete(name)

    transaction.on_commit(forget)


def _place(owner: User, sent: Sent) -> str:
    ending = _ENDING.search(sent.name.lower())
    key = sent.sha256
    return f"originals/{owner.pk}/{key[:2]}/{key}{ending.group() if ending else ''}"
