"""Concepts: what has several names, read from `synonyms.yaml`."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from secondwind.search import analysis

FILE = Path(__file__).with_name("synonyms.yaml")
MARK = "~"  # begins the token of a concept; no word has it


class Found(NamedTuple):
    """A concept that tokens [start, end) of a text name, and its first name."""

    concept: str
    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Names:
    """Every name, by its first token, the longest first; and the version of the file."""

    by_first: dict[str, list[tuple[tuple[str, ...], str]]]
    tokens: dict[str, frozenset[str]]  # of all names of a concept
    first_names: dict[str, str]
    words: frozenset[str]  # every word of a right name, folded
    version: str


@cache
def names() -> Names:
    """The names of the file, read once per process."""
    raw = FILE.read_bytes()
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    tokens: dict[str, frozenset[str]] = {}
    first_names: dict[str, str] = {}
    words: set[str] = set()
    for group in yaml.safe_load(raw):
        concept = MARK + group["id"]
        first_names[concept] = group["names"][0]
        for name in [*group["names"], *group.get("typos", ())]:
            phrase = tuple(analysis.stems(name))
            tokens[concept] = tokens.get(concept, frozenset()).union(phrase)
            if phrase and (phrase, concept) not in by_first.setdefault(phrase[0], []):
                by_first[phrase[0]].append((phrase, concept))
        words.update(analysis.folded(word) for name in group["names"] for word in name.split())
    for phrases in by_first.values():
        phrases.sort(key=lambda one: -len(one[0]))
    return Names(by_first, tokens, first_names, frozenset(words), hashlib.sha256(raw).hexdigest()[:8])


def concepts(stems: Sequence[str]) -> Iterator[Found]:
    """The concepts that a row of tokens names. A shorter name within a longer one counts too: who writes of
    achilles tendinopathy writes of the achilles."""
    known = names()
    for start, first in enumerate(stems):
        for phrase, concept in known.by_first.get(first, ()):
            end = start + len(phrase)
            if tuple(stems[start:end]) == phrase:
                yield Found(concept, start, end, known.first_names[concept])
