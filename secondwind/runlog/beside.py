"""What other rooms show beside a day or a run of the log.

    beside.register(pain_of)      # pain_of(owner, day) -> markup, or nothing

A room above this one registers when it starts; the pages of the log show what it gives, in the order of
registration.
"""

from collections.abc import Callable
from datetime import date

from secondwind.accounts.models import User

Show = Callable[[User, date], str]

_shows: list[Show] = []


def register(show: Show) -> None:
    """Have `show` asked for each day that a page of the log is about. What it gives is safe markup."""
    if show not in _shows:
        _shows.append(show)


def of(owner: User, day: date) -> list[str]:
    """What there is beside a day of somebody's."""
    return [markup for show in _shows if (markup := show(owner, day))]
