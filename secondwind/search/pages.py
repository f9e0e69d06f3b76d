"""The search page."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from html import escape
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from secondwind.look.caching import public_page
from secondwind.look.fragments import fragment
from secondwind.look.templatetags.look import icon, when_in
from secondwind.search import asking, searching, shown, snippets
from secondwind.search.asking import Choice
from secondwind.search.searching import Hit
from secondwind.search.snippets import Run
from secondwind.search.sources import Card, Viewer

ROWS = 20  # threads a page
MOST_PAGES = 100

ANSWERED = format_html('<span class="tag tag-well">{} Answered</span> ', icon("check"))


class Row(NamedTuple):
    """A group that was found, as the page shows it; `address` of the best text, `about` the line below."""

    card: Card
    title: SafeString
    snippet: SafeString
    address: str
    about: SafeString


class Options(NamedTuple):
    """The entries of a list in the form, and the one that is chosen."""

    choices: tuple[Choice, ...]
    chosen: str


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """One box, filters, and what fits best."""
    viewer: Viewer = request.user
    asked = asking.read(request.GET, viewer)
    page = _page_number(request.GET.get("page", "1"))
    results = searching.search(asked.q, asked.filters, signed_in=viewer.is_authenticated, mend=asked.mend)
    seen, count = shown.seen(viewer, results.hits, page * ROWS)
    here = seen[(page - 1) * ROWS : page * ROWS]
    if page > 1 and not here:
        raise Http404("no such page of results")
    context: dict[str, Any] = {
        "asked": asked,
        "results": results,
        "rows": _rows(viewer, here, results.query.tokens),
        "count": count,
        "page": page,
        "earlier": asked.address(page=page - 1 if page > 2 else "") if page > 1 else "",
        "later": asked.address(page=page + 1) if count > page * ROWS else "",
        "as_typed": asked.address(**{"as": "typed"}),
        "here": asked.address() if asked.q or asked.given else "",
        "offered": asked.address(q=results.query.offered, **{"as": ""}) if results.query.offered else "",
        "people": shown.people(viewer, asked.q) if page == 1 else [],
        "options": {
            name: fragment(
                "search/_options.html", Options(choices, _chosen(choices, asked.given.get(name, "")))
            )
            for name, choices in asking.choices().items()
        },
    }
    return render(request, "search/search.html", context, using="jinja2")


def _chosen(choices: Sequence[Choice], value: str) -> str:
    """The value, when it is one of the list: what anybody may put into an address is not kept."""
    return value if any(choice.value == value for choice in choices) else ""


def _page_number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 4 and 1 <= int(value) <= MOST_PAGES):
        raise Http404("no such page of results")
    return int(value)


def _rows(viewer: Viewer, hits: Sequence[Hit], tokens: frozenset[str]) -> list[Row]:
    """What is shown of hits. 1 query, and 1 for each kind."""
    texts = searching.texts_of(hits)
    cards = shown.cards(viewer, hits)
    zone = timezone.get_current_timezone()
    return [
        Row(
            card,
            _html(snippets.marked(card.title, tokens)),
            _html(snippets.snippet(texts.get(hit.document, ""), tokens)),
            shown.address(hit),
            _about(card, hit.texts - 1, zone),
        )
        for hit in hits
        if (card := cards.get((hit.kind, hit.group)))
    ]


def _about(card: Card, others: int, zone: tzinfo) -> SafeString:
    """Who asked and where, what became of it, and how many further texts fit. Written out, as a template is
    slower at it and there are twenty rows."""
    answered = ANSWERED if card.is_answered else ""
    place = f'<a href="{escape(card.place_address)}">{escape(card.place)}</a>'
    replies = f"{card.replies} repl{'y' if card.replies == 1 else 'ies'}"
    more = f" · {others} more {'post fits' if others == 1 else 'posts fit'}" if others else ""
    at = when_in(zone, card.at)
    line = f"{answered}by <bdi>{escape(card.author)}</bdi> in {place} · {replies} · {at}{more}"
    return SafeString(line)  # escaped piece by piece; `mark_safe` takes as long as a piece


def _html(runs: Iterable[Run]) -> SafeString:
    """Runs of text with what was looked for marked. In a template the two hundred runs of a page cost as much
    as the search."""
    marked = (f"<mark>{escape(run.text)}</mark>" if run.is_match else escape(run.text) for run in runs)
    return SafeString("".join(marked))  # escaped piece by piece
