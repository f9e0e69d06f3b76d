"""Counted outcomes for everybody: the page, and the same numbers as JSON and CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, time
from io import StringIO
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape

from secondwind.cases import totals
from secondwind.cases.totals import Row
from secondwind.clinic.model import Effect
from secondwind.clinic.outcomes import LEAST
from secondwind.look.caching import public_page
from secondwind.notifications.feeds import Entry, Feed, feed_page

NOTE = (
    "Self-reported by runners who chose to report, so self-selected. Who tries what is not by chance: it "
    "does not tell what a treatment does. Groups and measures under 10 are left out, and so is what a "
    "machine read from archived threads."
)
COUNTS = ("n", "full", "partly", "not_back", "unknown", "lost", "median", "low", "high")
EFFECTS = tuple(str(effect) for effect in Effect)
COLUMNS = ("group", "condition", "measure", "as_of", *COUNTS, *(f"effect_{effect}" for effect in EFFECTS))


@public_page
def page(request: HttpRequest) -> HttpResponse:
    """Every group of at least ten, by name."""
    return render(request, "cases/totals.html", {"rows": totals.shown(), "least": LEAST})


@feed_page
def feed() -> Feed:
    """The same groups for feed readers: an entry is new again when its numbers are others."""
    rows = sorted(totals.shown(), key=lambda row: row.changed_on, reverse=True)
    return Feed("Second Wind: how it ended", reverse("cases:totals"), NOTE, [_entry(row) for row in rows])


@public_page
def as_json(request: HttpRequest) -> HttpResponse:
    """The same numbers as JSON."""
    groups = [
        {"group": row.kind, "condition": row.condition, "as_of": row.on, **row.numbers}
        for row in totals.shown()
    ]
    return JsonResponse({"note": NOTE, "groups": groups})


@public_page
def as_csv(request: HttpRequest) -> HttpResponse:
    """The same numbers as CSV: a line for each group, and one for each measure in it."""
    out = StringIO()
    lines = csv.writer(out)
    lines.writerow(COLUMNS)
    lines.writerows(line for row in totals.shown() for line in _lines(row))
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="outcomes.csv"'
    return response


def _entry(row: Row) -> Entry:
    at = datetime.combine(row.changed_on, time(), UTC)
    words = render_to_string("cases/_total_words.html", {"row": row})
    html = f"{words}<p>{escape(NOTE)}</p>"
    return Entry(f"{reverse('cases:totals')}#total-{row.kind}-{row.condition}", row.title, html, at, at)


def _lines(row: Row) -> Iterator[list[Any]]:
    yield _line(row, "", row.numbers)
    for measure in row.numbers["measures"]:
        yield _line(row, measure["treatment"], measure)


def _line(row: Row, measure: str, numbers: dict[str, Any]) -> list[Any]:
    effects = numbers.get("effects", {})
    counts = [_plain(numbers[key]) for key in COUNTS]
    return [row.kind, row.condition, measure, row.on, *counts, *(effects.get(e, "") for e in EFFECTS)]


def _plain(number: float | None) -> float | str:
    return "" if number is None else number
