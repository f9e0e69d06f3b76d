"""The list of spaces and forums: add, rename, put in order, open and close, delete what is empty."""

from django.db import transaction
from django.utils.text import slugify

from secondwind import writing
from secondwind.forums.errors import Refused
from secondwind.forums.models import Draft, Forum, Space

LONGEST_NAME, LONGEST_ABOUT = 60, 200
TAKEN = frozenset({"latest", "places", "read"})  # addresses under /community/ that are no forum's


@transaction.atomic
def add_space(name: str) -> Space:
    """A new space, after the others."""
    return Space.objects.create(name=_name(name), position=Space.objects.count())


@transaction.atomic
def add_forum(space: Space, name: str, about: str = "") -> Forum:
    """A new forum, the last of its space. Its address is made of its name and stays."""
    name = _name(name)
    position = Forum.objects.filter(space=space).count()
    return Forum.objects.create(
        space=space, name=name, slug=_free_slug(name), about=_about(about), position=position
    )


@transaction.atomic
def change_space(space: Space, name: str) -> None:
    """Give a space another name."""
    space.name = _name(name)
    space.save(update_fields=["name"])


@transaction.atomic
def change_forum(forum: Forum, name: str, about: str, space: Space, *, is_open: bool) -> None:
    """Change what a forum is called, what it is for, where it stands, and whether threads may be started."""
    if space.pk != forum.space_id:
        forum.position = Forum.objects.filter(space=space).count()
    forum.name, forum.about, forum.space, forum.is_open = _name(name), _about(about), space, is_open
    forum.save(update_fields=["name", "about", "space", "position", "is_open"])


@transaction.atomic
def shift(row: Space | Forum, by: int) -> None:
    """Move a space among the spaces, or a forum within its space, one place up (-1) or down (1)."""
    rows: list[Space] | list[Forum]
    if isinstance(row, Forum):
        rows = list(Forum.objects.select_for_update().filter(space=row.space_id).order_by("position", "pk"))
    else:
        rows = list(Space.objects.select_for_update().order_by("position", "pk"))
    ids = [one.pk for one in rows]
    at = ids.index(row.pk)
    to = min(max(at + by, 0), len(ids) - 1)
    ids.insert(to, ids.pop(at))
    for one in rows:
        one.position = ids.index(one.pk)
        one.save(update_fields=["position"])


@transaction.atomic
def delete_forum(forum: Forum) -> None:
    """Delete a forum without threads; what somebody was writing for it would be lost, so that counts too."""
    if forum.threads.exists():
        raise Refused(
            f"{forum.name} has threads, so it cannot be deleted. Move them first, or close the forum."
        )
    if Draft.objects.filter(forum=forum).exclude(body="").exists():
        raise Refused(f"Somebody is writing a first thread for {forum.name}. Close it instead.")
    forum.delete()


@transaction.atomic
def delete_space(space: Space) -> None:
    """Delete a space without forums."""
    if space.forums.exists():
        raise Refused(f"{space.name} has forums, so it cannot be deleted. Put them into another space first.")
    space.delete()


def _name(given: str) -> str:
    name = writing.tidy_line(given)
    if not 2 <= len(name) <= LONGEST_NAME:
        raise Refused(f"Give it a name of 2 to {LONGEST_NAME} characters.")
    return name


def _about(given: str) -> str:
    about = writing.tidy_line(given)
    if len(about) > LONGEST_ABOUT:
        raise Refused(f"Say what it is for in at most {LONGEST_ABOUT} characters.")
    return about


def _free_slug(name: str) -> str:
    """An address that no other forum has."""
    stem = slugify(name)[:50] or "forum"
    used = set(Forum.objects.filter(slug__startswith=stem).values_list("slug", flat=True)) | TAKEN
    tries = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(used) + 2))
    return next(slug for slug in tries if slug not in used)
