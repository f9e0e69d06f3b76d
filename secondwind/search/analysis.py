"""Text to tokens, the same for what is indexed and what is asked, on both databases.

A word becomes its stem without capitals and accents. Scripts that put no spaces between words (Chinese,
Japanese, Korean, Thai and their neighbours) become pairs of neighbouring characters, so that a word of them
is found wherever it stands. Names of one thing ("PF", "plantar fasciitis") share a concept of `synonyms`.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from secondwind.search.porter import stem

LONGEST_WORD = 64  # characters of a token; the rest of a longer one tells nothing more
MOST_TOKENS = 20_000  # of one text; what comes after is not found

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[{_UNSPACED}]+|(?:(?![{_UNSPACED}])[^\W_])(?:(?![{_UNSPACED}])[\w'’])*")
_SPACED_WORD = re.compile(r"[^\W_][\w'’]*")  # where nothing is unspaced, in half the time
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
_IS_FOREIGN = re.compile(r"[^\W_a-zA-Z0-9]")  # a letter or figure whose folded form begins otherwise
_WITHIN = "'’_"  # no letters, and yet part of the word that they stand in
_FIRST_UNSPACED = _UNSPACED[0]  # all below it need not be looked at
MOST_BEGINNINGS = 3  # to go through a text for one after the other
_POSSESSIVE = re.compile(r"['’]s?$")
# What the stemmer may shorten: "-itis" and "-osis" name an illness of the word before them and not the same
# thing ("tendonitis" is no tendon), and a word without a vowel is an abbreviation ("ITBS").
_ENGLISH = re.compile(r"(?!.*[io][st]is\Z)(?=.*[aeiouy])[a-z]+\Z")

# Words that stand in nearly every English post and tell nothing of what it is about.
STOP_WORDS = frozenset(
    """a about after again all also am an and any are aren't as at be because been before being but by
    can can't could couldn't did didn't do does doesn't doing don't for from get got had has have
    haven't having he her here him his how i i'd i'll i'm i've if in into is isn't it it's its just
    me more most my no not now of on one only or other our out over own she should so some such than
    that that's the their them then there these they this those to too up us very was wasn't we were
    what when where which while who why will with won't would you your""".split()
)


class Token(NamedTuple):
    """A token, and the characters [start, end) of the text that it stands for."""

    text: str
    start: int
    end: int


def tokens(text: str, only: frozenset[str] | None = None) -> Iterator[Token]:
    """The tokens of a text in order, without stop words; those of `only`, where it is given."""
    if only is None:
        return _all_tokens(text)
    if not text.isascii() and _IS_FOREIGN.search(text):
        return (one for one in _all_tokens(text) if one.text in only)
    return _tokens_like(text, only)


def _all_tokens(text: str) -> Iterator[Token]:
    left = MOST_TOKENS
    for match in _words(text):
        word, start = match.group(), match.start()
        if word[0] >= _FIRST_UNSPACED and _IS_UNSPACED.match(word):
            yield from [_pair(word, start, at) for at in range(min(len(word), left))]
            left -= len(word)
        else:
            for one in _stems(word):
                yield Token(one, start, match.end())
                left -= 1
        if left <= 0:
            return


def _tokens_like(text: str, only: frozenset[str]) -> Iterator[Token]:
    """A stem begins like its word, so of a text in Latin letters without accents only the words that begin
    with the same two letters are looked at."""
    patterns = _beginning_like(only)
    matches = [match for pattern in patterns for match in pattern.finditer(text)]
    if len(patterns) > 1:
        matches.sort(key=re.Match.start)
    for match in matches:
        for one in _stems(match.group()):
            if one in only and not _is_within_word(text, match.start()):
                yield Token(one, *match.span())


def _is_within_word(text: str, at: int) -> bool:
    """Whether a word has begun before: at the k of "o'kneel"."""
    return at > 0 and text[at - 1] in _WITHIN and text[:at].rstrip(_WITHIN)[-1:].isalnum()


def _words(text: str) -> Iterator[re.Match[str]]:
    is_spaced = text.isascii() or not _IS_UNSPACED.search(text)
    return (_SPACED_WORD if is_spaced else _WORD).finditer(text)


@lru_cache(maxsize=64)
def _beginning_like(tokens: frozenset[str]) -> tuple[re.Pattern[str], ...]:
    """Words that begin like these tokens: a pattern for each beginning, or one of all first letters."""
    plain = [token for token in tokens if token.isascii() and token[0].isalnum()]
    if not plain:
        return ()
    firsts = {token[0] for token in plain}
    beginnings = {token[0] + token[1:2].replace("y", "i") for token in plain}  # as the stemmer does
    if len(beginnings) > MOST_BEGINNINGS or beginnings & firsts:
        return (_beginning_with("".join(sorted(firsts))),)
    return tuple(_beginning_with(*beginning) for beginning in beginnings)


@lru_cache(maxsize=4_096)
def _beginning_with(first: str, second: str = "") -> re.Pattern[str]:
    """Words with one of these letters at their beginning, and one of those next to it."""
    second += "y" if second == "i" else ""
    then = f"[{_WITHIN}]*[{second}{second.upper()}]" if second else ""
    # The letter stands first, as `re` looks for such a pattern twice as fast.
    return re.compile(rf"[{first}{first.upper()}](?<![^\W_].){then}[\w'’]*", re.DOTALL)


def stems(text: str) -> list[str]:
    """The tokens of a text, their words alone."""
    return [token.text for token in tokens(text)]


def is_unspaced(token: str) -> bool:
    """Whether a token is of a script without spaces."""
    return bool(_IS_UNSPACED.match(token))


def _pair(word: str, start: int, at: int) -> Token:
    pair = word[at : at + 2]
    return Token(pair, start + at, start + at + len(pair))


@lru_cache(maxsize=65_536)
def folded(word: str) -> str:
    """A word without capitals, accents and possessive s; at most `LONGEST_WORD` characters."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = _POSSESSIVE.sub("", plain).replace("'", "").replace("’", "").replace("_", "")
    return unicodedata.normalize("NFC", "".join(sign for sign in plain if sign.isalnum()))[:LONGEST_WORD]


@lru_cache(maxsize=65_536)
def _stems(word: str) -> tuple[str, ...]:
    if word.casefold().replace("’", "'") in STOP_WORDS:
        return ()
    plain = folded(word)
    if not plain:
        return ()
    return (stem(plain) if _ENGLISH.match(plain) else plain,)
