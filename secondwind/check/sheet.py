"""The sheet: what a runner has told so far, carried from page to page in the form itself.

Nothing of a check is kept on the server, and nothing of it is ever in an address. Each page of the check
answers a POST and holds the whole sheet as hidden fields; whoever closes the tab has taken it along.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.http import QueryDict

from secondwind.cases.replies import ADDED, DROP, SAY, VALUES, Key, field_name, item_of, value_of
from secondwind.clinic import read
from secondwind.clinic.knowledge import Knowledge
from secondwind.clinic.model import Case, Item, Kind, Origin, Reading, Reply, Side, Source

MAX_TEXT_BYTES = 100_000
MAX_AGE = 120
LOGGED = "log."
LONGEST_COUNT = 200  # characters of what a log counted


class Refused(ValueError):
    """The sheet cannot be used at all; the message is a sentence for the runner."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the runner wrote, marked and corrected.

    `said` holds each correction and answer, by kind and id: a reply for a finding, a side for a place, an
    effect for a treatment, a result for a test, no, or `drop`. `logged` holds the findings that the runner's
    own log says, each with its reply and what was counted. `screened` says that the danger screen has been
    shown. `remarks` are sentences about input that was left out.
    """

    text: str = ""
    regions: tuple[str, ...] = ()
    side: Side = Side.UNKNOWN
    said: Mapping[Key, str] = field(default_factory=dict)
    logged: Mapping[Key, tuple[Reply, str]] = field(default_factory=dict)
    complaint: int = 0
    age: int | None = None
    screened: bool = False
    remarks: tuple[str, ...] = ()

    @classmethod
    def from_post(cls, post: QueryDict, knowledge: Knowledge) -> Sheet:
        """The sheet of a submitted form.

        What the vocabulary does not know is left out with a remark. Raises Refused for a text over 100 kB.
        """
        return _Reader(post, knowledge).sheet()

    @property
    def is_empty(self) -> bool:
        """True while the runner has neither written nor marked anything."""
        return not (self.text.strip() or self.regions or self.logged)

    def reading(self) -> Reading:
        """What the reader understands of the text."""
        return read(self.text)

    def case(self, reading: Reading) -> Case:
        """The chosen complaint with the places marked and everything that was corrected and answered."""
        told = self.told(reading)
        gone = [key for key, value in self.said.items() if value == DROP]
        from_log = [item for item in self._from_log(told) if (item.kind, item.id) not in gone]
        told = told.with_items(from_log)
        case = told.without(gone).with_items([*self._marked(told), *self._corrected(told)])
        return case if self.age is None else replace(case, age=self.age)

    def settled(self, reading: Reading) -> Sheet:
        """The same sheet without what only repeats the reader: a form also sends what nobody changed."""
        read_as = {(item.kind, item.id): value_of(item) for item in self.told(reading).items}
        for key, (reply, _count) in self.logged.items():
            read_as.setdefault(key, reply)
        return replace(self, said={key: v for key, v in self.said.items() if read_as.get(key) != v})

    def others(self, reading: Reading) -> tuple[Case, ...]:
        """The other complaints, with what was corrected of them: their danger signs count too."""
        told = self.told(reading)
        return tuple(self._corrected_other(case) for case in reading.complaints if case is not told)

    def told(self, reading: Reading) -> Case:
        """The chosen complaint as the reader understood it, before any correction."""
        if not reading.complaints:
            return Case()
        return reading.complaints[min(self.complaint, len(reading.complaints) - 1)]

    def with_replies(self, replies: Mapping[str, Reply]) -> Sheet:
        """The same sheet with these findings answered."""
        return replace(
            self, said={**self.said, **{(Kind.FINDING, id): reply for id, reply in replies.items()}}
        )

    def without_reply(self, finding: str) -> Sheet:
        """The same sheet as if this finding had not been answered."""
        return replace(self, said={key: v for key, v in self.said.items() if key != (Kind.FINDING, finding)})

    def fields(self, without: Collection[str] = ()) -> Iterator[tuple[str, str]]:
        """Names and values of the form fields that make this sheet again, but those a page shows itself."""
        for name, value in self._fields():
            if name not in without:
                yield name, value

    def _fields(self) -> Iterator[tuple[str, str]]:
        yield "text", self.text
        yield from (("region", region) for region in self.regions)
        if self.side is not Side.UNKNOWN:
            yield "side", self.side
        if self.complaint:
            yield "complaint", str(self.complaint)
        if self.age is not None:
            yield "age", str(self.age)
        if self.screened:
            yield "screened", "1"
        yield from ((field_name(*key), value) for key, value in self.said.items())
        for (kind, id), (reply, count) in self.logged.items():
            yield f"{LOGGED}{kind}.{id}", f"{reply}|{count}"

    def _from_log(self, told: Case) -> Iterator[Item]:
        """What the runner's log says, where their words do not say otherwise."""
        for (kind, id), (reply, count) in self.logged.items():
            known = told.item(kind, id)
            if known is None or known.reply is reply:
                origins = known.origins if known else ()
                yield Item(kind, id, reply, "", (*origins, Origin(Source.LOG, words=count)))

    def _marked(self, told: Case) -> Iterator[Item]:
        """The places touched on the body map; one that is in the words keeps them and its side."""
        for region in self.regions:
            known = told.item(Kind.PLACE, region)
            origins = known.origins if known else ()
            side = self.side if known is None or self.side is not Side.UNKNOWN else known.detail
            yield Item(Kind.PLACE, region, Reply.YES, side, (*origins, Origin(Source.MAP)))

    def _corrected_other(self, case: Case) -> Case:
        """Another complaint with the corrections of what it holds itself; nothing is added to it."""
        gone = [key for key, value in self.said.items() if value == DROP]
        kept = case.without(gone)
        return kept.with_items(item for item in self._corrected(kept) if kept.item(item.kind, item.id))

    def _corrected(self, told: Case) -> Iterator[Item]:
        """Each correction as an item, which keeps the words that it corrects."""
        for (kind, id), value in self.said.items():
            if value != DROP:
                yield item_of(kind, id, value, told.item(kind, id))


class _Reader:
    """Reads one submitted form; nothing in it is believed."""

    def __init__(self, post: QueryDict, knowledge: Knowledge) -> None:
        self.post = post
        self.remarks: list[str] = []
        self.danger_signs = {finding.id for finding in knowledge.findings.values() if finding.screen}
        self.vocabulary: Mapping[Kind, Collection[str]] = {
            Kind.PLACE: knowledge.regions,
            Kind.FINDING: knowledge.findings,
            Kind.TREATMENT: knowledge.treatments,
            Kind.TEST: knowledge.tests,
            Kind.SUSPICION: knowledge.suspicions,
        }

    def sheet(self) -> Sheet:
        return Sheet(
            text=self.text(),
            regions=tuple(self.regions()),
            side=self.side(),
            said={**dict(self.said()), **dict(self.added())},
            logged=dict(self.logged()),
            complaint=self.number("complaint", most=99) or 0,
            age=self.number("age", most=MAX_AGE),
            screened=bool(self.post.get("screened")),
            remarks=tuple(dict.fromkeys(self.remarks)),
        )

    def text(self) -> str:
        # A browser sends a line break as two characters; positions in the text must not change with it.
        text = self.post.get("text", "").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
        size = len(text.encode("utf-8", "replace"))
        if size > MAX_TEXT_BYTES:
            raise Refused(
                f"Your account is {size // 1000} kB long, and at most {MAX_TEXT_BYTES // 1000} kB are read. "
                "Keep what is about this injury: where, when, what makes it worse, what you tried."
            )
        return text

    def regions(self) -> Iterator[str]:
        for region in dict.fromkeys(self.post.getlist("region")):
            if self.is_known(Kind.PLACE, region):
                yield region

    def side(self) -> Side:
        value = self.post.get("side", "")
        if value in (*Side, ""):
            return Side(value or Side.UNKNOWN)
        self.remark("the side", value, "left, right or both")
        return Side.UNKNOWN

    def said(self) -> Iterator[tuple[Key, str]]:
        for name in self.post:
            if name.startswith(SAY):
                key = self.key(name.removeprefix(SAY))
                value = self.post.get(name, "")
                if key and value and self.may_say(key, value):
                    yield key, value

    def logged(self) -> Iterator[tuple[Key, tuple[Reply, str]]]:
        for name in self.post:
            if name.startswith(f"{LOGGED}{Kind.FINDING}."):
                key = self.key(name.removeprefix(LOGGED))
                reply, _bar, count = self.post.get(name, "").partition("|")
                # Danger signs are answered by the runner alone.
                if key and key[1] not in self.danger_signs and reply in (Reply.YES, Reply.NO):
                    yield key, (Reply(reply), count[:LONGEST_COUNT].replace("\x00", ""))

    def added(self) -> Iterator[tuple[Key, str]]:
        for name in filter(None, self.post.getlist("add")):
            if key := self.key(name):
                yield key, ADDED[key[0]]

    def key(self, name: str) -> Key | None:
        kind, _, id = name.partition(".")
        if kind in tuple(Kind) and self.is_known(Kind(kind), id):
            return Kind(kind), id
        if kind not in tuple(Kind):
            self.remarks.append(f"{_shown(name)} was left out: it is no kind of thing this site knows.")
        return None

    def is_known(self, kind: Kind, id: str) -> bool:
        known = id in self.vocabulary[kind]
        if not known:
            self.remarks.append(f"{_shown(id)} was left out: this site knows no such {kind}.")
        return known

    def may_say(self, key: Key, value: str) -> bool:
        allowed = (*VALUES[key[0]], DROP)
        if value not in allowed:
            self.remark(f"the {key[0]} {key[1]}", value, " or ".join(allowed))
        return value in allowed

    def number(self, name: str, most: int) -> int | None:
        value = self.post.get(name, "").strip()
        if not value:
            return None
        # isdigit alone would also take digits of other scripts, which int() reads and nobody here means
        if value.isascii() and value.isdigit() and len(value) < 4 and int(value) <= most:
            return int(value)
        self.remark(f"the {name}", value, f"a whole number up to {most}")
        return None

    def remark(self, what: str, value: str, expected: str) -> None:
        self.remarks.append(f"{_shown(value)} was left out: {what} can be {expected}.")


def _shown(value: str) -> str:
    return f"“{value[:40]}…”" if len(value) > 40 else f"“{value}”"


def unanswered(findings: Iterable[str], case: Case) -> Iterator[str]:
    """Those of the findings to which the case holds no reply."""
    return (id for id in findings if id not in case.replies)
