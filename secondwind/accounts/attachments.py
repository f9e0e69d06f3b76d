"""What members attach to their own threads and cases, said once for rooms that do not know each other.

A room that has something to attach to offers it, and one that has something to show says what it shows:

    attachments.offer("thread", threads_of)      # threads_of(user) -> [Target(...), ...]
    attachments.show(pictures_on)                # pictures_on([("thread", 7), ...]) -> [Attached(...), ...]

What is shown is an address, never the thing itself: a page that is still in some cache after it was withdrawn
then leads to nothing.
"""

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from secondwind.accounts.models import User

Key = tuple[str, int]  # the kind and the number of a target


class Target(NamedTuple):
    """Something of somebody's that others read: its kind and number, its title and address."""

    kind: str
    id: int
    title: str
    address: str


class Attached(NamedTuple):
    """A picture beside it: the address of the image, of its page with the table, and a neutral name."""

    image: str
    page: str
    name: str


Shows = Callable[[Collection[Key]], Iterable[Attached]]

_offers: dict[str, Callable[[User], Iterable[Target]]] = {}
_shows: list[Shows] = []


def offer(kind: str, targets: Callable[[User], Iterable[Target]]) -> None:
    """Let members attach to what `targets` yields for them."""
    _offers[kind] = targets


def show(attached: Shows) -> None:
    """Have what `attached` yields shown beside targets."""
    if attached not in _shows:
        _shows.append(attached)


def offered(user: User) -> list[Target]:
    """Everything of somebody's that they can attach to."""
    return [target for targets in _offers.values() for target in targets(user)]


def shown(targets: Collection[Key]) -> list[Attached]:
    """What is attached to any of these targets. One query for each room that shows something."""
    return [one for attached in _shows for one in attached(targets)] if targets else []
