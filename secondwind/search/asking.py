"""What a visitor asks the search page for: words and filters out of an address, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import NamedTuple
from urllib.parse import urlencode

from secondwind.accounts.models import User
from secondwind.accounts.queries import member_by_name, visible
from secondwind.clinic import knowledge
from secondwind.search.searching import Filters
from secondwind.search.sources import Viewer, all_sources

AREA = "area-"  # begins the value of a whole area in the list of places of the body
SIDES = {"left": "Left", "right": "Right"}
OUTCOME = {"yes": "It is told how it went"}
ANSWERED = {"yes": "Answered", "no": "Not answered yet"}
LONGEST_NAME = 100
NOBODY_OF_THAT_NAME = "Nobody of that name shows you their posts."

_NAMES = ("forum", "by", "since", "until", "answered", "outcome", "body", "side")


@dataclass(frozen=True, slots=True)
class Asking:
    """The form as it was filled in: `q` and `given` as they were typed, `filters` as they are meant.

    `problems`: a sentence for each field that could not be read. Such a field filters nothing, but for a name
    that nobody has.
    """

    q: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    filters: Filters = field(default_factory=Filters)
    problems: tuple[str, ...] = ()
    mend: bool = True

    def address(self, **changed: object) -> str:
        """The query of an address that asks the same, with some of it changed."""
        values = {"q": self.q, **self.given, **({} if self.mend else {"as": "typed"}), **changed}
        return urlencode({name: value for name, value in values.items() if value not in ("", None)})


class Choice(NamedTuple):
    """An entry of a list; `group` is the heading that it stands under."""

    value: str
    label: str
    group: str = ""


def read(values: Mapping[str, str], viewer: Viewer) -> Asking:
    """What the values of an address ask for. 1 query at most.

    Who does not show their posts as a list to the viewer is nobody, as on their own page.
    """
    given = {name: value.strip() for name in _NAMES if (value := values.get(name, "")).strip()}
    problems: list[str] = []
    area, region = _body(given.get("body", ""))
    filters = Filters(
        place=_place(given.get("forum", "")),
        author=_author(given.get("by", ""), viewer, problems),
        since=_day(given.get("since", ""), problems),
        until=_day(given.get("until", ""), problems),
        answered={"yes": True, "no": False}.get(given.get("answered", "")),
        outcome=given.get("outcome", "") in OUTCOME,
        area=area,
        region=region,
        side=given["side"] if given.get("side") in SIDES else "",
    )
    if filters.since and filters.until and filters.since > filters.until:
        problems.append("The first day is after the last one, so nothing lies between them.")
    return Asking(values.get("q", "").strip(), given, filters, tuple(problems), values.get("as") != "typed")


def choices() -> dict[str, tuple[Choice, ...]]:
    """The entries of the form's lists. 1 query for each kind of documents."""
    places = (Choice(str(id), name) for source in all_sources() for id, name in source.places().items())
    return {
        "forum": tuple(places),
        "body": _bodies(),
        "side": tuple(Choice(value, label) for value, label in SIDES.items()),
        "answered": tuple(Choice(value, label) for value, label in ANSWERED.items()),
        "outcome": tuple(Choice(value, label) for value, label in OUTCOME.items()),
    }


@cache
def _bodies() -> tuple[Choice, ...]:
    """The areas of the body and the places in them, wider ones first."""
    known = knowledge.load()
    found: list[Choice] = []
    for area in known.areas.values():
        here = [region for region in known.regions.values() if region.area == area.id]
        if len(here) > 1:
            found.append(Choice(AREA + area.id, "Anywhere there", area.label))
            here.sort(key=lambda region: not region.members)
            found += [Choice(region.id, region.label, area.label) for region in here]
    return tuple(found)


def _place(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else None


def _author(name: str, viewer: Viewer, problems: list[str]) -> int | None:
    if not name:
        return None
    user: User | None = member_by_name(name) if name.isprintable() and len(name) <= LONGEST_NAME else None
    if user is None or not all(
        visible(one, user, viewer) for one in (user.profile_audience, user.posts_audience)
    ):
        problems.append(NOBODY_OF_THAT_NAME)
        return 0  # who wrote nothing
    return user.pk


def _day(value: str, problems: list[str]) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        problems.append("A date is written as 2026-11-28: year, month, day.")
        return None


def _body(value: str) -> tuple[str, str]:
    """The area or the region of a value."""
    known = knowledge.load()
    area = value.removeprefix(AREA)
    if value.startswith(AREA) and area in known.areas:
        return area, ""
    return "", value if value in known.regions else ""
