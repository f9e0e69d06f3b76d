"""Mending a word that no document has, against the words of the index itself and those of the field."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from secondwind.look.prepared import prepared
from secondwind.search import analysis, synonyms
from secondwind.search.models import Word

SHORTEST = 4  # letters: of shorter words too many are one letter apart
LONG = 7  # letters from which two slips are mended
MOST_LOOKED_AT = 3_000
PLAINLY_MORE = 10  # times as many documents have a word that is offered instead of one that is there


@dataclass(frozen=True, slots=True)
class Mended:
    """The word that was meant: its token, how it is written, and how many documents have it."""

    token: str
    shown: str
    documents: int


def nearest(word: str, token: str) -> Mended | None:
    """The most frequent of the words that are fewest slips away from `word`, whose token is `token`.

    A slip is a letter too many, too few, another one, or two that changed places. Words of 4 to 6 letters may
    have one, longer ones two, and the two ends of a word are not both wrong. None when there is no such word.
    """
    plain = analysis.folded(word)
    if len(plain) < SHORTEST or not plain.isalpha() or analysis.is_unspaced(plain):
        return None
    most = 1 if len(plain) < LONG else 2
    candidates = list(_candidates(plain, token, most))
    by_word = _slips(plain, [analysis.folded(shown) for _, shown, _ in candidates], most)
    by_token = _slips(token, [other for other, _, _ in candidates], most)
    found = [
        (slips, -documents, other, shown)
        for slips, (other, shown, documents) in zip(map(min, by_word, by_token), candidates, strict=True)
        if slips <= most and other != token
    ]
    if not found:
        return None
    _, fewer, other, shown = min(found)
    return Mended(other, shown, -fewer)


def _candidates(plain: str, token: str, most: int) -> Iterator[tuple[str, str, int]]:
    """Tokens with how they are written and how many documents have them: those of the index first."""
    yield from _written_like(token, token[:2], token[-2:], len(token) - most, len(token) + most)
    for name in synonyms.names().words:
        if abs(len(name) - len(plain)) <= most and (name[:2] == plain[:2] or name[-2:] == plain[-2:]):
            yield analysis.stems(name)[0] if analysis.stems(name) else name, name, 0


@prepared
def _written_like(
    token: str, start: str, end: str, least: int, most: int
) -> QuerySet[Word, tuple[str, str, int]]:
    near, size = Q(start=start) | Q(end=end), Q(size__gte=least, size__lte=most)
    rows = Word.objects.filter(near, size).exclude(token=token).order_by("-documents", "token")
    return rows.values_list("token", "shown", "documents")[:MOST_LOOKED_AT]


def _slips(word: str, others: Sequence[str], most: int) -> list[int]:
    """The optimal string alignment distance of a word to others; more than `most` is `most` + 1."""
    slips = cdist([word], others, scorer=OSA.distance, score_cutoff=most)
    return [int(one) for one in slips[0]]
