"""The clinic: what a runner says, and what it may be. Plain Python, no Django.

    from secondwind import clinic

    answer = clinic.check("The outside of both my lower legs hurts the day after every trail run.")
    print(clinic.explain(answer))

The names below are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from secondwind.clinic.answer import check, explain
    from secondwind.clinic.coarse import extract
    from secondwind.clinic.knowledge import Knowledge, KnowledgeError, load
    from secondwind.clinic.model import (
        Answer,
        Case,
        Effect,
        Item,
        Kind,
        Reading,
        Reply,
        Result,
        Side,
        Urgency,
    )
    from secondwind.clinic.reader import read

__all__ = [
    "Answer",
    "Case",
    "Effect",
    "Item",
    "Kind",
    "Knowledge",
    "KnowledgeError",
    "Reading",
    "Reply",
    "Result",
    "Side",
    "Urgency",
    "check",
    "explain",
    "extract",
    "load",
    "read",
]

_HOMES = {
    "answer": ("check", "explain"),
    "coarse": ("extract",),
    "knowledge": ("Knowledge", "KnowledgeError", "load"),
    "model": ("Answer", "Case", "Effect", "Item", "Kind", "Reading", "Reply", "Result", "Side", "Urgency"),
    "reader": ("read",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
