"""The search page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from secondwind.accounts.models import Audience, User
from secondwind.accounts.pseudonyms import key_of
from secondwind.look.caching import public_page
from secondwind.search import asking, searching, snippets
from secondwind.search.searching import Hit
from secondwind.search.snippets import Run
from secondwind.search.sources import Card, Viewer, source

ROWS = 20  # threads a page
MOST_PEOPLE = 6
MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A group that was found, as the page shows it: title and snippet in runs; `address` of the best text."""

    card: Card
    title: Sequence[Run]
    snippet: Sequence[Run]
    address: str
    others: int  # further texts of the group that fit


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """One box, filters, and what fits best."""
    asked = asking.read(request.GET)
    page = _page_number(request.GET.get("page", "1"))
    viewer: Viewer = request.user
    results = searching.search(asked.q, asked.filters, signed_in=viewer.is_authenticated, mend=asked.mend)
    seen = _seen(viewer, results.hits)
    here = seen[(page - 1) * ROWS : page * ROWS]
    if page > 1 and not here:
        raise Http404("no such page of results")
    tokens = results.query.tokens
    context: dict[str, Any] = {
        "asked": asked,
        "results": results,
        "rows": _rows(here, tokens),
        "count": len(seen),
        "page": page,
        "earlier": asked.address(page=page - 1 if page > 2 else "") if page > 1 else "",
        "later": asked.address(page=page + 1) if len(seen) > page * ROWS else "",
        "as_typed": asked.address(**{"as": "typed"}),
        "offered": asked.address(q=results.query.offered, **{"as": ""}) if results.query.offered else "",
        "people": _people(viewer, asked.q) if page == 1 else [],
        "places": asking.places(),
        "bodies": asking.bodies(),
        "sides": asking.SIDES,
        "answered": asking.ANSWERED,
    }
    return render(request, "search/search.html", context)


def _page_number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 4 and 1 <= int(value) <= MOST_PAGES):
        raise Http404("no such page of results")
    return int(value)


@dataclass(frozen=True, slots=True)
class _Seen:
    hit: Hit
    card: Card
    address: str


def _seen(viewer: Viewer, hits: Sequence[Hit]) -> list[_Seen]:
    """The hits that the viewer may see, as their sources say it now. 2 queries for each kind."""
    found = []
    for kind in dict.fromkeys(hit.kind for hit in hits):
        if known := source(kind):
            own = [hit for hit in hits if hit.kind == kind]
            cards = known.cards(viewer, [hit.group for hit in own])
            addresses = known.readable(viewer, [hit.ref for hit in own])
            found += [
                _Seen(hit, cards[hit.group], addresses[hit.ref])
                for hit in own
                if hit.group in cards and hit.ref in addresses
            ]
    order = {id(hit): at for at, hit in enumerate(hits)}
    return sorted(found, key=lambda one: order[id(one.hit)])


def _rows(seen: Sequence[_Seen], tokens: frozenset[str]) -> list[Row]:
    texts = searching.texts_of([one.hit for one in seen])
    return [
        Row(
            one.card,
            snippets.marked(one.card.title, tokens),
            snippets.snippet(texts.get(one.hit.document, ""), tokens),
            one.address,
            one.hit.count - 1,
        )
        for one in seen
    ]


def _people(viewer: Viewer, text: str) -> list[User]:
    """Members whose pseudonym begins like the text, as far as they show themselves. 1 query."""
    if not 2 <= len(text) <= 60 or not text.isprintable():
        return []
    audiences = [Audience.EVERYONE, *([Audience.MEMBERS] if viewer.is_authenticated else [])]
    found = User.objects.filter(
        username_key__startswith=key_of(text), is_active=True, banned_at=None, profile_audience__in=audiences
    )
    return list(found.order_by("username_key")[:MOST_PEOPLE])
