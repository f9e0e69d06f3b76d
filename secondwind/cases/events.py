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


def different(case: Case) -> None:
    """Tell all who listen."""
    for listen in _rooms.values():
        listen(case)
