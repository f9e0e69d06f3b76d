"""The index in PostgreSQL: a tsvector beside each document, with a GIN index.

The vector is written as one from our own tokens, and so is each query, so that no configuration of the server
has a say in it. Only the newest of very many matches are ranked; the rank of each word counts by how rare the
word is, which PostgreSQL's own ranking does not.
"""

from collections.abc import Iterable
from itertools import count
from math import exp, prod
from typing import Any

from django.db import connection

from secondwind.search.backends.asked import Asked, Found, Part, best_of
from secondwind.search.document import Tokens

FURTHEST = 16_000  # a vector holds positions up to 16383
MOST_POSITIONS = 250  # of one word
LARGEST = 1_000_000  # bytes of a vector's words and positions; PostgreSQL refuses one of more than 2**20

# Where a larger share of the documents fits, the newest of them are soon met by going back through all. The
# planner takes that way for rarer words too, as it thinks little of unpacking vectors, and then 0.1 s go by.
COMMON = 0.1
RAREST = 20.0  # how rare a word is that nobody wrote

_OF_POSITION = 2  # bytes; a word has so many for their number, and as many to begin at an even place

_PUT = "UPDATE search_document SET words = %s::tsvector, title_words = %s::tsvector WHERE id = %s"
_NEWEST = "SELECT id FROM search_document WHERE words @@ %s::tsquery ORDER BY id DESC LIMIT %s"
_COUNTS = "SELECT word, ndoc FROM ts_stat('SELECT words FROM search_document') WHERE left(word, 1) <> '@'"

# The weights are those of D, C (the text), B (concepts) and A (the title). With 1 the rank of a long document
# is divided by 1 + the logarithm of its length.
_RANKED = """SELECT id, (
        SELECT sum(rareness * ts_rank('{0, 0.25, 0.5, 1}', words, token::tsquery, 1))
        FROM unnest(%s::float8[], %s::text[]) AS asked(rareness, token)
    ) AS score
    FROM (
        SELECT id, words FROM search_document WHERE words @@ %s::tsquery ORDER BY {order} DESC LIMIT %s
    ) AS newest ORDER BY id DESC"""
_OF_TITLES = "SELECT id FROM search_document WHERE title_words @@ %s::tsquery ORDER BY id DESC LIMIT %s"
_COLUMNS = "ALTER TABLE search_document ADD COLUMN words tsvector, ADD COLUMN title_words tsvector"
_INDEXES = (
    "CREATE INDEX search_document_words ON search_document USING gin (words) WITH (fastupdate = off)",
    "CREATE INDEX search_document_title_words ON search_document USING gin (title_words)"
    " WITH (fastupdate = off)",
)


def make(schema_editor: Any) -> None:
    """Make the columns and their indexes."""
    for statement in (_COLUMNS, *_INDEXES):
        schema_editor.execute(statement)


def unmake(schema_editor: Any) -> None:
    """Take the columns away."""
    schema_editor.execute("ALTER TABLE search_document DROP COLUMN words, DROP COLUMN title_words")


def put(found: Iterable[tuple[int, Tokens]]) -> None:
    """Write the tokens of documents, in the place of what they had."""
    with connection.cursor() as cursor:
        cursor.executemany(_PUT, [[_vector(one), _title_vector(one), id] for id, one in found])


def ranked(asked: Asked, limit: int) -> list[Found]:
    """The documents that fit best, best first."""
    query = _query(asked)
    found = _rank(asked, query)
    titled = _ids(_OF_TITLES, query, limit) if len(found) == asked.most_ranked else []
    return best_of(found, titled, limit)


def newest(asked: Asked, limit: int) -> list[Found]:
    """The documents that came into the index last, without a rank."""
    return [Found(id, 0.0) for id in _ids(_NEWEST, _query(asked), limit)]


def count_words() -> Iterable[tuple[str, int]]:
    """Every token but the filters', and in how many documents it stands."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS)
        return list(cursor.fetchall())


def _rank(asked: Asked, query: str) -> list[tuple[int, float]]:
    """(id, score) of the newest documents that fit."""
    tokens = list(dict.fromkeys(token for part in asked.parts for token in (*part.words, *part.concepts)))
    rareness = [asked.weights.get(token, 1.0) for token in tokens]
    statement = _RANKED.replace("{order}", "id" if _share(asked) > COMMON else "id + 0")
    with connection.cursor() as cursor:
        cursor.execute(statement, [rareness, list(map(_quoted, tokens)), query, asked.most_ranked])
        return [(id, score or 0.0) for id, score in cursor.fetchall()]


def _share(asked: Asked) -> float:
    """About which share of the documents fits, if words stand together by chance; with filters fewer do."""
    if asked.filters:
        return 0.0
    shares = [
        max(
            exp(-max((asked.weights.get(word, RAREST) for word in part.words), default=RAREST)),
            *(exp(-asked.weights.get(concept, RAREST)) for concept in part.concepts),
            0.0,
        )
        for part in asked.parts
    ]
    return max(shares, default=0.0) if asked.any else prod(shares)


def _ids(statement: str, query: str, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [query, limit])
        return [id for (id,) in cursor.fetchall()]


def _vector(tokens: Tokens) -> str:
    """The words of a document with their positions. Of one that is too large the last new words are left
    out, and what it is filtered by never."""
    places = count(1)
    positions: dict[str, list[str]] = {}
    left = LARGEST - sum(map(_size, tokens.facets))
    for column, weight in ((tokens.title, "A"), (tokens.concepts, "B"), (tokens.body, "C")):
        for token in column:
            at = next(places)
            if token not in positions:
                if _size(token) > left:
                    continue
                positions[token] = []
                left -= _size(token)
            held = positions[token]
            if at <= FURTHEST and len(held) < MOST_POSITIONS and left >= _OF_POSITION:
                held.append(f"{at}{weight}")
                left -= _OF_POSITION
        next(places)  # nothing of two columns stands side by side
    words = [
        f"{_quoted(word)}:{','.join(held)}" if held else _quoted(word) for word, held in positions.items()
    ]
    return " ".join([*words, *map(_quoted, tokens.facets)])


def _size(token: str) -> int:
    """How many bytes a word takes in a vector, before its positions."""
    return len(token.encode()) + 2 * _OF_POSITION


def _title_vector(tokens: Tokens) -> str | None:
    """The words of the title alone; nothing for a document without one."""
    if not tokens.title:
        return None
    return _vector(Tokens(tokens.title, [], [], tokens.facets))


def _query(asked: Asked) -> str:
    filters = [f"({' | '.join(map(_quoted, tokens))})" for tokens in asked.filters]
    parts = (" | " if asked.any else " & ").join(_part(part) for part in asked.parts)
    without = [f"!{_quoted(token)}" for token in asked.without]
    return " & ".join([*filters, *([f"({parts})"] if parts else []), *without])


def _part(part: Part) -> str:
    words = list(map(_quoted, part.words))
    if words and part.is_start:
        words[-1] += ":*"
    alternatives = [f"({(' <-> ' if part.adjacent else ' & ').join(words)})"] if words else []
    return f"({' | '.join([*alternatives, *map(_quoted, part.concepts)])})"


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
