"""How others hear that something about posts or threads is different now.

    events.register("search", index_again)

`listen(posts, threads)` runs inside the transaction that made the difference, after the counts are right,
with the rows as they now are: posted, edited, held, let through, hidden, restored, marked, moved, taken
back, erased. It says that something is different and not what, so a listener looks at the state it finds
(`is_published`, `is_listed`, the words) and bears hearing of the same row twice. It should be quick: what
takes long is enqueued as a job, which is saved or lost together with the change. What it raises undoes
the change.
"""

from collections.abc import Callable, Iterable, Sequence

from secondwind.forums.models import Post, Thread

Listen = Callable[[Sequence[Post], Sequence[Thread]], None]

_rooms: dict[str, Listen] = {}


def register(room: str, listen: Listen) -> None:
    """Have `listen` told of every difference."""
    _rooms[room] = listen


def different(posts: Iterable[Post], threads: Iterable[Thread]) -> None:
    """Tell all who listen."""
    told = list(posts), list(threads)
    for listen in _rooms.values():
        listen(*told)
