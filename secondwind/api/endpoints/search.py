"""Searching what members wrote."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Query, Router
from ninja.decorators import decorate_view

from secondwind.accounts.mail import site_address
from secondwind.api import cursors, shapes
from secondwind.api.caching import kept_for_visitors
from secondwind.api.problems import Problem
from secondwind.api.times import Day
from secondwind.api.tokens import READ, ApiRequest
from secondwind.forums import access
from secondwind.search import asking, searching, shown, snippets
from secondwind.search.query import LONGEST
from secondwind.search.searching import Hit

router = Router(tags=["Search"], auth=READ)

MOST = 50
ANSWERED = {None: "", True: "yes", False: "no"}


@router.get("/search", response=shapes.Found, summary="Search posts")
@decorate_view(kept_for_visitors)
def search(
    request: ApiRequest,
    q: Annotated[str, Query(max_length=LONGEST, description="Any words. Every word is only a word.")] = "",
    forum: Annotated[str, Query(max_length=60, description="The slug of a forum.")] = "",
    by: Annotated[
        str, Query(max_length=asking.LONGEST_NAME, description="The pseudonym of who wrote it.")
    ] = "",
    since: Annotated[Day | None, Query(description="Written on this day (UTC) or later.")] = None,
    until: Annotated[Day | None, Query(description="Written on this day or earlier.")] = None,
    answered: Annotated[bool | None, Query(description="With a correct answer, or without.")] = None,
    outcome: Annotated[bool, Query(description="Only threads that tell how it went.")] = False,
    place: Annotated[
        str,
        Query(max_length=60, description="A place of the body, or `area-` and an area such as `area-knee`."),
    ] = "",
    side: Annotated[Literal["left", "right"] | None, Query(description="A side of the body.")] = None,
    mend: Annotated[bool, Query(description="Whether misspelt words are mended.")] = True,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 20,
    cursor: Annotated[str | None, Query(description="The value of `next`.")] = None,
) -> shapes.Found:
    """Posts by words, other names of the same thing and filters, gathered by their threads."""
    viewer, start = request.auth.viewer, cursors.number(cursor)
    place_id = access.forum_for(viewer, forum).pk if forum else ""
    asked = asking.read(
        {
            "q": q, "forum": str(place_id), "by": by, "body": place, "side": side or "",
            "since": since.isoformat() if since else "", "until": until.isoformat() if until else "",
            "answered": ANSWERED[answered], "outcome": "yes" if outcome else "",
            "as": "" if mend else "typed",
        },
        viewer,
    )  # fmt: skip
    if place and not (asked.filters.area or asked.filters.region):
        raise Problem(404, "There is no such place of the body.")
    if by and not asked.filters.author:
        raise Problem(404, asking.NOBODY_OF_THAT_NAME)
    results = searching.search(asked.q, asked.filters, signed_in=viewer.is_authenticated, mend=asked.mend)
    seen, count = shown.seen(viewer, results.hits, start + limit)
    here = seen[start : start + limit]
    cards, texts = shown.cards(viewer, here), searching.texts_of(here)

    def told(hit: Hit) -> shapes.Hit:
        card = cards[hit.kind, hit.group]
        snippet = snippets.snippet(texts.get(hit.document, ""), results.query.tokens)
        return shapes.Hit(
            thread=card.group,
            title=card.title,
            address=site_address(card.address, request),
            forum=card.place,
            author=card.author,
            latest_at=card.at,
            reply_count=card.replies,
            is_answered=card.is_answered,
            post=hit.ref,
            post_address=site_address(shown.address(hit), request),
            snippet=[shapes.Run(text=run.text, is_match=run.is_match) for run in snippet],
            other_posts=hit.texts - 1,
        )

    return shapes.Found(
        count=count,
        is_all=results.is_all,
        some_words=results.some_words,
        mended=results.query.mended,
        offered=results.query.offered,
        people=[] if start else [one.username for one in shown.people(viewer, asked.q)],
        items=[told(hit) for hit in here if (hit.kind, hit.group) in cards],
        next=cursors.write(start + limit) if count > start + limit else None,
    )
