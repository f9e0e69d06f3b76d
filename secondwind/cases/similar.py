"""Similar cases: an index in each process, filled from the rows and brought up to date by their turns."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from threading import Lock

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from secondwind.accounts.models import Audience, User
from secondwind.cases import access, chips, meanings
from secondwind.cases.models import Case, Gone, Turn
from secondwind.cases.outcome_words import outcome_words
from secondwind.clinic import model
from secondwind.clinic.knowledge import Knowledge, load
from secondwind.clinic.similarity import Index, Match
from secondwind.clinic.similarity.meaning import Vector

SHOWN = 3
LOOKED_AT = 20  # matches among which those are found that the viewer may see
MOST_REASONS = 5
AT_ONCE = 500
REMEMBERED = 500  # lists that are kept until a case changes


@dataclass(frozen=True, slots=True)
class Known:
    """What a list shows of a case, kept beside the index."""

    title: str
    thread: str
    address: str
    audience: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Similar:
    """One similar case: what it is, why it is one, and how it ended, when that is known."""

    title: str
    thread: str
    address: str
    outcome: str
    matching: tuple[str, ...]
    contradicting: tuple[str, ...]
    same_pattern: bool


class Shelf:
    """The index of this process, with what its lists show."""

    def __init__(self) -> None:
        self.known: Knowledge = load()
        self.by_meaning = meanings.used()
        self.index = Index(self.known)
        self.shown: dict[str, Known] = {}
        self.turn = 0
        self.lists: dict[tuple[int, int], list[Match]] = {}
        self._lock = Lock()

    def catch_up(self, turn: int) -> None:
        """Take in every change up to a turn."""
        if turn <= self.turn:
            return
        with self._lock:
            since, upto = self.turn, turn
            changed = Case.objects.filter(turn__gt=since, turn__lte=upto).select_related("owner", "meaning")
            for case in changed.order_by("turn").iterator(AT_ONCE):
                self._take(case)
            for id in Gone.objects.filter(turn__gt=since, turn__lte=upto).values_list("case", flat=True):
                self._drop(str(id))
            self.lists.clear()
            self.turn = upto

    def _take(self, case: Case) -> None:
        key = str(case.pk)
        if case.audience == Audience.NOBODY or not case.is_listed:
            self._drop(key)
            return
        # What fewer see is not compared: a reason would tell it.
        told = access.shown_among(case.audience, case, self.known)
        outcome = outcome_words(case)
        text = "" if case.audiences else case.text
        vector = meanings.vector_of(case) if text and self.by_meaning else None
        self.index.add(key, told, text, bool(outcome), vector)
        self.shown[key] = Known(
            chips.title(model.Case(told.items), self.known),
            case.title,
            case.address or reverse("cases:case", args=[case.pk]),
            case.audience,
            outcome,
        )

    def _drop(self, key: str) -> None:
        self.index.remove(key)
        self.shown.pop(key, None)


_shelf: Shelf | None = None
_making = Lock()


def shelf(turn: int) -> Shelf:
    """The shelf of this process with every change up to a turn. It is made again when the knowledge is
    another, or when the database was put back to an earlier state."""
    global _shelf
    with _making:
        if _shelf is None or _shelf.known is not load() or turn < _shelf.turn:
            _shelf = Shelf()
        here = _shelf
    here.catch_up(turn)
    return here


def forget() -> None:
    """Begin anew with the next question."""
    global _shelf
    _shelf = None


def latest_turn() -> int:
    """The number of the last change. 1 query."""
    return Turn.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def similar_to(
    viewer: User | AnonymousUser,
    told: model.Case,
    text: str,
    *,
    vector: Vector | None = None,
    without: Collection[int] = (),
) -> list[Similar]:
    """The cases most like this one that the viewer may see, best first. `vector` is that of the text, when it
    is known; else it is worked out, where the cases have theirs."""
    here = shelf(latest_turn())
    if vector is None and here.index.has_vectors:
        vector = meanings.vector_of_words(text)
    found = here.index.search(told, text, LOOKED_AT, [str(id) for id in without], vector=vector)
    return _for(viewer, here, found)


def similar_to_case(
    viewer: User | AnonymousUser, case: Case, without: Iterable[int], turn: int
) -> list[Similar]:
    """The same for a case of the site; the list is kept until some case changes. No query when none has."""
    here = shelf(turn)
    key = (case.pk, case.turn)
    if key not in here.lists:
        told = access.shown_among(case.audience, case, here.known)
        left_out = [str(id) for id in {case.pk, *without}]
        if len(here.lists) >= REMEMBERED:
            here.lists.clear()
        text = "" if case.audiences else case.text
        vector = here.index.vector_of(str(case.pk))
        here.lists[key] = here.index.search(told, text, LOOKED_AT, left_out, vector=vector)
    return _for(viewer, here, here.lists[key])


def _for(viewer: User | AnonymousUser, here: Shelf, found: list[Match]) -> list[Similar]:
    seen = [(match, here.shown[match.id]) for match in found if match.id in here.shown]
    visible = [(match, known) for match, known in seen if access.among(known.audience, viewer)]
    return [
        Similar(
            known.title, known.thread, known.address, known.outcome, match.matching[:MOST_REASONS],
            match.contradicting, match.same_pattern,
        )
        for match, known in visible[:SHOWN]
    ]  # fmt: skip
