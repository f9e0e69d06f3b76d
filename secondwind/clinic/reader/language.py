"""The cue phrases of `knowledge/language/` as one lexicon, compiled once per knowledge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from secondwind.clinic.model import Kind, Reply
from secondwind.clinic.reader.phrases import Lexicon

ITEM_FILES = (
    "onset",
    "timing",
    "provokes",
    "palpation",
    "quality",
    "signs",
    "person",
    "treatments",
    "tests",
    "suspicions",
)
_CONTEXT_ROLES = (
    "deny_forward",
    "deny_backward",
    "deny_never",
    "likeness",
    "one_kind",
    "declined",
    "ends_scope",
    "unsure",
    "past",
    "began",
    "other",
    "plan",
    "advice",
    "passing",
)


@dataclass(frozen=True, slots=True)
class Cue:
    """What a phrase means, and the reply it stands for when nothing denies it.

    `role` is item, part, place, qualifier, not_place, hurts, fine, clear, abnormal, an
    effect, or a context role; `ids` are ids of the vocabulary (or the qualifier's name).
    """

    role: str
    ids: tuple[str, ...] = ()
    kind: Kind | None = None
    file: str = ""
    needs_pain: bool = False
    where: frozenset[str] = frozenset()
    part: int = -1
    reply: Reply = Reply.YES
    needs_calm: bool = False  # only where nothing near says that it hurts


@dataclass(frozen=True, slots=True)
class Part:
    """A body part: what each set of qualifiers around it makes of it."""

    at: Mapping[frozenset[str], str]


@dataclass(slots=True)
class Language:
    """The compiled language of one knowledge."""

    lexicon: Lexicon
    parts: list[Part]
    spelling: Mapping[str, str]
    coarse: Mapping[str, Any] = field(default_factory=dict)
    thread: Mapping[str, Any] = field(default_factory=dict)


def compile_language(data: Mapping[str, Any]) -> Language:
    """The language from the raw content of the files, by file stem. Raises PhraseError naming the phrase
    that is wrong."""
    body = data["body"]
    parts = [Part({frozenset(k.split()): v for k, v in p["at"].items()}) for p in body["parts"]]
    return Language(
        lexicon=Lexicon(_entries(data), data["macros"]),
        parts=parts,
        spelling=_spelling(data["spelling"]),
        coarse=data.get("coarse", {}),
        thread=data.get("thread", {}),
    )


def _entries(data: Mapping[str, Any]) -> Iterator[tuple[str, Cue]]:
    """Every phrase of the language with what it means."""
    yield from _items(data)
    yield from _places(data["body"])
    for role, phrases in (
        *data["pain"].items(),
        ("clear", data["tests"]["clear"]),
        ("abnormal", data["tests"]["abnormal"]),
        *data["treatments"]["effects"].items(),
        *((role, data["context"][role]) for role in _CONTEXT_ROLES),
    ):
        for phrase in phrases:
            yield phrase, Cue(role)


def _items(data: Mapping[str, Any]) -> Iterator[tuple[str, Cue]]:
    for name in ITEM_FILES:
        content = data[name]
        needs = content.get("needs")
        for cue in content["cues"]:
            entry = Cue(
                role="item",
                ids=tuple(cue["is"]),
                kind=Kind(content["kind"]),
                file=name,
                needs_pain=cue.get("needs", needs) == "pain",
                needs_calm=cue.get("needs") == "calm",
                where=frozenset(cue.get("where", ())),
                reply=Reply(cue.get("reply", "yes")),
            )
            for phrase in cue["say"]:
                yield phrase, entry


def _places(body: Mapping[str, Any]) -> Iterator[tuple[str, Cue]]:
    for number, part in enumerate(body["parts"]):
        yield f"({part['say']})", Cue("part", part=number, kind=Kind.PLACE)
    for place in body["direct"]:
        for phrase in place["say"]:
            yield phrase, Cue("place", (place["is"],), kind=Kind.PLACE)
    for name, phrases in body["qualifiers"].items():
        for phrase in phrases:
            yield phrase, Cue("qualifier", (name,))
    for phrase in body["not_places"]:
        yield phrase, Cue("not_place")


def _spelling(data: Mapping[str, Any]) -> Mapping[str, str]:
    """Token as written -> as meant: the listed ones, and each long word of the field with one letter
    missing, doubled or two
    letters swapped (a word that results is left alone when it is itself a word of the list)."""
    fixes = {str(k): str(v) for k, v in data["fix"].items()}
    words = set(data["mend"])
    for word in words:
        for i in range(1, len(word)):
            swapped = word[: i - 1] + word[i] + word[i - 1] + word[i + 1 :]
            for wrong in (
                word[:i] + word[i + 1 :],
                word[:i] + word[i - 1] + word[i:],
                swapped if i > 1 else word,
            ):
                if wrong not in words:
                    fixes.setdefault(wrong, word)
    # a missing last letter may be another form of the word, not a mistake
    for word in words:
        if word.endswith("s") and fixes.get(word[:-1]) == word:
            del fixes[word[:-1]]
    return fixes
