"""The values everything speaks: a case, and the answer to it.

Plain frozen dataclasses over the vocabulary of `knowledge/`. A case is a flat list of items (a place, a
finding, a treatment,
a test, a suspicion), each with what was said of it and where that came from. The reader makes cases from
words; forms, the body
map and the log make or add items; triage, ranking and questions read them; pages and the command line show
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Kind(StrEnum):
    """Which list of the vocabulary an item's id belongs to."""

    PLACE = "place"
    FINDING = "finding"
    TREATMENT = "treatment"
    TEST = "test"
    SUSPICION = "suspicion"


class Reply(StrEnum):
    """What was said of an item. Silence is no reply: an item that nobody spoke of is not in the case."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Side(StrEnum):
    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    UNKNOWN = "unknown"


class Effect(StrEnum):
    """What a treatment did, as told by the runner."""

    BETTER = "better"
    NO_CHANGE = "no_change"
    WORSE = "worse"
    UNKNOWN = "unknown"


class Result(StrEnum):
    """What a test showed, as told by the runner."""

    CLEAR = "clear"
    ABNORMAL = "abnormal"
    UNKNOWN = "unknown"


class Urgency(StrEnum):
    """How soon somebody should look at it; compare with `level`."""

    SELF_CARE = "self_care"
    ROUTINE = "routine"
    WITHIN_WEEK = "within_week"
    SAME_DAY = "same_day"
    EMERGENCY = "emergency"

    @property
    def level(self) -> int:
        """0 (self-care) to 4 (emergency)."""
        return list(Urgency).index(self)


class Source(StrEnum):
    """Where an item came from."""

    WORDS = "words"
    ANSWER = "answer"
    MAP = "map"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an item came from; for words, the characters [start, end) of the account and the words
    themselves."""

    source: Source
    start: int = 0
    end: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was said: an id of the vocabulary, the reply, and where it came from.

    `detail` holds the side of a place, the effect of a treatment or the result of a test, else nothing.
    """

    kind: Kind
    id: str
    reply: Reply = Reply.YES
    detail: str = ""
    origins: tuple[Origin, ...] = ()

    @property
    def words(self) -> str:
        """The runner's own words for it, or nothing when it was not read from words."""
        return " … ".join(dict.fromkeys(o.words for o in self.origins if o.words))

    @property
    def is_logged(self) -> bool:
        """Whether the runner's own log says it, and they have not answered it themselves."""
        sources = {o.source for o in self.origins}
        return Source.LOG in sources and Source.ANSWER not in sources


@dataclass(frozen=True, slots=True)
class Case:
    """One complaint of one runner. Items are in the order of importance, places first to last as the runner
    put them."""

    items: tuple[Item, ...] = ()
    duration_days: float | None = None
    age: int | None = None

    def of(self, kind: Kind, reply: Reply | None = None) -> Iterator[Item]:
        """The items of one kind, of one reply when given."""
        return (i for i in self.items if i.kind is kind and (reply is None or i.reply is reply))

    @property
    def places(self) -> tuple[Item, ...]:
        """Where it hurts."""
        return tuple(self.of(Kind.PLACE, Reply.YES))

    @property
    def side(self) -> Side:
        """One side for the whole case: both when its places are on different sides."""
        sides = {Side(i.detail) for i in self.places if i.detail} - {Side.UNKNOWN}
        if not sides:
            return Side.UNKNOWN
        return sides.pop() if len(sides) == 1 else Side.BOTH

    @property
    def replies(self) -> dict[str, Reply]:
        """Finding id -> reply."""
        return {i.id: i.reply for i in self.of(Kind.FINDING)}

    def item(self, kind: Kind, id: str) -> Item | None:
        """The item of that kind and id, if anything was said of it."""
        return next((i for i in self.items if i.kind is kind and i.id == id), None)

    def with_items(self, items: Iterable[Item]) -> Case:
        """The same case with these items put in, each in the place of an earlier one of the same kind and
        id."""
        new = {(i.kind, i.id): i for i in items}
        kept = tuple(new.pop((i.kind, i.id), i) for i in self.items)
        return replace(self, items=kept + tuple(new.values()))

    def without(self, dropped: Iterable[tuple[Kind, str]]) -> Case:
        """The same case without the named items."""
        gone = set(dropped)
        return replace(self, items=tuple(i for i in self.items if (i.kind, i.id) not in gone))


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader understood of an account: its complaints, the main one first, and whether it is about
    an injury at all.

    `mentioned` holds what was understood but is not of this complaint: earlier episodes, other people,
    plans (each with its
    words and `aside` saying which).
    """

    text: str
    is_injury: bool
    complaints: tuple[Case, ...] = ()
    mentioned: tuple[Aside, ...] = ()

    @property
    def case(self) -> Case:
        """The main complaint, or an empty case."""
        return self.complaints[0] if self.complaints else Case()


@dataclass(frozen=True, slots=True)
class Aside:
    """Something understood that is not counted: `why` is past, other (somebody else's) or plan (not done,
    not happened yet)."""

    item: Item
    why: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """A danger-sign rule that fired, what it asks for, and the replies (finding ids) and places that made
    it fire."""

    rule: str
    action: Urgency
    say: str
    because: tuple[str, ...]
    conditions: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Term:
    """One line of a condition's sum. `weight` is the log-odds added after damping; `lr` the likelihood
    ratio it came from.

    `finding` is a finding id, or `prior`, or `region`; `words` are the runner's words that switched it on.
    """

    finding: str
    label: str
    reply: str
    weight: float
    lr: float
    basis: str
    source: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A condition with its share of what was weighed. Shares of all candidates and of `Answer.other_share`
    sum to one.

    `low` and `high` bound the share when every expert weight is off by a common factor (see ranking.py).
    `fit` is the word shown: fits well, possible or less likely.
    """

    condition: str
    name: str
    share: float
    low: float
    high: float
    fit: str
    pros: tuple[Term, ...]
    cons: tuple[Term, ...]
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A finding worth asking: `gain_bits` is the expected information gain."""

    finding: str
    text: str
    gain_bits: float
    self_test: bool = False


@dataclass(frozen=True, slots=True)
class MustNotMiss:
    """A dangerous condition that is not far-fetched here, and the one question that would say most about
    it."""

    condition: str
    name: str
    share: float
    question: Question | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a case. `unasked` are the danger-screen findings of its body areas that nobody has
    replied to yet."""

    case: Case
    urgency: Urgency
    urgency_because: tuple[str, ...]
    alarms: tuple[Alarm, ...]
    unasked: tuple[str, ...]
    ranked: tuple[Candidate, ...]
    other_share: float
    cannot_tell: bool
    next_questions: tuple[Question, ...]
    must_not_miss: tuple[MustNotMiss, ...]
    unexplained: tuple[str, ...]
    knowledge_version: str
    reading: Reading | None = field(default=None, compare=False)
