"""Leaving: an account and what belongs to it goes for good, by its owner's own hand.

Each room says what goes with somebody:

    erasure.register("forums", erase)

`erase(user, keep_posts)` runs inside the one transaction that also deletes the account. With `keep_posts`
what others built on stays under the name of a former member, without it that goes too. What it raises undoes
everything.
"""

from collections.abc import Callable

from django.db import transaction

from secondwind.accounts import standing
from secondwind.accounts.models import User

Erase = Callable[[User, bool], None]

_rooms: dict[str, Erase] = {}


def register(room: str, erase: Erase) -> None:
    """Have `erase` run when somebody leaves."""
    _rooms[room] = erase


@transaction.atomic
def erase(user: User, *, keep_posts: bool) -> None:
    """Delete the account with everything the rooms have about it, and end all its sign-ins."""
    for room in _rooms.values():
        room(user, keep_posts)
    standing.end_sessions(user)
    user.delete()
