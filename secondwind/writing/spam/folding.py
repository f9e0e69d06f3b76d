"""Texts as a filter sees them: words without case, accents, punctuation and disguise."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Letters of other scripts that look like Latin ones.
_LOOKALIKES = str.maketrans(
    "абвгдеёзијкмнопрстуухчѕіԁһԛԝԍαβγεικνορτυχωϲϳ", "a6brdeeзujkmhonpctyyxчsidhqwgabyeikvoptuxwcj"
)
_AS_LETTERS = str.maketrans("0134578@$!|€+", "oieastbasiiet")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_WORD = re.compile(r"[\w%]+")
_SPACED_OUT = re.compile(r"(?<!\w)\w(?:[ .*_~-]\w){3,}(?!\w)")
_CUT_UP = re.compile(r"(?<=[^\W\d_])[.*_~|-](?=[^\W\d_])")
_DISGUISED = re.compile(r"[\w@$!|€+]+")
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_LOOKALIKE_SCRIPT = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")


def plain(text: str) -> str:
    """The words of a text in small letters with single spaces around each; addresses are left out."""
    return _words(_small(text))


def undisguised(text: str) -> str:
    """The same with signs read as letters ("v1agra"), look-alikes, and words that were cut up joined."""
    text = _small(text)
    text = _SPACED_OUT.sub(lambda found: re.sub(r"[\W_]", "", found[0]), text)
    text = _CUT_UP.sub("", text)
    return _words(_DISGUISED.sub(lambda found: _read(found[0]), text))


def mixed_words(text: str) -> Iterator[str]:
    """The words with Latin letters and look-alikes of another script."""
    return (word for word in _WORD.findall(text) if _LATIN.search(word) and _LOOKALIKE_SCRIPT.search(word))


def _small(text: str) -> str:
    text = unicodedata.normalize("NFKD", _ADDRESS.sub(" ", text))
    return "".join(sign for sign in text if unicodedata.category(sign) not in {"Mn", "Me", "Cf"}).casefold()


def _words(text: str) -> str:
    text = re.sub(r"(?<=\w)['’](?=\w)", "", text)
    return f" {' '.join(_WORD.findall(text))} "


def _read(word: str) -> str:
    """A word with its disguise off; a number, and a word without letters, stay as they are."""
    if not any(sign.isalpha() for sign in word):
        return word
    core = word.rstrip("!|+")
    return (
        core.translate(_LOOKALIKES).translate(_AS_LETTERS)
        if not re.fullmatch(r"\d+[a-z]{1,2}", core)
        else core
    )
