"""The index in SQLite: a table of FTS5.

The tokens are ours, so its own tokenizer only cuts at spaces. bm25 looks at every document that has the
words, which is slow where most have them; so of very many the newest are ranked, those with the words in the
title come in too (`asked.best_of`), and the rest is left.

bm25 counts the documents of each word of its query anew, and that was the most of what a search cost. So what
is to be ranked is found first, with everything and without a rank, and ranked without the filters that nearly
all documents pass and without words that more than half of them have, for which bm25 gives nothing anyway.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from math import log
from typing import Any

from django.db import connection

from secondwind.search import facets
from secondwind.search.backends.asked import Asked, Found, Part, best_of
from secondwind.search.document import Tokens

MOST_RANKED = 2_000  # documents; of more all words are so common that a rank tells little

HALF = log(2)  # how rare a word is that half of the documents have (`counts.rareness`)

_TABLE = """CREATE VIRTUAL TABLE search_fts USING fts5(
    title, body, concepts, facets,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* Co S* P*'")"""
_TRIGGER = """CREATE TRIGGER search_document_gone AFTER DELETE ON search_document BEGIN
    DELETE FROM search_fts WHERE rowid = old.id; END"""
_INSERT = "INSERT INTO search_fts(rowid, title, body, concepts, facets) VALUES (%s, %s, %s, %s, %s)"
_NEWEST = "SELECT rowid FROM search_fts WHERE search_fts MATCH %s ORDER BY rowid DESC LIMIT %s"
# The weights are those of the columns in their order.
_RANKED = """SELECT rowid, -bm25(search_fts, 4.0, 1.0, 2.0, 0.0) FROM search_fts
    WHERE search_fts MATCH %s AND rowid BETWEEN %s AND %s"""
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
    with connection.cursor() as cursor:
        ids = _newest(cursor, _match(asked), MOST_RANKED)
        there_are_more = len(ids) == MOST_RANKED
        titled = _newest(cursor, _match(asked, in_titles=True), limit) if there_are_more else []
        telling = _telling(asked)
        if there_are_more and not telling:
            found = [(id, 0.0) for id in sorted(set(ids) - set(titled))]
        else:
            found = _rank(cursor, _match(replace(asked, parts=telling or asked.parts), is_ranked=True), ids)
    return best_of(found, titled, limit)


def newest(asked: Asked, limit: int) -> list[Found]:
    """The documents that came into the index last, without a rank."""
    with connection.cursor() as cursor:
        return [Found(id, 0.0) for id in _newest(cursor, _match(asked), limit)]


def count_words() -> Iterable[tuple[str, int]]:
    """Every token but the filters', and in how many documents it stands."""
    with connection.cursor() as cursor:
        cursor.execute(_VOCABULARY)
        cursor.execute(_COUNTS)
        return list(cursor.fetchall())


def _telling(asked: Asked) -> tuple[Part, ...]:
    """The parts that fewer than half of the documents have; all, where one part may stand for the others."""
    if asked.any:
        return asked.parts
    rare = [
        part for part in asked.parts
        if part.adjacent
        or max((asked.weights.get(token, 0.0) for token in (*part.words, *part.concepts)), default=0.0) > HALF
    ]  # fmt: skip
    return tuple(rare)


def _newest(cursor: Any, match: str, limit: int) -> list[int]:
    cursor.execute(_NEWEST, [match, limit])
    return [id for (id,) in cursor.fetchall()]


def _rank(cursor: Any, match: str, ids: Collection[int]) -> list[tuple[int, float]]:
    """(id, score) of these documents."""
    if not ids:
        return []
    cursor.execute(_RANKED, [match, min(ids), max(ids)])
    wanted = set(ids)
    return [row for row in cursor.fetchall() if row[0] in wanted]


def _match(asked: Asked, *, in_titles: bool = False, is_ranked: bool = False) -> str:
    asked_for = asked.filters if is_ranked else (*asked.wide, *asked.filters)
    filters = [f"facets : ({' OR '.join(map(_quoted, tokens))})" for tokens in asked_for]
    joined = " OR " if asked.any else " AND "
    parts = joined.join(_part(part) for part in asked.parts)
    matched = [*filters, *([f"({parts})"] if parts else [])]
    if in_titles:
        titled = f"facets : ({joined.join(_titled(part) for part in asked.parts)})"
        # Whether words stand side by side the text alone says.
        matched = [*(matched if any(part.adjacent for part in asked.parts) else filters), titled]
    return " AND ".join(matched)


def _titled(part: Part) -> str:
    """The words of a part in a title, in any order."""
    words = [_quoted(facets.titled(word)) for word in part.words]
    if words and part.is_start:
        words[-1] += "*"
    alternatives = [f"({' AND '.join(words)})"] if words else []
    return f"({' OR '.join([*alternatives, *(_quoted(facets.titled(one)) for one in part.concepts)])})"


def _part(part: Part) -> str:
    words = list(map(_quoted, part.words))
    if words and part.is_start:
        words[-1] += "*"
    alternatives = [f"({(' + ' if part.adjacent else ' AND ').join(words)})"] if words else []
    return f"({' OR '.join([*alternatives, *map(_quoted, part.concepts)])})"


def _quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'
