"""The coarse view of a case: one flat record of tokens, for whole thread pages.

Its fields and tokens are those of the labelled threads that the reader is measured on (see
accuracy/README.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from secondwind.clinic.knowledge import Knowledge, load
from secondwind.clinic.model import Case, Item, Kind, Reading, Reply, Result, Side
from secondwind.clinic.reader import language, listen, read
from secondwind.clinic.reader.context import Heard
from secondwind.clinic.reader.phrases import Lexicon, Match
from secondwind.clinic.reader.thread import Page, split

FIELDS = (
    "regions",
    "timing",
    "provoked_by",
    "quality",
    "surface",
    "tried",
    "tests_negative",
    "tests_positive",
    "red_flags",
    "suspected_by_op",
    "denied",
)
_NEW_CLAUSE = 7  # cost of a border (context.py) at which another clause begins
_SUDDEN = ("onset_sudden", "onset_pop", "onset_twist", "onset_blow")


def extract(title: str, text: str, id: str = "", *, knowledge: Knowledge | None = None) -> dict[str, Any]:
    """The coarse record of a thread page: what its opener says, what the replies suggest, and how it
    ended."""
    known = knowledge or load()
    page = split(title, text, known.language["thread"])
    reading = read(page.opener, title=title, knowledge=known)
    if not reading.is_injury:
        return _record(id, False, _empty(), [], [], "unknown")
    conditions, treatments = _suggested(page.replies, known)
    op = view(reading, known)
    if page.later:  # how long it had been there when the first post was written
        op["duration_days"] = _days(read(page.first, title=title, knowledge=known).complaints)
    return _record(id, True, op, conditions, treatments, outcome_of(page, known))


def view(reading: Reading, known: Knowledge) -> dict[str, Any]:
    """The coarse fields of all complaints of a reading together."""
    cases = reading.complaints
    said: dict[str, list[str]] = {f: [] for f in FIELDS}
    denied: list[str] = []
    for case in cases:
        for field, token, reply in _tokens(_as_placed(case, known), known):
            if not token:  # it has no coarse name
                continue
            if reply is Reply.NO:
                denied.append(token)
            elif reply is Reply.YES:
                said[field].append(token)
    for token, findings in known.language["coarse"]["follows"].items():
        yes = {id for c in cases for id, reply in c.replies.items() if reply is Reply.YES}
        if not yes.isdisjoint(findings) and token not in denied:
            said["timing"].append(token)
    affirmed = {t for f in FIELDS for t in said[f]}
    unreached = known.language["coarse"]["not_denied"]
    said["denied"] = [t for t in denied if t not in affirmed and t not in unreached]
    return {
        **{f: list(dict.fromkeys(said[f])) for f in FIELDS},
        "side": _side(cases),
        "onset": _onset(cases),
        "duration_days": _days(cases),
    }


def _as_placed(case: Case, known: Knowledge) -> Case:
    """The case without the places that only a name gave ("shin splints", "plantar fasciitis") where the
    runner says another in the same part of the body.
    """
    parts = known.language["coarse"]["named_places"]
    told = [known.regions[p.id].coarse for p in case.places]

    def only_named(item: Item) -> bool:
        rule = parts.get(item.id) if item.kind is Kind.PLACE else None
        if rule is None or not any(o.words for o in item.origins):
            return False
        named = all(any(n in o.words.lower() for n in rule["names"]) for o in item.origins if o.words)
        return named and any(
            t.startswith(tuple(rule["beside"])) and t != known.regions[item.id].coarse for t in told
        )

    return replace(case, items=tuple(i for i in case.items if not only_named(i)))


def _tokens(case: Case, known: Knowledge) -> Iterable[tuple[str, str, Reply]]:
    """(field, token, reply) of each item of a case that has a coarse name."""
    names = known.language["coarse"]["findings"]
    for item in case.items:
        if item.kind is Kind.PLACE:
            yield "regions", known.regions[item.id].coarse, item.reply
        elif item.kind is Kind.FINDING:
            for name in names.get(item.id, ()):
                field, token = name.split(".")
                yield field, token, item.reply
        elif item.kind is Kind.TREATMENT:
            yield "tried", known.treatments[item.id].coarse, item.reply
        elif item.kind is Kind.SUSPICION:
            yield "suspected_by_op", item.id, item.reply
        elif known.tests[item.id].coarse and item.reply is Reply.YES:
            token = known.tests[item.id].coarse
            if item.detail == Result.CLEAR:
                yield "tests_negative", token, item.reply
            elif item.detail == Result.ABNORMAL:
                yield "tests_positive", token, item.reply


def _days(cases: tuple[Case, ...]) -> float | None:
    return next((c.duration_days for c in cases if c.duration_days is not None), None)


def _side(cases: tuple[Case, ...]) -> str:
    sides = {c.side for c in cases if c.places} - {Side.UNKNOWN}
    if not sides:
        return str(Side.UNKNOWN)
    return str(sides.pop() if len(sides) == 1 else Side.BOTH)


def _onset(cases: tuple[Case, ...]) -> str:
    yes = {id for c in cases for id, reply in c.replies.items() if reply is Reply.YES}
    if yes & set(_SUDDEN):
        return "sudden"
    if "onset_gradual" in yes:
        return "gradual"
    # weeks of complaint without a moment it began: on labelled threads most of these are gradual
    long = any(c.duration_days is not None and c.duration_days >= 7 for c in cases)
    return "gradual" if long else "unknown"


def _suggested(replies: str, known: Knowledge) -> tuple[list[str], list[str]]:
    """Conditions and treatments that others propose."""
    if not replies.strip():
        return [], []
    conditions: dict[str, None] = {}
    treatments: dict[str, None] = {}
    for heard in listen(replies, language(known)):
        for m in heard.role("item"):
            if heard.denied[m.first] or heard.cleared[m.first]:
                continue
            for id in m.entry.ids:
                if m.entry.kind is Kind.SUSPICION:
                    conditions[id] = None
                elif m.entry.kind is Kind.TREATMENT and id in known.treatments:
                    treatments[known.treatments[id].coarse] = None
    return list(conditions), [t for t in treatments if t]


@lru_cache(maxsize=2)
def _outcome_lexicon(version: str) -> Lexicon:
    data = load().language
    entries = [(p, name) for name, phrases in data["coarse"]["outcome"].items() for p in phrases]
    return Lexicon(entries, data["macros"])


def outcome_of(page: Page, known: Knowledge) -> str:
    """The opener's last word on how it goes: resolved, improved, worse or unknown."""
    last = _last_word(page.later, known, anything=True)
    return last if last is not None else _last_word(page.first, known) or "unknown"


def _last_word(text: str, known: Knowledge, *, anything: bool = False) -> str | None:
    """The last word of a text on how it goes, or None.

    A post that tells of a complaint for the first time ends it only in so many words, or with its last ones;
    a later post (`anything`) anywhere.
    """
    lexicon, coarse = _outcome_lexicon(known.version), known.language["coarse"]
    habit, sure = frozenset(coarse["outcome_habit"]), frozenset(coarse["outcome_sure"])
    last = None
    sentences = listen(text, language(known))
    for number, heard in enumerate(sentences):
        ends = anything or number == len(sentences) - 1
        for m in _widest(lexicon.find(heard.sentence)):
            if m.entry == "same":
                last = "unknown"
                continue
            inside, around = _clause(heard, m)
            told = m.entry != "resolved" or ends or not sure.isdisjoint(inside)
            off = heard.denied[m.first] or heard.aside[m.first] == "other" or _planned(heard, m)
            lasting = "now" in inside or habit.isdisjoint(around)  # "now it hurts every time I walk"
            if m.entry != "none" and told and not off and lasting:
                last = m.entry
    return last


def _planned(heard: Heard, m: Match) -> bool:
    """Whether it is hoped for or to come; "I'd say 80 %" and "booked, as it's got worse" are neither."""
    if heard.aside[m.first] != "plan" or not _SAYING.isdisjoint(heard.sentence.tokens[: m.first]):
        return False
    cue = max((p.last for p in heard.role("plan") if p.last <= m.first), default=0)
    return _REASON.isdisjoint(heard.sentence.tokens[cue : m.first])


_REASON = frozenset("as because cos since".split())
_SAYING = frozenset("say call guess reckon put".split())


def _widest(found: list[Match]) -> list[Match]:
    """The matches that no longer one overlaps, in the order they end in."""
    kept: list[Match] = []
    for m in sorted(found, key=lambda m: (m.first - m.last, m.entry != "none", m.first)):
        if not any(o.first < m.last and m.first < o.last for o in kept):
            kept.append(m)
    return sorted(kept, key=lambda m: m.last)


def _clause(heard: Heard, m: Match) -> tuple[Sequence[str], Sequence[str]]:
    """The words of a match, and those around it up to a full stop, a semicolon or a "but"."""
    tokens, boundary = heard.sentence.tokens, heard.boundary
    first, last = m.first, m.last
    while first and boundary[m.first] - boundary[first - 1] < _NEW_CLAUSE:
        first -= 1
    while last < len(tokens) and boundary[last] - boundary[m.last] < _NEW_CLAUSE:
        last += 1
    return tokens[m.first : m.last], [*tokens[first : m.first], *tokens[m.last : last]]


def _empty() -> dict[str, Any]:
    return {**{f: [] for f in FIELDS}, "side": "unknown", "onset": "unknown", "duration_days": None}


def _record(
    id: str, injury: bool, op: dict[str, Any], conditions: list[str], treatments: list[str], outcome: str
) -> dict[str, Any]:
    return {
        "id": id,
        "is_injury": injury,
        "op": op,
        "replies_suggest": {"conditions": conditions, "treatments": treatments},
        "outcome": outcome,
    }
