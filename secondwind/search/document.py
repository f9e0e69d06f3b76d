"""What the index is given, and what it makes of that: the tokens of each column."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from secondwind.accounts.models import Audience
from secondwind.clinic import knowledge
from secondwind.search import analysis, facets, synonyms
from secondwind.search.models import Document

MOST_CONCEPTS = 200  # of one text
LONGEST_TITLE = 200
FORM = "3"  # of the tokens; another number has every document read again


@dataclass(frozen=True, slots=True)
class Text:
    """A text as its room gives it.

    `place` is the id of where it stands (a forum), `regions` are ids of the clinic's places, `audience` who
    may read it. `leads`: it begins its group, and `title` is the group's.
    """

    kind: str
    ref: int
    group: int
    text: str
    written_at: datetime
    title: str = ""
    leads: bool = False
    author_id: int | None = None
    place: int | None = None
    is_answered: bool = False
    has_outcome: bool = False
    regions: tuple[str, ...] = ()
    side: str = ""
    audience: str = Audience.EVERYONE


@dataclass(slots=True)
class Tokens:
    """The tokens of a document: of its title, its text, the concepts in both, and what it is filtered by."""

    title: list[str]
    body: list[str]
    concepts: list[str]
    facets: list[str]
    shown: dict[str, str] = field(default_factory=dict)  # token -> the word that it was


def version() -> str:
    """What the tokens depend on. A document of another version is read again."""
    return f"{FORM}.{synonyms.names().version}"


def row_of(text: Text) -> Document:
    """The row for a text, without an id."""
    return Document(
        kind=text.kind,
        ref=text.ref,
        group=text.group,
        leads=text.leads,
        title=_storable(text.title)[:LONGEST_TITLE],
        text=_storable(text.text),
        author_id=text.author_id,
        written_at=text.written_at,
        place=text.place,
        is_answered=text.is_answered,
        has_outcome=text.has_outcome,
        regions=" ".join(text.regions)[:300],
        side=text.side,
        audience=text.audience,
        version=version(),
    )


def _storable(text: str) -> str:
    """Without what no database takes."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "")


def tokens_of(row: Document) -> Tokens:
    """The tokens of a row."""
    shown: dict[str, str] = {}
    title, body = _words(row.title, shown), _words(row.text, shown)
    concepts = [found.concept for found in synonyms.concepts(title)]
    titled = [facets.titled(token) for token in dict.fromkeys([*title, *concepts])]
    concepts += [found.concept for found in synonyms.concepts(body)]
    return Tokens(title, body, concepts[:MOST_CONCEPTS], [*facets_of(row), *titled], shown)


def facets_of(row: Document) -> list[str]:
    """What a document can be filtered by, as tokens."""
    found = [facets.kind(row.kind), facets.audience(row.audience), *facets.days(row.written_at)]
    found += [facets.LEADS] if row.leads else []
    found += [facets.ANSWERED if row.is_answered else facets.OPEN]
    found += [facets.OUTCOME] if row.has_outcome else []
    found += [facets.place(row.place)] if row.place is not None else []
    found += [facets.author(row.author_id)] if row.author_id is not None else []
    found += facets.sides(row.side)
    found += _region_facets(row.regions.split())
    return found


def _region_facets(regions: Iterable[str]) -> list[str]:
    known = knowledge.load().regions
    here = [known[id] for id in regions if id in known]
    areas = dict.fromkeys(facets.area(region.area) for region in here)
    return [*(facets.region(region.id) for region in here), *areas]


def _words(text: str, shown: dict[str, str]) -> list[str]:
    words = []
    for token in analysis.tokens(text):
        words.append(token.text)
        shown.setdefault(token.text, text[token.start : token.end].lower())
    return words
