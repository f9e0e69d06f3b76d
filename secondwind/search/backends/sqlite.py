"""The index in SQLite: a table of FTS5.

The tokens are ours, so its own tokenizer only cuts at spaces. bm25 looks at every document that has the
words, which is slow where most have them; so of very many the newest are ranked, and those with the words in
the title, and the rest is left.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from secondwind.search.backends.asked import Asked, Found, Part
from secondwind.search.document import Tokens

MOST_RANKED = 3_000  # documents

_TABLE = """CREATE VIRTUAL TABLE search_fts USING fts5(
    title, body, concepts, facets,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* Co S* P*'")"""
_TRIGGER = """CREATE TRIGGER search_document_gone AFTER DELETE ON search_document BEGIN
    DELETE FROM search_fts WHERE rowid = old.id; END"""
_INSERT = "INSERT INTO search_fts(rowid, title, body, concepts, facets) VALUES (%s, %s, %s, %s, %s)"
_NEWEST = "SELECT rowid FROM search_fts WHERE search_fts MATCH %s ORDER BY rowid DESC LIMIT %s OFFSET %s"
# The weights are those of the columns in their order.
_RANKED = """SELECT rowid, bm25(search_fts, 4.0, 1.0, 2.0, 0.0) AS score FROM search_fts
    WHERE search_fts MATCH %s AND rowid > %s ORDER BY score, rowid DESC LIMIT %s"""
_VOCABULARY = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_terms USING fts5vocab(main, search_fts, row)"
_COUNTS = "SELECT term, doc FROM temp.search_terms WHERE substr(term, 1, 1) <> '@'"


def make(schema_editor: Any) -> None:
    """Make the table and its trigger."""
    schema_editor.execute(_TABLE)
    make_trigger(schema_editor)


def make_trigger(schema_editor: Any) -> None:
    """Have the words of a document go with its row."""
    schema_editor.execute(_TRIGGER)


def unmake(schema_editor: Any) -> None:
    """Take the trigger and the table away."""
    schema_editor.execute("DROP TRIGGER search_document_gone")
    schema_editor.execute("DROP TABLE search_fts")


def put(found: Iterable[tuple[int, Tokens]]) -> None:
    """Write the tokens of documents, in the place of what they had."""
    rows: list[tuple[int | str, ...]] = [
        (id, *(" ".join(column) for column in (one.title, one.body, one.concepts, one.facets)))
        for id, one in found
    ]
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM search_fts WHERE rowid = %s", [row[:1] for row in rows])
        cursor.executemany(_INSERT, rows)


def ranked(asked: Asked, limit: int) -> list[Found]:
    """The documents that fit best, best first."""
    match = _match(asked)
    with connection.cursor() as cursor:
        floor = _floor(cursor, match)
        found = _rank(cursor, match, floor, limit)
        if floor:
            titles = _match(asked, "{title concepts} : ")
            found += _rank(cursor, titles, _floor(cursor, titles), limit)
    best: dict[int, float] = {}
    for id, rank in found:
        best[id] = max(best.get(id, 0.0), -rank)
    order = sorted(best.items(), key=lambda one: (-one[1], -one[0]))
    return [Found(id, score) for id, score in order[:limit]]


def newest(asked: Asked, limit: int) -> list[Found]:
    """The documents that came into the index last, without a rank."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [_match(asked), limit, 0])
        return [Found(id, 0.0) for (id,) in cursor.fetchall()]


def count_words() -> Iterable[tuple[str, int]]:
    """Every token but the filters', and in how many documents it stands."""
    with connection.cursor() as cursor:
        cursor.execute(_VOCABULARY)
        cursor.execute(_COUNTS)
        return list(cursor.fetchall())


def _floor(cursor: Any, match: str) -> int:
    """The row below which nothing is ranked, or 0 when there is nothing to leave out."""
    cursor.execute(_NEWEST, [match, 1, MOST_RANKED])
    row = cursor.fetchone()
    return row[0] if row else 0


def _rank(cursor: Any, match: str, floor: int, limit: int) -> list[tuple[int, float]]:
    cursor.execute(_RANKED, [match, floor, limit])
    return list(cursor.fetchall())


def _match(asked: Asked, columns: str = "") -> str:
    filters = [f"facets : ({' OR '.join(map(_quoted, tokens))})" for tokens in asked.filters]
    parts = (" OR " if asked.any else " AND ").join(_part(part) for part in asked.parts)
    return " AND ".join([*filters, *([f"{columns}({parts})"] if parts else [])])


def _part(part: Part) -> str:
    words = list(map(_quoted, part.words))
    if words and part.is_start:
        words[-1] += "*"
    alternatives = [f"({(' + ' if part.adjacent else ' AND ').join(words)})"] if words else []
    return f"({' OR '.join([*alternatives, *map(_quoted, part.concepts)])})"


def _quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'
