"""Filters as tokens of the index, so that a filter narrows the search before anything is ranked."""

from datetime import UTC, date, datetime, timedelta

from secondwind.accounts.models import Audience

MARK = "@"  # begins each of them; no word has it

LEADS, ANSWERED, OPEN = f"{MARK}leads", f"{MARK}answered", f"{MARK}open"
OUTCOME = f"{MARK}outcome"  # it is told how it went
NOTHING = f"{MARK}nothing"  # no document has it


def kind(name: str) -> str:
    """Documents of a kind."""
    return f"{MARK}k_{name}"


def audience(name: str) -> str:
    """Documents that an audience may read."""
    return f"{MARK}to_{name}"


def not_for(signed_in: bool) -> tuple[str, ...]:
    """Documents that a viewer may not read."""
    allowed = (Audience.EVERYONE, Audience.MEMBERS) if signed_in else (Audience.EVERYONE,)
    return tuple(audience(one) for one in Audience if one not in allowed)


def titled(token: str) -> str:
    """Documents whose title has a word, or names a concept."""
    return f"{MARK}t_{token}"


def place(id: int) -> str:
    """Documents of a place."""
    return f"{MARK}p{id}"


def author(id: int) -> str:
    """Documents that somebody wrote."""
    return f"{MARK}by{id}"


def region(id: str) -> str:
    """Documents about a place of the body."""
    return f"{MARK}r_{id}"


def area(id: str) -> str:
    """Documents about an area of the body."""
    return f"{MARK}a_{id}"


def sides(side: str) -> list[str]:
    """The sides that a document is about; one about both is found under each."""
    return [f"{MARK}{one}" for one in (("left", "right") if side == "both" else (side,)) if one]


def side(name: str) -> str:
    """Documents about one side."""
    return f"{MARK}{name}"


def days(at: datetime) -> list[str]:
    """When a document was written: its year, month and day (UTC)."""
    at = at.astimezone(UTC)
    return [f"{MARK}y{at:%Y}", f"{MARK}m{at:%Y%m}", f"{MARK}d{at:%Y%m%d}"]


def between(first: date, last: date) -> list[str]:
    """The tokens of which a document has one when it was written from `first` to `last`, both included: whole
    years and months where they fit, so a hundred at most for a span of any length within a lifetime."""
    found: list[str] = []
    at = first
    while at <= last:
        year_end, month_end = date(at.year, 12, 31), _month_end(at)
        if (at.month, at.day) == (1, 1) and year_end <= last:
            found.append(f"{MARK}y{at:%Y}")
            at = year_end
        elif at.day == 1 and month_end <= last:
            found.append(f"{MARK}m{at:%Y%m}")
            at = month_end
        else:
            found.append(f"{MARK}d{at:%Y%m%d}")
        at += timedelta(days=1)
    return found


def _month_end(day: date) -> date:
    following = day.replace(day=28) + timedelta(days=4)
    return following - timedelta(days=following.day)
