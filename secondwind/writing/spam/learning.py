"""What moderators taught: how many spam and honest posts had each word, and what that says of a new one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlsplit

from secondwind.writing.spam.folding import plain

ENOUGH = 20  # posts of each sort before what was learned may overrule the plain signals
TIMID, SURE = 1.0, 5.0  # the most that it may weigh, in log-odds, before that and in the end
SURE_AFTER = 200
TELLING = 15  # words of a post that are looked at: those that tell most
MOST_TOKENS = 400  # of one post
LONGEST_TOKEN = 40
ALL = ""  # the row that counts the posts themselves


def tokens(text: str, links: Iterable[str] = ()) -> frozenset[str]:
    """The words of a post that are counted, and `host:` with each host that it links to."""
    words = (word[:LONGEST_TOKEN] for word in plain(text).split() if len(word) > 2)
    found = list(dict.fromkeys(words))[:MOST_TOKENS]
    return frozenset(found) | frozenset(
        f"host:{host}"[:LONGEST_TOKEN] for host in map(host_of, links) if host
    )


def host_of(link: str) -> str:
    """The host of an address without "www.", in small letters; empty when it has none."""
    try:
        return (urlsplit(link).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Learned:
    """In how many spam and honest posts each token was seen: token → (spam, honest); `ALL` counts posts.

    To score one post, the rows of its `tokens` and of `ALL` are enough.
    """

    counts: Mapping[str, tuple[int, int]] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, rows: Iterable[tuple[str, int, int]]) -> Learned:
        """From rows of token, spam, honest."""
        return cls(MappingProxyType({token: (spam, honest) for token, spam, honest in rows}))

    def rows(self) -> Iterator[tuple[str, int, int]]:
        """Rows of token, spam, honest, as `of` takes them."""
        return ((token, *seen) for token, seen in self.counts.items())

    def with_(self, text: str, is_spam: bool, links: Iterable[str] = ()) -> Learned:
        """With one more post that a moderator judged."""
        return self._changed(tokens(text, links), is_spam, 1)

    def without(self, text: str, is_spam: bool, links: Iterable[str] = ()) -> Learned:
        """As before that post was judged so: a judgement taken back leaves no trace."""
        return self._changed(tokens(text, links), is_spam, -1)

    def _changed(self, found: frozenset[str], is_spam: bool, by: int) -> Learned:
        counts = dict(self.counts)
        for token in (ALL, *found):
            spam, honest = counts.get(token, (0, 0))
            spam, honest = (max(0, spam + by), honest) if is_spam else (spam, max(0, honest + by))
            counts[token] = (spam, honest)
            if (spam, honest) == (0, 0):
                del counts[token]
        return Learned(MappingProxyType(counts))

    def weight(self, found: frozenset[str]) -> float:
        """What the tokens of a post say, in log-odds: above 0 for spam. Naive Bayes with add-one smoothing.

        Bounded by `TIMID` until `ENOUGH` posts of each sort were judged, and then by more, up to `SURE`.
        """
        spam, honest = self.counts.get(ALL, (0, 0))
        each = (self._weight_of(token, spam, honest) for token in found if token in self.counts)
        telling = sorted(each, key=lambda weight: (-abs(weight), weight))[:TELLING]
        most = self._most(min(spam, honest))
        return max(-most, min(most, math.fsum(telling)))

    def _weight_of(self, token: str, spam: int, honest: int) -> float:
        in_spam, in_honest = self.counts[token]
        return math.log((in_spam + 1) / (spam + 2)) - math.log((in_honest + 1) / (honest + 2))

    @staticmethod
    def _most(seen: int) -> float:
        if seen < ENOUGH:
            return TIMID * seen / ENOUGH
        return min(SURE, TIMID + (SURE - TIMID) * seen / SURE_AFTER)
