"""The index in SQLite: a table of FTS5.

The tokens are ours, so its own tokenizer only cuts at spaces. bm25 looks at every document that has the
words, which is slow where most have them; so of very many the newest are ranked. Older ones with the words in
the title count like the one of these among the newest that fits least, or as the best where there is none;
the rest is left.

bm25 counts the documents of each word of its query anew, those of a filter that nearly all pass too: that was
the most of what a search cost. So what is to be ranked is found with all filters and without a rank, and
ranked without those filters.
"""

from collections.abc import Collection, Iterable
from heapq import nsmallest
from typing import Any

from django.db import connection

from secondwind.search import facets
from secondwind.search.backends.asked import Asked, Found, Part
from secondwind.search.document import Tokens

MOST_RANKED = 2_000  # documents; of more all words are so common that a rank tells little

_TABLE = """CREATE VIRTUAL TABLE search_fts USING fts5(
    title, body, concepts, facets,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* Co S* P*'")"""
_TRIGGER = """CREATE TRIGGER search_document_gone AFTER DELETE ON search_document BEGIN
    DELETE FROM search_fts WHERE rowid = old.id; END"""
_INSERT = "INSERT INTO search_fts(rowid, title, body, concepts, facets) VALUES (%s, %s, %s, %s, %s)"
_NEWEST = "SELECT rowid FROM search_fts WHERE search_fts MATCH %s ORDER BY rowid DESC LIMIT %s"
# The weights are those of the columns in their order.
_RANKED = """SELECT bm25(search_fts, 4.0, 1.0, 2.0, 0.0), -rowid FROM search_fts
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
        found = _rank(cursor, _match(asked, is_ranked=True), ids)
        if len(ids) == MOST_RANKED:  # there may be more
            titled = _newest(cursor, _match(asked, in_titles=True), limit)
            among = {-id: rank for rank, id in found}
            rank = max((among[id] for id in titled if id in among), default=1.1 * min(among.values()))
            found += [(rank, -id) for id in titled if id not in among]
    return [Found(-id, -rank) for rank, id in nsmallest(limit, found)]


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


def _newest(cursor: Any, match: str, limit: int) -> list[int]:
    cursor.execute(_NEWEST, [match, limit])
    return [id for (id,) in cursor.fetchall()]


def _rank(cursor: Any, match: str, ids: Collection[int]) -> list[tuple[float, int]]:
    """(rank, -id) of these documents; a lower rank is better."""
    if not ids:
        return []
    cursor.execute(_RANKED, [match, min(ids), max(ids)])
    wanted = set(ids)
    return [row for row in cursor.fetchall() if -row[1] in wanted]


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
