"""What the columns of a table are, by their names: dates, pain with its site and lag, units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DATE_WORDS: Final = (
    "date", "day", "datetime", "timestamp", "datum", "when", "start_date", "run_date", "start_time",
    "started", "start_date_local", "day_number", "day_index", "fecha", "tag", "jour", "data",
)  # fmt: skip
ID_WORDS: Final = frozenset({"id", "run_id", "activity_id", "run", "index", "run_number", "run_no", "run_nr"})
RUN_WORDS: Final = frozenset({"run", "ran", "is_run", "did_run", "run_day", "running"})
"""Yes and no in such a column say which days had a run."""
REST_WORDS: Final = frozenset({"rest", "rest_day", "is_rest", "day_off"})
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

_PAIN: Final = frozenset(
    {"pain", "pains", "painful", "schmerz", "schmerzen", "douleur", "dolor", "dolore", "pijn"}
)
_BODY: Final = frozenset(
    "knee knees calf calves achilles shin shins foot feet ankle hip hips hamstring hamstrings thigh heel arch"
    " toe toes groin glute glutes buttock back leg quad quads itb plantar metatarsal peroneal".split()
)
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
    "day days morning run runs hours hour h hr hrs score level rating nrs vas 0 10 at of the my later"
    " in".split()
)
_LAG = re.compile(
    r"(?:\b|_)(?:lag|plus|[td]?\s*\+|day)[\s_-]*(\d{1,2})(?![\d/])"
    r"(?:[\s_-]*(h(?:rs?|ours?)?|d(?:ays?)?)(?![a-z]))?",
    re.IGNORECASE,
)
"""Of "lag 1", "t+1", "+48 h", "plus_2": how much later."""


@dataclass(frozen=True)
class PainName:
    """The site ("" when the name has none) and the slot that a name tells."""

    site: str
    slot: Slot


def tokens(name: str) -> list[str]:
    """The words of a header in lower case: "painNextDay" and "Pain (next day)" alike."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    spaced = re.sub(r"(?<=[A-Za-z])\s*/\s*(?=(?:km|mi|mile|h|hour|min)\b)", " per ", spaced)
    return re.findall(r"[a-z0-9]+", spaced.casefold().replace("+", " "))


def key(name: str) -> str:
    """The name as lower-case words joined by underscores."""
    return "_".join(tokens(name))


def pain_name(name: str, *, sore: bool = False, body: bool = False) -> PainName | None:
    """What a column of pain is of; None for any other. With `sore`, words for soreness are pain too; with
    `body`, so is the name of a place alone."""
    words = tokens(_LAG.sub(_lag, name))
    known = (_PAIN, _SORE if sore else frozenset[str](), _BODY if body else frozenset[str]())
    if not frozenset.union(*known) & set(words):
        return None
    if {"free", "killer", "killers", "relief"} & set(words):
        return None
    words = [w for w in words if w not in _PAIN and w not in _SORE]
    slot = Slot.SAME
    for one, names in _SLOTS.items():
        said = set(names.split())
        if said & set(words) or (one is Slot.TWO and {"two", "days"} <= set(words)):
            slot = one
            words = [w for w in words if w not in said and not (one is Slot.TWO and w == "two")]
            break
    site = " ".join(w for w in words if w not in _FILLERS)
    return PainName(site, slot)


def _lag(found: re.Match[str]) -> str:
    """ " lag1 " for a day later, however it is written."""
    count = int(found[1])
    later = {0: 0, 1: 1, 2: 2, 24: 1, 48: 2}.get(count)
    hours = (found[2] or "").casefold().startswith("h")
    if later is None or (hours and count in {1, 2}):
        return found[0]
    return f" lag{later} "


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
