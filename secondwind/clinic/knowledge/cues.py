"""Checks of the cue files: every phrase compiles, and every id in them is one of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from secondwind.clinic.knowledge.files import Document
from secondwind.clinic.knowledge.values import Problem

_TABLES = {"finding": "findings", "treatment": "treatments", "test": "tests", "suspicion": "suspicions"}
Path = tuple[str | int, ...]
_NOT_PHRASES = ("cues", "parts", "direct", "kind", "needs", "findings")


def cue_problems(documents: Mapping[str, Document], ids: Mapping[str, set[str]]) -> Iterator[Problem]:
    """What is wrong with the files of `language/`. `ids` are the known ids by file of the vocabulary."""
    macros = documents["language/macros.yaml"].value if "language/macros.yaml" in documents else {}
    for name, doc in documents.items():
        if name.startswith("language/"):
            yield from _ids(doc, ids)
            yield from _phrases(doc, macros)


def _ids(doc: Document, ids: Mapping[str, set[str]]) -> Iterator[Problem]:
    value = doc.value
    places = ids["regions"] | ids["areas"]
    table = _TABLES.get(value.get("kind", ""))
    for i, cue in enumerate(value.get("cues", ())):
        if table:
            yield from _unknown(doc, cue["is"], ids[table], table, ("cues", i, "is"))
        yield from _unknown(doc, cue.get("where", ()), places, "regions", ("cues", i, "where"))
    if doc.file == "language/body.yaml":
        for i, part in enumerate(value["parts"]):
            yield from _unknown(doc, part["at"].values(), ids["regions"], "regions", ("parts", i, "at"))
        for i, place in enumerate(value["direct"]):
            yield from _unknown(doc, [place["is"]], ids["regions"], "regions", ("direct", i, "is"))
    if doc.file == "language/coarse.yaml":
        yield from _unknown(doc, value["findings"], ids["findings"], "findings", ("findings",))


def _unknown(doc: Document, used: Any, known: set[str], table: str, path: Path) -> Iterator[Problem]:
    for key in used:
        if key not in known:
            yield doc.problem(f"{key!r} is not in {table}.yaml", *path)


def _phrases(doc: Document, macros: Mapping[str, str]) -> Iterator[Problem]:
    # the reader stands on the knowledge, and is there only when the knowledge is checked
    from secondwind.clinic.reader.phrases import PhraseError, compile_phrase

    if doc.file in ("language/thread.yaml", "language/spelling.yaml", "language/macros.yaml"):
        return
    for path, phrase in _strings(doc.value, ()):
        if "say" in path or path[0] not in _NOT_PHRASES:
            try:
                compile_phrase(f"({phrase})", None, macros)
            except PhraseError as error:
                yield doc.problem(str(error), *path)


def _strings(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(inner, (*path, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _strings(inner, (*path, i))
