"""What was found, as far as a viewer may see it: what the sources say of it now."""

from collections.abc import Sequence

from secondwind.accounts.models import Audience, User
from secondwind.accounts.pseudonyms import key_of
from secondwind.search.searching import Hit
from secondwind.search.sources import Card, Viewer, source

MOST_PEOPLE = 6

Key = tuple[str, int]  # a kind, and an id of it


def seen(viewer: Viewer, hits: Sequence[Hit]) -> tuple[list[Hit], dict[Key, str]]:
    """The hits whose text the viewer may read, and where each text is. 1 query for each kind."""
    addresses: dict[Key, str] = {}
    for kind in dict.fromkeys(hit.kind for hit in hits):
        if known := source(kind):
            found = known.readable(viewer, [hit.ref for hit in hits if hit.kind == kind])
            addresses |= {(kind, ref): address for ref, address in found.items()}
    return [hit for hit in hits if (hit.kind, hit.ref) in addresses], addresses


def cards(viewer: Viewer, hits: Sequence[Hit]) -> dict[Key, Card]:
    """The groups of hits that the viewer may find. 1 query for each kind."""
    found: dict[Key, Card] = {}
    for kind in dict.fromkeys(hit.kind for hit in hits):
        if known := source(kind):
            here = known.cards(viewer, [hit.group for hit in hits if hit.kind == kind])
            found |= {(kind, group): card for group, card in here.items()}
    return found


def people(viewer: Viewer, text: str) -> list[User]:
    """Members whose pseudonym begins like the text, as far as they show themselves. 1 query."""
    if not 2 <= len(text) <= 60 or not text.isprintable():
        return []
    audiences = [Audience.EVERYONE, *([Audience.MEMBERS] if viewer.is_authenticated else [])]
    found = User.objects.filter(
        username_key__startswith=key_of(text), is_active=True, banned_at=None, profile_audience__in=audiences
    )
    return list(found.only("username").order_by("username_key")[:MOST_PEOPLE])
