"""The kinds of documents, as the rooms that have them say.

    sources.register(Source(kind="post", …))     # in the room's `apps.ready()`

What is shown is asked of the room again, with the viewer: the index alone lets nobody see anything.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from secondwind.accounts.models import User
from secondwind.search.document import Text

Viewer = User | AnonymousUser


@dataclass(frozen=True, slots=True)
class Card:
    """A group (a thread) as a list shows it."""

    group: int
    title: str
    address: str
    author: str
    place: str
    place_address: str
    at: datetime  # of its latest text
    replies: int
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of documents.

    `refs(after, most)`: the ids, in order, of what belongs in the index. `texts(refs)`: their texts.
    `cards(viewer, groups)`: the groups that the viewer may find, by id. `readable(viewer, refs)`: the texts
    that the viewer may read in groups that they may find. `address(ref)`: where a text is read. `places()`:
    where documents stand, by id.
    """

    kind: str
    refs: Callable[[int, int], Sequence[int]]
    texts: Callable[[Collection[int]], Sequence[Text]]
    cards: Callable[[Viewer, Collection[int]], Mapping[int, Card]]
    readable: Callable[[Viewer, Collection[int]], Collection[int]]
    address: Callable[[int], str]
    places: Callable[[], Mapping[int, str]]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Have a kind of documents searched and rebuilt."""
    _sources[source.kind] = source


def source(kind: str) -> Source | None:
    """The source of a kind; None when no room has it."""
    return _sources.get(kind)


def all_sources() -> list[Source]:
    """Every source, by kind."""
    return [_sources[kind] for kind in sorted(_sources)]
