"""The knowledge of the clinic: data files, and `load`, which makes values of them.

The files can be edited without reading code; `secondwind knowledge check` says what is wrong with them, with
file and line. A valid set is kept as one JSON file in the cache directory (`SECONDWIND_CACHE`, else the
user's cache directory), because reading more than a hundred YAML files takes a second and reading the copy
some milliseconds.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from secondwind.clinic.knowledge.build import build
from secondwind.clinic.knowledge.store import read_bytes, read_copy, version_of, write_copy
from secondwind.clinic.knowledge.values import (
    Area,
    Condition,
    Engine,
    Evidence,
    Finding,
    Implication,
    Knowledge,
    KnowledgeError,
    Likeness,
    Plan,
    PlanFlag,
    PlanRules,
    Problem,
    Region,
    Rule,
    SourceEntry,
    Suspicion,
    Test,
    Treatment,
)

__all__ = [
    "Area",
    "Condition",
    "Engine",
    "Evidence",
    "Finding",
    "Implication",
    "Knowledge",
    "KnowledgeError",
    "Likeness",
    "Plan",
    "PlanFlag",
    "PlanRules",
    "Problem",
    "Region",
    "Rule",
    "SourceEntry",
    "Suspicion",
    "Test",
    "Treatment",
    "forget",
    "load",
]

HERE = Path(__file__).resolve().parent


def load(path: Path | None = None) -> Knowledge:
    """The knowledge of a directory (this one unless told), read once per process.

    Raises KnowledgeError with every problem when the files are not right.
    """
    return _load(path.resolve() if path else HERE)


def forget() -> None:
    """Read the files again at the next `load`: after an edit, in a process that goes on."""
    _load.cache_clear()


@functools.cache
def _load(root: Path) -> Knowledge:
    contents = read_bytes(root)
    version = version_of(contents)
    raw = read_copy(version)
    if raw is None:
        raw = _checked(root, contents)
        write_copy(version, raw)
    return build(raw, version[:12])


def _checked(root: Path, contents: dict[str, bytes]) -> dict[str, Any]:
    """The data of the files, by file name, with conditions and language as mappings of their own."""
    from secondwind.clinic.knowledge.check import check_documents  # needed once for each change of the data
    from secondwind.clinic.knowledge.files import parse

    documents = [parse(file, content) for file, content in contents.items()]
    if problems := check_documents(root, documents):
        raise KnowledgeError(tuple(problems))
    raw: dict[str, Any] = {"conditions": {}, "language": {}}
    for doc in documents:
        folder, _, name = doc.file.removesuffix(".yaml").rpartition("/")
        (raw[folder] if folder else raw)[name] = doc.value
    return raw
