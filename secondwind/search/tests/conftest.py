"""Texts in the index: `write` puts one in, as a room would."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any

import pytest

from secondwind.search import index, sources
from secondwind.search.document import Text
from secondwind.search.sources import Card, Source, Viewer

Write = Callable[..., Text]


@pytest.fixture
def kept(db: None) -> dict[int, Text]:
    """What a room of notes has, by id."""
    return {}


@pytest.fixture
def notes(kept: dict[int, Text]) -> Any:
    """A room with notes, each a group of its own unless it says another, which everybody may see."""

    def cards(viewer: Viewer, groups: Collection[int]) -> dict[int, Card]:
        return {
            one.group: Card(
                one.group,
                one.title,
                f"/notes/{one.group}/",
                "ann",
                "Notes",
                "/notes/",
                one.written_at,
                0,
                False,
            )
            for one in kept.values()
            if one.group in groups
        }

    source = Source(
        "note",
        refs=lambda after, most: sorted(ref for ref in kept if ref > after)[:most],
        texts=lambda refs: [kept[ref] for ref in refs],
        cards=cards,
        readable=lambda viewer, refs: kept.keys() & refs,
        address=lambda ref: f"/notes/{ref}/",
        places=lambda: {1: "Notes"},
    )
    sources.register(source)
    yield source
    sources._sources.pop("note")


@pytest.fixture
def write(notes: Source, kept: dict[int, Text]) -> Write:
    """Put a text into the index: `write("text", title="…")`."""

    def put(text: str, **fields: Any) -> Text:
        ref = fields.pop("ref", len(kept) + 1)
        fields = {"group": ref, "leads": True, "written_at": datetime(2026, 3, 1, tzinfo=UTC)} | fields
        kept[ref] = Text(kind="note", ref=ref, text=text, **fields)
        index.put([kept[ref]])
        return kept[ref]

    return put
