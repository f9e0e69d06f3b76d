"""Mending a word that no document has, against the words of the index itself and those of the field."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

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
    found = []
    for one in _candidates(plain, token, most):
        slips = min(_slips(plain, analysis.folded(one.shown), most), _slips(token, one.token, most))
        if 0 < slips <= most or (slips == 0 and one.token != token):
            found.append((slips, -one.documents, one.token, one))
    return min(found)[3] if found else None


def _candidates(plain: str, token: str, most: int) -> Iterator[Mended]:
    near = Q(start=token[:2]) | Q(end=token[-2:])
    size = Q(size__gte=len(token) - most, size__lte=len(token) + most)
    rows = Word.objects.filter(near, size).exclude(token=token).order_by("-documents", "token")
    yield from (Mended(*row) for row in rows.values_list("token", "shown", "documents")[:MOST_LOOKED_AT])
    for name in synonyms.names().words:
        if abs(len(name) - len(plain)) <= most and (name[:2] == plain[:2] or name[-2:] == plain[-2:]):
            yield Mended(analysis.stems(name)[0] if analysis.stems(name) else name, name, 0)


def _slips(a: str, b: str, most: int) -> int:
    """The optimal string alignment distance of two words; more than `most` is `most` + 1."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        earlier, before, row = before, row, [i] + [0] * len(b)
        for j, other in enumerate(b, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                row[j] = min(row[j], earlier[j - 2] + 1)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
