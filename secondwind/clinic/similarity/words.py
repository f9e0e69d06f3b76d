"""Words of an account as terms that can be found again: mended, joined where the field has several words for
one thing, and stemmed.

What the vocabulary knows as one thing is one term: "foam roller", "foam rolling" and "rumble roller" are
`=foam_roll`. Such phrases are taken from the plain alternatives of `language/{body,treatments,tests,
suspicions}.yaml` and from `synonyms` of `similarity.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from secondwind.clinic.knowledge import Knowledge
from secondwind.clinic.reader import language
from secondwind.clinic.reader.text import sentences

_LONGEST = 4  # words of a phrase
_PLAIN = re.compile(r"[a-z0-9' ]+")


class Analyser:
    """Texts to terms, for one knowledge."""

    def __init__(self, known: Knowledge) -> None:
        self.spelling = language(known).spelling
        self.phrases = dict(_phrases(known))
        self.stop = frozenset(known.likeness.stop_words)

    @classmethod
    def of(cls, known: Knowledge) -> Analyser:
        """The analyser of a knowledge, made once."""
        if "similarity words" not in known.memo:
            known.memo["similarity words"] = cls(known)
        found: Analyser = known.memo["similarity words"]
        return found

    def terms(self, text: str) -> dict[str, tuple[int, str]]:
        """Each term of a text with how often it stands there and the words it first stood for, in the order
        of the text.
        """
        counts: dict[str, tuple[int, str]] = {}
        for sentence in sentences(text, self.spelling):
            for term, words in self._of_sentence(sentence.tokens):
                count, first = counts.get(term, (0, words))
                counts[term] = count + 1, first
        return counts

    def _of_sentence(self, tokens: list[str]) -> Iterator[tuple[str, str]]:
        i = 0
        while i < len(tokens):
            for size in range(min(_LONGEST, len(tokens) - i), 0, -1):
                words = " ".join(tokens[i : i + size])
                if words in self.phrases:
                    yield self.phrases[words], words
                    break
            else:
                size, word = 1, tokens[i]
                if word[0].isalpha() and len(word) > 1 and word not in self.stop:
                    yield stem(word), word
            i += size


def stem(word: str) -> str:
    """The word without the endings of number, tense and manner: the first steps of Porter's method (1980),
    which are the safe ones.
    """
    word = word.partition("'")[0]
    if word.endswith(("sses", "shes", "ches", "xes")):
        word = word[:-2]
    elif word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    for ending in ("ingly", "edly", "ing", "ed", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and _vowel(word[: -len(ending)]):
            word = word[: -len(ending)]
            if word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    if word.endswith("e") and len(word) > 4:
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


def _vowel(part: str) -> bool:
    return any(c in "aeiouy" for c in part)


def _phrases(known: Knowledge) -> Iterator[tuple[str, str]]:
    """(words, term) of everything that the vocabulary has several words for; a later one wins."""
    data: Mapping[str, object] = known.language
    for file in ("treatments", "tests", "suspicions"):
        for cue in known.language[file]["cues"]:
            if cue["is"]:
                yield from ((w, f"={cue['is'][0]}") for w in _alternatives(cue["say"]))
    for part in data["body"]["parts"]:  # type: ignore[index]  # a mapping, as its schema says
        words = list(_alternatives([part["say"]]))
        yield from ((w, f"={words[0]}") for w in words)
    for group in known.likeness.synonyms:
        yield from ((w, f"={group[0]}") for w in group)


def _alternatives(phrases: list[str]) -> Iterator[str]:
    """The options of phrases that are nothing but a choice of plain words, at most `_LONGEST` words each."""
    options = (p.removeprefix("(").removesuffix(")").split("|") for p in phrases)
    for option in chain.from_iterable(options):
        if _PLAIN.fullmatch(option) and 0 < len(option.split()) <= _LONGEST:
            yield option
