"""How other rooms hear that a case is different now.

    events.register("forums", look_for_danger)

`listen(case)` runs inside the transaction that changed it, with the row as it now is; what it raises undoes
the change.
"""

from collections.abc import Callable

from secondwind.cases.models import Case

Listen = Callable[[Case], None]

_rooms: dict[str, Listen] = {}


def register(room: str, listen: Listen) -> None:
    """Have `listen` told of every case that changed."""
    _rooms[room] = listen


_followers: dict[str, Listen] = {}  # of outcomes


def follow_outcomes(room: str, listen: Listen) -> None:
    """Have `listen` told when it is told otherwise how a case went, or when others see it."""
    _followers[room] = listen


def outcome(case: Case) -> None:
    """Tell those who follow outcomes."""
    for listen in _followers.values():
        listen(case)


def different(case: Case) -> None:
    """Tell all who listen."""
    for listen in _rooms.values():
        listen(case)
