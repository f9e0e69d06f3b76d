"""More like this: which groups begin with a text like another one.

The whole text counts, and what two texts share counts the more the fewer others have it: the cosine of their
TF-IDF vectors (G. Salton and C. Buckley, "Term-weighting approaches in automatic text retrieval", 1988).
Places of the body and the side that both speak of add to it. The same texts give the same list. Below a floor
nothing is similar. The constants are our judgement.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import log, sqrt

from django.db import transaction
from django.db.models import F, Q

from secondwind.accounts.models import Audience
from secondwind.clinic import knowledge
from secondwind.search import analysis, facets, synonyms
from secondwind.search.backends import backend
from secondwind.search.backends.asked import Asked, Part
from secondwind.search.counts import Counts, counts_of
from secondwind.search.models import Document, Likeness

FLOOR = 0.16  # a lower score is not similar
MOST = 5  # groups that are shown
MOST_KEPT = 12  # of which some may be hidden from a viewer
CANDIDATES = 60  # documents that are compared in full
RAREST = 18  # tokens by which they are found
COMMON = 0.2  # a token that a larger share of the documents has finds nothing
LONGEST = 3_000  # tokens of a text that are compared
TITLE = 2  # how often a word of the title counts
SAME_PLACE, SAME_AREA, OTHER_AREA = 0.12, 0.05, -0.08
SAME_SIDE = 0.02
EQUALS = 0.05  # scores that differ by no more are equals


@dataclass(frozen=True, slots=True)
class Like:
    """A group that is like what was asked, and how much: 0 to 1."""

    group: int
    score: float


def similar(
    kind: str,
    title: str,
    text: str,
    *,
    regions: Sequence[str] = (),
    side: str = "",
    besides: int | None = None,
    signed_in: bool = False,
) -> list[Like]:
    """The groups most like a text, best first; none where nothing is similar. 4 database queries."""
    asked = _counted(title, text)
    counts = counts_of(asked)
    near = _candidates(kind, asked, counts, signed_in)
    others = [row for row in Document.objects.filter(pk__in=near) if row.group != besides]
    counted = {row.group: _counted(row.title, row.text) for row in others}
    counts = counts.and_of(token for tokens in counted.values() for token in tokens)
    found = [
        Like(row.group, _score(counts, asked, counted[row.group]) + _bodies(regions, side, row))
        for row in others
    ]
    best = sorted((one for one in found if one.score >= FLOOR), key=lambda one: (-one.score, one.group))
    return best[:MOST_KEPT]


@transaction.atomic
def compare(kind: str, group: int) -> None:
    """Find anew what a group is like, and keep it on both sides: likeness goes both ways."""
    Likeness.objects.filter(kind=kind).filter(Q(group=group) | Q(other=group)).delete()
    leader = Document.objects.filter(kind=kind, group=group, leads=True).first()
    if leader is None:
        return
    found = similar(
        kind,
        leader.title,
        leader.text,
        regions=leader.regions.split(),
        side=leader.side,
        besides=group,
        signed_in=leader.audience != Audience.EVERYONE,
    )
    compared = Likeness.objects.filter(kind=kind, group=F("other"), group__in=[one.group for one in found])
    others = set(compared.values_list("group", flat=True))
    rows = [Likeness(kind=kind, group=group, other=group, score=1.0)]
    for one in found:
        rows.append(Likeness(kind=kind, group=group, other=one.group, score=one.score))
        if one.group in others:
            rows.append(Likeness(kind=kind, group=one.group, other=group, score=one.score))
    Likeness.objects.bulk_create(rows)
    _trim(kind, others)


def _trim(kind: str, groups: Collection[int]) -> None:
    """Keep the lists of groups short: of very many others that are like them, the most alike."""
    kept: Counter[int] = Counter()
    surplus = []
    for row in Likeness.objects.filter(kind=kind, group__in=groups).order_by("-score", "pk"):
        kept[row.group] += 1
        if kept[row.group] > 2 * MOST_KEPT:
            surplus.append(row.pk)
    if surplus:
        Likeness.objects.filter(pk__in=surplus).delete()


def _counted(title: str, text: str) -> Counter[str]:
    """How often each token and concept stands in a text."""
    heading, body = analysis.stems(title), analysis.stems(text)[:LONGEST]
    named = [one.concept for words in (heading, body) for one in synonyms.concepts(words)]
    return Counter(heading * TITLE + body + named)


def _candidates(kind: str, asked: Counter[str], counts: Counts, signed_in: bool) -> list[int]:
    weights = counts.weights()
    most = max(COMMON * counts.total, 20)
    useful = [token for token, count in counts.by_token.items() if count <= most]
    rarest = sorted(useful, key=lambda token: (-weights[token] * (1 + log(asked[token])), token))[:RAREST]
    if not rarest:
        return []
    parts = tuple(
        Part((), (token,)) if token.startswith(synonyms.MARK) else Part((token,)) for token in rarest
    )
    filters = ((facets.LEADS,), (facets.kind(kind),))
    asked_for = Asked(parts, filters, facets.not_for(signed_in), any=True, weights=weights)
    return [one.id for one in backend().ranked(asked_for, CANDIDATES)]


def _vector(counts: Counts, tokens: Counter[str]) -> dict[str, float]:
    return {token: (1 + log(number)) * counts.rareness(token) for token, number in tokens.items()}


def _score(counts: Counts, a: Counter[str], b: Counter[str]) -> float:
    one, other = _vector(counts, a), _vector(counts, b)
    shared = sum(weight * other[token] for token, weight in one.items() if token in other)
    lengths = sqrt(sum(w * w for w in one.values())) * sqrt(sum(w * w for w in other.values()))
    return shared / lengths if lengths else 0.0


def _bodies(regions: Sequence[str], side: str, row: Document) -> float:
    """What the places of the body add or take, when both texts name some."""
    here, there = _places(regions), _places(row.regions.split())
    if not here.fine or not there.fine:
        return 0.0
    if not here.areas & there.areas:
        return OTHER_AREA
    same = SAME_PLACE if here.fine & there.fine else SAME_AREA
    return same + (SAME_SIDE if side and side == row.side else 0.0)


@dataclass(frozen=True, slots=True)
class _Places:
    fine: frozenset[str]
    areas: frozenset[str]


def _places(ids: Sequence[str]) -> _Places:
    known = knowledge.load().regions
    here = [known[id] for id in ids if id in known]
    return _Places(
        frozenset(id for region in here for id in region.fine), frozenset(region.area for region in here)
    )
