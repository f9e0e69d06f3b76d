"""Pictures: made anew when they are sent, claimed by the post that shows them, gone with it."""

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.forums import access, limits
from secondwind.forums.errors import Refused
from secondwind.forums.models import Draft, Picture, Post
from secondwind.writing import markdown

if TYPE_CHECKING:
    from secondwind.writing.pictures import NewPicture

MOST_AT_ONCE = 500  # of what is deleted in one run; the rest goes with the next


def send(owner: User, file: BinaryIO | bytes) -> Picture:
    """Keep a picture for somebody, encoded anew and without what was hidden in it. Raises Refused."""
    from secondwind.writing.pictures import BadPicture, anew  # Pillow costs a start-up what few requests need

    access.may_write(owner)
    limits.check_pictures(access.member_of(owner))
    # Outside the transaction: making a large picture anew takes a second, and others want to write.
    try:
        made = anew(file if isinstance(file, bytes) else BytesIO(file.read()))
    except BadPicture as error:
        raise Refused(str(error)) from error
    return _keep(owner, made)


def claim(post: Post) -> dict[str, markdown.Picture]:
    """Tie the pictures that a post names to it, when its author sent them; those it may show, by key."""
    keys = markdown.pictures(post.body)
    free = Picture.objects.filter(key__in=keys, owner=post.author_id, post=None)
    if post.pk:
        free.update(post=post)
    return {one.key: _on_page(one) for one in Picture.objects.filter(key__in=keys, post=post)}


def shown(owner: User, body: str, post: Post | None = None) -> dict[str, markdown.Picture]:
    """The pictures that a text would show if its author posted it, by key. One query."""
    free = Q(owner=owner, post=None)
    found = Picture.objects.filter(free | Q(post=post) if post else free, key__in=markdown.pictures(body))
    return {one.key: _on_page(one) for one in found}


def forget(post: Post) -> None:
    """Delete the pictures of a post, and their files when the transaction has ended well."""
    for picture in post.pictures.all():
        delete(picture)


def forget_unused(before: datetime) -> None:
    """Delete the pictures sent before then that stand in no post, and in no draft of their owner."""
    found = Picture.objects.filter(post=None, sent_at__lt=before)
    drafts = Draft.objects.filter(author=OuterRef("owner"), body__contains=OuterRef("key"))
    for picture in found.exclude(Exists(drafts))[:MOST_AT_ONCE]:
        delete(picture, unless_claimed=True)


@transaction.atomic
def delete(picture: Picture, *, unless_claimed: bool = False) -> None:
    """Delete a picture, and its file when the transaction has ended well."""
    name, storage = str(picture.file.name), picture.file.storage
    rows = Picture.objects.filter(pk=picture.pk)
    gone, _ = (rows.filter(post=None) if unless_claimed else rows).delete()
    if gone:
        transaction.on_commit(lambda: storage.delete(name))


@transaction.atomic
def _keep(owner: User, made: "NewPicture") -> Picture:
    limits.check_pictures(limits.locked_member(owner))
    picture = Picture(
        owner=owner, kind=f"image/{made.kind}", width=made.width, height=made.height, size=len(made.data),
        sent_at=timezone.now(),
    )  # fmt: skip
    picture.file.save(f"{picture.key}.{made.kind}", ContentFile(made.data), save=False)
    try:
        picture.save()
    except Exception:
        picture.file.storage.delete(str(picture.file.name))
        raise
    return picture


def _on_page(picture: Picture) -> markdown.Picture:
    return markdown.Picture(reverse("forums:picture", args=[picture.key]), picture.width, picture.height)
