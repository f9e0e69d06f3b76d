"""What the columns of a table are, by their names: dates, pain with its site and lag, units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DATE_WORDS: Final = ("date", "day", "datetime", "timestamp", "datum", "when", "start_date", "run_date")
ID_WORDS: Final = frozenset({"id", "run_id", "activity_id", "run"})
TEXT_WORDS: Final = frozenset(
    {"note", "notes", "comment", "comments", "title", "name", "description", "weekday"}
)
CHOICE_WORDS: Final = frozenset(
    {"shoe", "shoes", "pair", "surface", "terrain", "ground", "route", "gear", "type", "kind", "id", "no"}
)
VOLUME_WORDS: Final = frozenset(
    "distance dist km kilometres kilometers miles duration minutes mins climb ascent descent elevation gain"
    " loss uphill downhill".split()
)
"""What a runner in pain does less of: less of it before a flare may be the pain's doing."""
UNITS: Final = {
    "km": "km", "m": "m", "mi": "mi", "miles": "miles", "min": "min", "mins": "min", "minutes": "min",
    "h": "h", "hours": "h", "days": "days", "c": "°C", "celsius": "°C", "f": "°F", "pct": "%",
    "percent": "%", "bpm": "bpm", "kmh": "km/h", "mps": "m/s",
}  # fmt: skip

_PAIN: Final = frozenset({"pain", "pains", "painful"})
_SORE: Final = frozenset({"sore", "soreness", "ache", "aches", "hurt", "hurts"})


class Slot(StrEnum):
    """When a column of pain was told, against the run of its row."""

    BEFORE = "before"
    MORNING = "morning"
    SAME = "same"
    NEXT = "next"
    TWO = "two"


_SLOTS: Final = {
    Slot.TWO: "48 48h 48hr 48hrs 48hours d2 day2 lag2 2d 2days",
    Slot.NEXT: "next tomorrow nextday nextmorning following 24 24h d1 day1 lag1 1d",
    Slot.BEFORE: "before pre prerun start baseline prior",
    Slot.SAME: "during after post postrun evening same sameday d0 day0 lag0 0h worst max in",
    Slot.MORNING: "morning waking",
}
_FILLERS: Final = frozenset(
    "day days morning run runs hours hour h hr score level rating nrs vas 0 10 at of the my".split()
)


@dataclass(frozen=True)
class PainName:
    """The site ("" when the name has none) and the slot that a name tells."""

    site: str
    slot: Slot


def tokens(name: str) -> list[str]:
    """The words of a header in lower case: "painNextDay" and "Pain (next day)" alike."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return re.findall(r"[a-z0-9]+", spaced.casefold().replace("+", " "))


def key(name: str) -> str:
    """The name as lower-case words joined by underscores."""
    return "_".join(tokens(name))


def pain_name(name: str, *, sore: bool = False) -> PainName | None:
    """What a column of pain is of; None for any other. With `sore`, words for soreness are pain too."""
    words = tokens(name)
    if not _PAIN & set(words) and not (sore and _SORE & set(words)):
        return None
    if {"free", "killer", "killers", "relief"} & set(words):
        return None
    words = [w for w in words if w not in _PAIN and w not in _SORE]
    slot = Slot.SAME
    for one, names in _SLOTS.items():
        known = set(names.split())
        if known & set(words) or (one is Slot.TWO and {"two", "days"} <= set(words)):
            slot = one
            words = [w for w in words if w not in known and not (one is Slot.TWO and w == "two")]
            break
    site = " ".join(w for w in words if w not in _FILLERS)
    return PainName(site, slot)


def unit_of(name: str) -> tuple[str, str]:
    """The label and the unit of a number's header: "descent_m" is descent in m; "turns_per_km" has none."""
    words = tokens(name)
    if len(words) > 1 and words[-1] in UNITS and words[-2] != "per":
        return " ".join(words[:-1]), UNITS[words[-1]]
    return " ".join(words) or name, UNITS.get(words[-1], "") if len(words) == 1 else ""


def is_volume(name: str) -> bool:
    """Whether pain itself makes this smaller."""
    words = tokens(name)
    other = {"per", "shoe", "shoes", "age", "since"}
    return bool(VOLUME_WORDS & set(words)) and not other & set(words)


def is_choice(name: str) -> bool:
    """Whether numbers in such a column are names (shoe 1, shoe 2) and not amounts."""
    words = set(tokens(name))
    return bool(words) and words <= CHOICE_WORDS and words != {"id"}
