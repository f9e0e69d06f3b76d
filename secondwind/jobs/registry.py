"""What rooms say about their jobs: which functions run by the clock, and which are tried again.

Nothing here touches the database, so that a room's `tasks` module can be imported while Django starts.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[[], object])
Retried = TypeVar("Retried")

LONGEST_NAME = 100
LONGEST_DELAY = timedelta(days=1)


@dataclass(frozen=True)
class Entry:
    """A function of the schedule, its name for people, and the time from one run to the next."""

    name: str
    function: Callable[[], object]
    interval: timedelta


@dataclass(frozen=True)
class Retry:
    """How often a job may run in all, and how long it waits after its first failure."""

    times: int
    delay: timedelta

    def delay_after(self, attempts: int) -> timedelta:
        """The wait after that many runs have failed: four times as long each time, a day at most."""
        return min(self.delay * math.pow(4, min(attempts - 1, 20)), LONGEST_DELAY)


_entries: dict[str, Entry] = {}
_retries: dict[object, Retry] = {}


def every(
    *, name: str, minutes: float = 0, hours: float = 0, days: float = 0
) -> Callable[[Function], Function]:
    """Put a function without arguments on the schedule, under a name such as "forums.quiet_threads".

    It must bear running twice, since a process may die before it has noted the end. Raises ValueError for
    an interval under a second, and for a name that is too long or another function's.
    """
    interval = timedelta(minutes=minutes, hours=hours, days=days)
    if interval < timedelta(seconds=1):
        raise ValueError(f"{name}: say minutes, hours or days, a second at least")
    if not 0 < len(name) <= LONGEST_NAME:
        raise ValueError(f"{name!r}: a name has 1 to {LONGEST_NAME} characters")

    def register(function: Function) -> Function:
        known = _entries.get(name)
        if known and _place(known.function) != _place(function):
            raise ValueError(
                f"{name} is {_place(known.function)} already, so {_place(function)} needs another"
            )
        _entries[name] = Entry(name, function, interval)
        return function

    return register


def retrying(*, times: int = 5, delay: timedelta = timedelta(minutes=1)) -> Callable[[Retried], Retried]:
    """Run a task up to `times` times in all when it fails; above or below `@task()`.

    The waits grow fourfold from `delay`: 1, 4, 16 and 64 minutes.
    """
    if times < 2 or delay <= timedelta(0):
        raise ValueError("a job that is tried again runs at least twice, with a wait between")

    def register(task: Retried) -> Retried:
        _retries[getattr(task, "func", task)] = Retry(times, delay)
        return task

    return register


def entries() -> list[Entry]:
    """Every function of the schedule, by name."""
    return sorted(_entries.values(), key=lambda entry: entry.name)


def retry_of(function: Callable[..., Any]) -> Retry | None:
    """The rule of a task's function; None when a failure is final."""
    return _retries.get(function)


def _place(function: Callable[..., object]) -> str:
    return f"{function.__module__}.{function.__qualname__}"
