"""The words and weights of `signals.yaml`, read once and compiled to patterns over folded texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("signals.yaml")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of spam: its reason as people read it, strong phrases, names of what is sold, weak words."""

    reason: str
    strong: re.Pattern[str]
    names: re.Pattern[str]
    weak: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Signals:
    """The file's content; a weight is a number, or a list of them for the first, second … sign."""

    weights: Mapping[str, Any]
    kinds: Mapping[str, Kind]
    offer_reason: str
    offers: re.Pattern[str]
    running: frozenset[str]
    loosely: frozenset[str]
    telling: re.Pattern[str]
    selling_hosts: re.Pattern[str]
    shorteners: frozenset[str]
    cheap_domains: frozenset[str]
    familiar_hosts: frozenset[str]


@cache
def signals() -> Signals:
    """What the file says; it is read at the first call."""
    import yaml

    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    kinds = {
        name: Kind(kind["reason"], *(_phrases(kind[words]) for words in ("strong", "names", "weak")))
        for name, kind in data["kinds"].items()
    }
    return Signals(
        weights=data["weights"],
        kinds=kinds,
        offer_reason=data["offers"]["reason"],
        offers=_phrases(data["offers"]["phrases"]),
        running=_set(data["running"]),
        loosely=_set(data["loosely"]),
        telling=_phrases(data["telling"]),
        selling_hosts=re.compile("|".join(map(re.escape, data["selling_hosts"]))),
        shorteners=frozenset(data["shorteners"]),
        cheap_domains=frozenset(data["cheap_domains"]),
        familiar_hosts=frozenset(data["familiar_hosts"]),
    )


def _set(lines: Iterable[str]) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


def _phrases(phrases: Iterable[object]) -> re.Pattern[str]:
    """One pattern for phrases of the small language that the file explains."""
    return re.compile("|".join(f"(?: {_pattern(str(phrase).split())})" for phrase in phrases))


_PIECE = re.compile(r"\[[^\]]*\]|\((?:[^()]|\([^()]*\))*\)|\S+")
_NUMBER = r"[\d%]+[kx]?"


def _pattern(words: Sequence[str]) -> str:
    """Pieces divided by single spaces, each followed by a space: `(a|b c)`, `[may be missing]`, `word*`."""
    parts = []
    for piece in _PIECE.findall(" ".join(words)):
        if piece.startswith("["):
            parts.append(f"(?:(?:{_choices(piece[1:-1])}) )?")
        elif piece.startswith("("):
            parts.append(f"(?:{_choices(piece[1:-1])}) ")
        else:
            parts.append(f"{_word(piece)} ")
    # Looks at the last space without taking it, so that the next phrase can begin with it.
    return "".join(parts).removesuffix(" ") + "(?= )"


def _choices(text: str) -> str:
    flat = re.sub(r"[()]", lambda bracket: {"(": "<<", ")": ">>"}[bracket[0]], text)
    if "<<" in flat:
        return _nested(text)
    return "|".join(" ".join(map(_word, choice.split())) for choice in text.split("|"))


def _nested(text: str) -> str:
    """Choices of which one has choices within: `yesterday|last (night|week)`."""
    choices = re.findall(r"(?:[^|()]|\([^()]*\))+", text)
    return "|".join(
        re.sub(r"\(([^()]*)\)", lambda inner: f"(?:{_choices(inner[1])})", choice.strip())
        for choice in choices
    )


def _word(word: str) -> str:
    if word == "<n>":
        return _NUMBER
    if word == "<any>":
        return r"\S+"
    return re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "")
