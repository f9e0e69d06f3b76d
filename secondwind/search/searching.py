"""Asking the index: documents that fit, gathered by their groups, best first."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from secondwind.clinic import knowledge
from secondwind.look.prepared import padded, prepared
from secondwind.search import facets
from secondwind.search.backends import backend
from secondwind.search.backends.asked import Asked, Found
from secondwind.search.models import Document
from secondwind.search.query import Query, parse

MOST_FOUND = 200  # documents, which are fewer groups
ANSWERED_BONUS = 1.1  # a thread with a Correct answer counts as fitting a tenth better
EARLIEST, LATEST = date(1980, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a document must be. None and "" ask for nothing. `area` and `region` are ids of the clinic's."""

    kind: str = ""
    place: int | None = None
    author: int | None = None
    since: date | None = None
    until: date | None = None
    answered: bool | None = None
    outcome: bool = False  # only what tells how it went
    area: str = ""
    region: str = ""
    side: str = ""
    leads: bool = False

    @property
    def is_any(self) -> bool:
        """Whether anything is asked for."""
        return self != Filters()


class Hit(NamedTuple):
    """A group that was found: its best document, its score, and how many documents of it fit."""

    kind: str
    group: int
    document: int
    ref: int
    score: float
    texts: int


_TEXTS_AT = Hit._fields.index("texts")


@dataclass(frozen=True, slots=True)
class Results:
    """Groups, best first (newest first when there was no word to look for); `is_all` when there are no more.

    `some_words`: no document has all words, so these have some of them.
    """

    query: Query
    hits: Sequence[Hit]
    is_all: bool = True
    some_words: bool = False


def search(
    text: str, filters: Filters | None = None, *, signed_in: bool = False, mend: bool = True
) -> Results:
    """The groups whose texts fit. Whoever shows them asks their source again who may see what."""
    filters = filters or Filters()
    query = parse(text, mend=mend)
    asked = Asked(
        query.parts, _tokens(filters), facets.not_for(signed_in), query.any, query.weights, query.expected
    )  # fmt: skip
    if not query.parts:
        found = backend().newest(asked, MOST_FOUND) if filters.is_any and not text.strip() else []
        return Results(query, _grouped(found, by_date=True), len(found) < MOST_FOUND)
    found = backend().ranked(asked, MOST_FOUND)
    some_words = not found and query.has_several
    if some_words:
        found = backend().ranked(
            replace(asked, parts=query.apart, any=True, expected=sys.maxsize), MOST_FOUND
        )
    return Results(query, _grouped(found), len(found) < MOST_FOUND, some_words and bool(found))


def texts_of(hits: Sequence[Hit]) -> dict[int, str]:
    """The text of the best document of each hit, by the document's id. 1 query."""
    ids = padded([hit.document for hit in hits])
    return dict(_texts(*ids)) if ids else {}


@prepared
def _texts(*ids: int) -> QuerySet[Document, tuple[int, str]]:
    return Document.objects.filter(pk__in=ids).values_list("pk", "text")


def _tokens(filters: Filters) -> tuple[tuple[str, ...], ...]:
    asked: list[tuple[str, ...]] = [(facets.kind(filters.kind),)] if filters.kind else []
    asked += [(facets.place(filters.place),)] if filters.place is not None else []
    asked += [(facets.author(filters.author),)] if filters.author is not None else []
    asked += [(facets.LEADS,)] if filters.leads else []
    asked += [(facets.OUTCOME,)] if filters.outcome else []
    if filters.answered is not None:
        asked.append((facets.ANSWERED if filters.answered else facets.OPEN,))
    asked += [(facets.area(filters.area),)] if filters.area else []
    asked += [tuple(map(facets.region, _within(filters.region)))] if filters.region else []
    asked += [(facets.side(filters.side),)] if filters.side else []
    if filters.since or filters.until:
        first, last = max(filters.since or EARLIEST, EARLIEST), min(filters.until or LATEST, LATEST)
        asked.append(tuple(facets.between(first, last)) or (facets.NOTHING,))
    return tuple(asked)


def _within(region: str) -> list[str]:
    """A place of the body and all that lie inside it: who told it more exactly is found too."""
    known = knowledge.load().regions
    here = set(known[region].fine)
    return [id for id, one in known.items() if set(one.fine) <= here]


def _about(ids: Sequence[int], *, by_date: bool) -> dict[int, tuple[str, int, int, bool]]:
    """Kind, group, ref, and whether it is answered, of documents; the latest first when `by_date`. Written
    out: Django looks at each of three hundred ids five times, which cost as much as ranking them."""
    if not ids:
        return {}
    ids = padded(ids)
    marks = ", ".join(["%s"] * len(ids))
    order = " ORDER BY written_at DESC, id DESC" if by_date else ""
    what = 'SELECT id, kind, "group", ref, is_answered FROM search_document'
    statement = f"{what} WHERE id IN ({marks}){order}"
    with connection.cursor() as cursor:
        cursor.execute(statement, ids)
        return {row[0]: row[1:] for row in cursor.fetchall()}


def _grouped(found: Sequence[Found], *, by_date: bool = False) -> list[Hit]:
    about = _about([id for id, _ in found], by_date=by_date)
    scores = dict(found)
    groups: dict[tuple[str, int], list[Any]] = {}
    for id in about if by_date else scores:
        if id not in about:
            continue  # it went meanwhile
        kind, group, ref, is_answered = about[id]
        if here := groups.get((kind, group)):
            here[_TEXTS_AT] += 1
        else:
            score = scores[id] * ANSWERED_BONUS if is_answered else scores[id]
            groups[kind, group] = [kind, group, id, ref, score, 1]
    hits = list(map(Hit._make, groups.values()))
    return hits if by_date else sorted(hits, key=attrgetter("score"), reverse=True)
