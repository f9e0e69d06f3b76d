"""The index in SQLite: a table of FTS5.

The tokens are ours, so its own tokenizer only cuts at spaces. Very many documents have common words; of those
the newest are ranked, those with the words in the title come in too (`asked.best_of`), and the rest is left.

FTS5 has a BM25 of its own, which goes through all documents of each word on every search, to count them:
among 100,000 posts that was most of what a search cost. How many have a word is known here, so the words are
counted in the texts that were found, and in no others.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

from secondwind.search import facets
from secondwind.search.backends.asked import Asked, Found, Part, best_of
from secondwind.search.document import Tokens

# Okapi BM25 with the usual constants (S. Robertson and H. Zaragoza, "The probabilistic relevance framework",
# 2009). A word of the title counts like four of the text, the name of a concept like two (our judgement).
K1, B = 1.2, 0.75
TITLE, CONCEPT = 4, 2

Row = tuple[int, str, str, str]  # a document's id, and the tokens of its title, its text and its concepts

_TABLE = """CREATE VIRTUAL TABLE search_fts USING fts5(
    title, body, concepts, facets,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* Co S* P*'")"""
_TRIGGER = """CREATE TRIGGER search_document_gone AFTER DELETE ON search_document BEGIN
    DELETE FROM search_fts WHERE rowid = old.id; END"""
_INSERT = "INSERT INTO search_fts(rowid, title, body, concepts, facets) VALUES (%s, %s, %s, %s, %s)"
_NEWEST = "SELECT rowid FROM search_fts WHERE search_fts MATCH %s ORDER BY rowid DESC LIMIT %s"
# The columns of the table as FTS5 keeps them; through its own face each row costs twice as much.
_TEXTS = """SELECT kept.id, kept.c0, kept.c1, kept.c2 FROM search_fts
    CROSS JOIN search_fts_content kept ON kept.id = search_fts.rowid
    WHERE search_fts MATCH %s ORDER BY search_fts.rowid {order} LIMIT %s"""
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
    most = asked.most_ranked
    with connection.cursor() as cursor:
        rows = _texts(cursor, _match(asked), most, is_few=asked.expected < most)
        titled = _newest(cursor, _match(asked, in_titles=True), limit) if len(rows) == most else []
    return best_of(_ranks(asked, rows), titled, limit)


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


def _texts(cursor: Any, match: str, limit: int, *, is_few: bool) -> list[Row]:
    """The newest documents that match, newest first.

    Going back through the documents of a common word takes twice as long as going forth. Where all that can
    match are few anyway, they are read forth, and once more if they were not few.
    """
    if is_few:
        cursor.execute(_TEXTS.replace("{order}", "ASC"), [match, limit])
        rows: list[Row] = cursor.fetchall()
        if len(rows) < limit:
            return rows[::-1]
    cursor.execute(_TEXTS.replace("{order}", "DESC"), [match, limit])
    return list(cursor.fetchall())


def _newest(cursor: Any, match: str, limit: int) -> list[int]:
    cursor.execute(_NEWEST, [match, limit])
    return [id for (id,) in cursor.fetchall()]


def _ranks(asked: Asked, rows: Sequence[Row]) -> Iterable[tuple[int, float]]:
    """(id, score) of these documents, in their order. A word twice in a row counts once."""
    words = [one for part in asked.parts for one in _needles(part, asked.weights)]
    concepts = [(f"{one} ", asked.weights.get(one, 1.0)) for part in asked.parts for one in part.concepts]
    mean = sum(len(body) for _, _, body, _ in rows) / max(len(rows), 1) or 1.0
    for id, title, body, named in rows:
        score, most = 0.0, K1 * (1 - B + B * len(body) / mean)
        text = f" {body} "
        for needle, weight in words:
            count = text.count(needle)
            if title:
                count += TITLE * f" {title} ".count(needle)
            score += weight * count / (count + most)
        for needle, weight in concepts:
            count = CONCEPT * f"{named} ".count(needle)
            score += weight * count / (count + most)
        yield id, score * (K1 + 1)


def _needles(part: Part, weights: Mapping[str, float]) -> Iterable[tuple[str, float]]:
    """What to look for in a row of tokens with spaces around it, and how much that tells."""
    rows = [part.words] if part.adjacent else [(word,) for word in part.words]
    for at, row in enumerate(rows, start=1):
        end = "" if part.is_start and at == len(rows) else " "
        yield f" {' '.join(row)}{end}", max(weights.get(word, 1.0) for word in row)


def _match(asked: Asked, *, in_titles: bool = False) -> str:
    filters = [f"facets : ({' OR '.join(map(_quoted, tokens))})" for tokens in asked.filters]
    joined = " OR " if asked.any else " AND "
    parts = joined.join(_part(part) for part in asked.parts)
    matched = [*filters, *([f"({parts})"] if parts else [])]
    if in_titles:
        titled = f"facets : ({joined.join(_titled(part) for part in asked.parts)})"
        # Whether words stand side by side the text alone says.
        matched = [*(matched if any(part.adjacent for part in asked.parts) else filters), titled]
    without = f" NOT facets : ({' OR '.join(map(_quoted, asked.without))})" if asked.without else ""
    return f"({' AND '.join(matched)}){without}"


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
