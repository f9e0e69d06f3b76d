"""The items of a case as chips: grouped, in words, with what each may be changed to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from secondwind.cases.replies import DROP, field_name, value_of
from secondwind.clinic.knowledge import Knowledge
from secondwind.clinic.model import Case, Effect, Item, Kind, Reply, Result, Side, Source

GROUPS = (
    ("where", "Where"),
    ("when", "When"),
    ("provokes", "What brings it on"),
    ("feels", "What it feels like"),
    ("signs", "Signs"),
    ("about", "About you and your running"),
    ("tried", "What you tried"),
    ("tests", "Examinations and tests"),
    ("suspected", "What you or others suspect"),
    ("denied", "Not so"),
)
GROUP_OF_KIND: Mapping[Kind, str] = MappingProxyType(
    {Kind.PLACE: "where", Kind.TREATMENT: "tried", Kind.TEST: "tests", Kind.SUSPICION: "suspected"}
)
GROUP_OF_FINDING: Mapping[str, str] = MappingProxyType(
    {
        "onset": "when",
        "course": "when",
        "timing": "when",
        "activity": "provokes",
        "palpation": "provokes",
        "quality": "feels",
        "location": "feels",
        "sign": "signs",
        "redflag": "signs",
        "context": "about",
        "person": "about",
        "history": "about",
        "response": "tried",
        "investigation": "tests",
    }
)
RESPONSE = "response"
# The rows of what was tried on a card.
EFFECTS = (
    (Effect.BETTER, "Helped"),
    (Effect.NO_CHANGE, "Tried, no change"),
    (Effect.WORSE, "Made it worse"),
    (Effect.UNKNOWN, "Tried, effect not said"),
    (RESPONSE, "How it responds"),
)
# What a card calls groups that a form calls by “you”.
ON_CARDS: Mapping[str, str] = MappingProxyType(
    {"about": "The runner and the running", "suspected": "Suspected"}
)
LEAVE_OUT = (DROP, "Leave it out")
CHOICES: Mapping[Kind, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        Kind.PLACE: (
            (Side.LEFT, "Left"),
            (Side.RIGHT, "Right"),
            (Side.BOTH, "Both sides"),
            (Side.UNKNOWN, "Side not said"),
            (Reply.NO, "Not there"),
            LEAVE_OUT,
        ),
        Kind.FINDING: ((Reply.YES, "Yes"), (Reply.NO, "No"), (Reply.UNSURE, "Not sure"), LEAVE_OUT),
        Kind.TREATMENT: (
            (Effect.BETTER, "It helped"),
            (Effect.NO_CHANGE, "No change"),
            (Effect.WORSE, "It got worse"),
            (Effect.UNKNOWN, "Effect not said"),
            (Reply.NO, "Not tried"),
            LEAVE_OUT,
        ),
        Kind.TEST: (
            (Result.CLEAR, "Clear"),
            (Result.ABNORMAL, "Found something"),
            (Result.UNKNOWN, "Result not said"),
            (Reply.NO, "Not done"),
            LEAVE_OUT,
        ),
        Kind.SUSPICION: ((Reply.YES, "Yes"), (Reply.NO, "No"), LEAVE_OUT),
    }
)
DETAILS: Mapping[Kind, Mapping[str, str]] = MappingProxyType(
    {
        Kind.PLACE: {Side.LEFT: "left", Side.RIGHT: "right", Side.BOTH: "both sides"},
        Kind.TREATMENT: {
            Effect.BETTER: "helped",
            Effect.NO_CHANGE: "no change",
            Effect.WORSE: "made it worse",
        },
        Kind.TEST: {Result.CLEAR: "clear", Result.ABNORMAL: "found something"},
    }
)


@dataclass(frozen=True, slots=True)
class Chip:
    """One item as the page shows it. `value` is its present choice, `words` the runner's own words for it."""

    id: str
    name: str
    label: str
    detail: str
    reply: str
    value: str
    choices: tuple[tuple[str, str], ...]
    words: str
    is_logged: bool = False  # counted by the runner's own log
    spans: tuple[tuple[int, int], ...] = ()  # where the words stand in the account
    place: str = ""  # where on the page they stand, as the id of a part of it


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    title: str
    chips: tuple[Chip, ...]


def groups(case: Case, knowledge: Knowledge) -> list[Group]:
    """The chips of a case in their groups, in the order a clinician would ask; empty groups are left out."""
    sorted_chips: dict[str, list[Chip]] = {id: [] for id, _ in GROUPS}
    for item in case.items:
        sorted_chips[group_of(item, knowledge)].append(chip(item, knowledge))
    return [Group(id, title, tuple(sorted_chips[id])) for id, title in GROUPS if sorted_chips[id]]


def card(case: Case, screen: Collection[str], knowledge: Knowledge) -> list[Group]:
    """The groups of a case as its index card shows them: without danger signs that are not there and denials
    that nobody put into words, and what was tried by what it did."""
    shown = [
        item
        for item in case.items
        if item.reply is not Reply.NO
        or not (_is_guessed(item) or (item.kind is Kind.FINDING and item.id in screen))
    ]
    return [
        row
        for group in groups(Case(tuple(shown)), knowledge)
        for row in (_by_effect(group) if group.id == "tried" else [_on_card(group)])
    ]


def _is_guessed(item: Item) -> bool:
    """Whether it was read from the account and yet stands nowhere in it: no woman, for “my wife”."""
    return bool(item.origins) and all(one.source is Source.WORDS and not one.words for one in item.origins)


def _on_card(group: Group) -> Group:
    return replace(group, title=ON_CARDS.get(group.id, group.title))


def _by_effect(tried: Group) -> list[Group]:
    rows: dict[str, list[Chip]] = {effect: [] for effect, _ in EFFECTS}
    for chip in tried.chips:
        effect = chip.value if chip.value in rows else RESPONSE
        rows[effect].append(replace(chip, detail=""))
    return [Group(f"tried-{effect}", title, tuple(rows[effect])) for effect, title in EFFECTS if rows[effect]]


def chip(item: Item, knowledge: Knowledge) -> Chip:
    """One item as a chip."""
    return Chip(
        id=chip_id(item),
        name=field_name(item.kind, item.id),
        label=knowledge.label(item.kind, item.id),
        detail=DETAILS.get(item.kind, {}).get(item.detail, ""),
        reply=item.reply,
        value=value_of(item),
        choices=CHOICES[item.kind],
        words=item.words,
        is_logged=item.is_logged,
        spans=tuple((origin.start, origin.end) for origin in item.origins if origin.words),
    )


def chip_id(item: Item) -> str:
    """The id of an item's chip in a page."""
    return f"chip-{item.kind}-{item.id}"


def title(case: Case, knowledge: Knowledge) -> str:
    """One complaint in a phrase: where it hurts, and since when."""
    places = "; ".join(meaning(item, knowledge) for item in case.places) or "No place named"
    since = duration(case.duration_days)
    return f"{places} (for {since})" if since else places


def duration(days: float | None) -> str:
    """A span of days in words, in the largest unit that makes at least two of it."""
    if days is None:
        return ""
    for length, unit in ((365, "years"), (30.4, "months"), (7, "weeks")):
        if days >= 2 * length:
            return f"about {days / length:.0f} {unit}"
    return f"{days:.0f} day{'' if round(days) == 1 else 's'}"


def meaning(item: Item, knowledge: Knowledge) -> str:
    """An item in one phrase: “not: swelling”, “ice, helped”, “Calf, left”."""
    label = knowledge.label(item.kind, item.id)
    detail = DETAILS.get(item.kind, {}).get(item.detail, "")
    phrase = f"{label}, {detail}" if detail else label
    match item.reply:
        case Reply.NO:
            return f"not: {phrase}"
        case Reply.UNSURE:
            return f"perhaps: {phrase}"
        case _:
            return phrase


def group_of(item: Item, knowledge: Knowledge) -> str:
    """The group of `GROUPS` in which an item stands."""
    if item.reply is Reply.NO:
        return "denied"
    if item.kind is Kind.FINDING:
        return GROUP_OF_FINDING.get(knowledge.findings[item.id].group, "about")
    return GROUP_OF_KIND[item.kind]
