"""The tables of this room. Every row has an owner, and only they see it unless they share it."""

from secondwind.recovery.models.asking import Asking, MorningQuestion, new_key
from secondwind.recovery.models.excerpts import Excerpt
from secondwind.recovery.models.experiments import Experiment
from secondwind.recovery.models.pain import Pain, Side, Slot
from secondwind.recovery.models.returns import EventKind, Return, ReturnEvent, ReturnState
from secondwind.recovery.models.weeks import WeekReport

__all__ = [
    "Asking",
    "EventKind",
    "Excerpt",
    "Experiment",
    "MorningQuestion",
    "Pain",
    "Return",
    "ReturnEvent",
    "ReturnState",
    "Side",
    "Slot",
    "WeekReport",
    "new_key",
]
