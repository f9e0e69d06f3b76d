"""Findings, treatments, tests and suspicions: from the phrases found to items of the vocabulary with a
reply."""

from __future__ import annotations

from dataclasses import dataclass

from secondwind.clinic.knowledge import Knowledge
from secondwind.clinic.model import Aside, Effect, Item, Kind, Origin, Reply, Result, Source
from secondwind.clinic.reader.context import Heard
from secondwind.clinic.reader.phrases import Match
from secondwind.clinic.reader.places import Placed, members

_REACH = 20  # how far off, clause borders counted, a word that says it hurts may be
_SURFACE_REACH = 6  # how near "feel nothing" must stand to a surface to deny it
_DENIAL_REACH = 8  # the same for a word that says it is fine
# of health before, what counts only when it is recent
_RECENT = frozenset({"hx_quinolone", "hx_low_energy"})
_LASTING = ("hx_", "rf_clot_risk", "rf_weight_cancer")  # what was once counts still
_SHORT, _LONGER = 8, 18  # tokens of a sentence that goes on with what the last one said of the pain
_GOES_ON = frozenset(
    "mostly mainly chiefly especially particularly usually also only it's worst same and even stairs going "
    "getting coming either".split()
)
_ONESELF = frozenset("i i'm i've i'd my me we our".split())
_OTHERS = frozenset("you your you've others".split())
_DONE = frozenset(
    "i've i'd had have having been being did tried took taken used using started saw seen got after since "
    "despite already doing done was gave given went bought".split()
)
_BLOW = "onset_blow"
_LIKENESS_REACH = 5  # tokens from "as if" to what it was like
_ONE_MOMENT = ("onset_sudden", "onset_pop", "onset_twist")


@dataclass(frozen=True, slots=True)
class Found:
    """One hearing of one item: where, and what was said of it there."""

    kind: Kind
    id: str
    reply: Reply
    detail: str
    sentence: int
    first: int
    last: int
    where: frozenset[str]
    aside: str = ""


def found(heard: list[Heard], known: Knowledge) -> list[Found]:
    """Every hearing of every item, in the order of the account."""
    out: list[Found] = []
    for number, h in enumerate(heard):
        for m in _unabsorbed(h):
            entry = m.entry
            if not entry.ids:  # words that only look like an item, and were taken out by this
                continue
            reply = _reply(h, m)
            if (
                reply is None
                and not h.predicates
                and len(h.sentence.tokens) <= (_LONGER if h.sentence.tokens[0] in _GOES_ON else _SHORT)
                and number
                and heard[number - 1].predicates
            ):
                reply = heard[number - 1].predicates[-1][2]  # "On the run it hurts. Stairs too."
                reply = (Reply.NO if h.denied[m.first] else reply) if reply is Reply.YES else None
            if reply is None or (reply is Reply.NO and _of_one_kind(h, m)):
                continue
            aside = _aside(h, m)
            if aside == "plan" and reply is Reply.NO:
                aside = ""  # "not going to the doctor"
            for id in entry.ids:
                if _known(known, entry.kind, id):
                    detail = _detail(heard, number, m, entry.kind) if reply is Reply.YES else ""
                    out.append(
                        Found(entry.kind, id, reply, detail, number, m.first, m.last, entry.where, aside)
                    )
    return out


def _known(known: Knowledge, kind: Kind, id: str) -> bool:
    tables = {
        Kind.FINDING: known.findings,
        Kind.TREATMENT: known.treatments,
        Kind.TEST: known.tests,
        Kind.SUSPICION: known.suspicions,
    }
    return id in tables[kind]


def _unabsorbed(h: Heard) -> list[Match]:
    """Matches that are not inside a longer one of the same file ('stress fracture' takes 'fracture').

    A phrase with a gap takes others only where it says what is done ("sitting with one ankle crossed over
    the knee").
    """
    matches = [m for m in h.role("item") if not m.entry.needs_calm or _is_calm(h, m)]
    takers: dict[str, list[Match]] = {}
    for m in matches:
        if m.last - m.first > 1 and (not m.phrase.has_gap or not m.entry.ids or m.entry.file == "provokes"):
            takers.setdefault(m.entry.file, []).append(m)
    return [
        m
        for m in matches
        if not any(
            t.first <= m.first and m.last <= t.last and t.last - t.first > m.last - m.first
            for t in takers.get(m.entry.file, ())
        )
    ]


def _reply(h: Heard, m: Match) -> Reply | None:
    """What the sentence says of the match; None when it must be told to hurt and nothing tells."""
    if _BLOW in m.entry.ids and any(0 <= m.first - k.last <= _LIKENESS_REACH for k in h.role("likeness")):
        return None  # "as if somebody had kicked me": nobody did
    own_no = m.phrase.has_gap and m.phrase.says_no(h.sentence.tokens[m.first : m.last])
    denied = h.denied[m.first] or (m.phrase.has_gap and h.denied[m.last - 1] and not own_no)
    if m.entry.kind in (Kind.FINDING, Kind.SUSPICION):  # of a test, "was negative" is the result
        denied = denied or h.cleared[m.first]
    if m.entry.needs_pain:
        near, distance = h.nearest(m.first, m.last)
        if near is None or distance > (_DENIAL_REACH if near is Reply.NO else _REACH):
            return None
        return Reply.NO if denied and near is Reply.YES and not _pain_before(h, m.first) else near
    if m.entry.kind is Kind.TREATMENT and any(0 <= d.first - m.last <= 14 for d in h.role("declined")):
        return Reply.NO
    if m.entry.ids[-1].startswith("surface_") and not denied:
        near, distance = h.nearest(m.first, m.last)  # "on the road I feel nothing"
        denied = near is Reply.NO and distance <= _SURFACE_REACH
    if m.entry.reply is Reply.NO:  # "I can do a heel raise"; denied, it says nothing
        return None if denied else Reply.NO
    if denied:
        return Reply.NO
    if h.unsure[m.first] and m.entry.kind is Kind.FINDING:
        return Reply.UNSURE
    return Reply.YES


def _is_calm(h: Heard, m: Match) -> bool:
    """Whether no word near says that it hurts."""
    near, distance = h.nearest(m.first, m.last)
    return near is not Reply.YES or distance > _REACH


def _of_one_kind(h: Heard, m: Match) -> bool:
    """Whether a time is told of one kind of run alone: "never after road runs" does not deny "after the
    run"."""
    timed = m.entry.ids[0].startswith("time_")
    return timed and any(k.first <= m.last and k.last >= m.first for k in h.role("one_kind"))


def _pain_before(h: Heard, first: int) -> bool:
    """Whether the denial that reaches the token was already spent on a word of pain before it."""
    return any(reply is Reply.NO and end <= first for _, end, reply in h.predicates)


def _aside(h: Heard, m: Match) -> str:
    why = h.aside[m.first]
    if not why and m.entry.kind in (Kind.FINDING, Kind.TREATMENT) and h.sentence.tokens[-1] == "?":
        before = h.sentence.tokens[: m.first]
        if not _ONESELF.isdisjoint(before):
            pass
        elif not _OTHERS.isdisjoint(before):  # "did you have to stop running?" asks, and tells of nobody
            return "other"
        if m.entry.kind is Kind.TREATMENT and _DONE.isdisjoint(before):  # "rest, or keep plugging?"
            return "plan"
    if (
        not why
        and m.entry.kind is Kind.SUSPICION
        and "never" in h.sentence.tokens[max(0, m.first - 3) : m.first]
    ):
        return "past"  # "thirty years and never a stress fracture"
    if why == "plan" and m.entry.kind not in (Kind.TREATMENT, Kind.TEST):
        return ""
    if why == "plan" and m.entry.kind is Kind.TEST and h.role("clear", "abnormal"):
        return ""  # "ordered an X-ray, which was normal"
    if why == "past" and (
        m.entry.kind is Kind.TEST or (m.entry.ids[-1].startswith(_LASTING) and m.entry.ids[-1] not in _RECENT)
    ):
        return ""
    return why


def _detail(heard: list[Heard], number: int, m: Match, kind: Kind) -> str:
    """The effect of a treatment or the result of a test, from the words near it."""
    if kind is Kind.TREATMENT:
        return _nearest_role(
            heard,
            number,
            m,
            {"better": Effect.BETTER, "no_change": Effect.NO_CHANGE, "worse": Effect.WORSE},
            Effect.UNKNOWN,
        )
    if kind is Kind.TEST:
        return _nearest_role(
            heard, number, m, {"clear": Result.CLEAR, "abnormal": Result.ABNORMAL}, Result.UNKNOWN
        )
    return ""


def _nearest_role(
    heard: list[Heard], number: int, m: Match, roles: dict[str, Effect] | dict[str, Result], otherwise: str
) -> str:
    best, distance = otherwise, 10_000
    for offset in (0, 1):
        if number + offset >= len(heard):
            break
        h = heard[number + offset]
        if offset and (
            best != otherwise
            or h.sentence.tokens[0]
            not in (
                "it",
                "they",
                "nothing",
                "this",
                "that",
                "all",
                "both",
                "which",
                "none",
                "the",
                "neither",
                "he",
                "she",
                "and",
                "but",
            )
        ):
            break
        for r in h.role(*roles):
            gap = (
                (r.first - m.last if r.first >= m.last else m.first - r.last + 2)
                if not offset
                else r.first + 6
            )
            if (
                0 <= gap < distance
                and gap <= 16
                and not (roles.get(r.entry.role) in (Effect.BETTER,) and h.denied[r.first])
            ):
                # the longer cue at the same place wins: "didn't help" over "help"
                best, distance = roles[r.entry.role], gap
    if (
        best == Result.ABNORMAL
        and any(r.first <= m.last + 8 for r in heard[number].role("clear"))
        and heard[number].denied[min(m.last, len(heard[number].denied) - 1)]
    ):
        return Result.CLEAR
    return str(best)


def suspected_in_title(
    headline: list[Heard], known: Knowledge, said: list[tuple[Item, int]]
) -> list[tuple[Item, int]]:
    """Suspicions that only the heading names; they have no words in the account."""
    there = {i.id for i, _ in said if i.kind is Kind.SUSPICION}
    named = [f for f in found(headline, known) if f.kind is Kind.SUSPICION and f.reply is Reply.YES]
    ids = dict.fromkeys(f.id for f in named if f.id not in there)
    return [(Item(Kind.SUSPICION, id, origins=(Origin(Source.WORDS),)), -1) for id in ids]


def asides(all_found: list[Found], heard: list[Heard], text: str) -> list[Aside]:
    """What was understood but belongs to earlier times, to other people or to plans."""
    out: list[Aside] = []
    seen: set[tuple[Kind, str, str]] = set()
    for f in all_found:
        if f.aside and (f.kind, f.id, f.aside) not in seen:
            seen.add((f.kind, f.id, f.aside))
            out.append(Aside(Item(f.kind, f.id, f.reply, f.detail, (_origin(f, text, heard),)), f.aside))
    return out


def settle(
    all_found: list[Found], text: str, heard: list[Heard], places: list[Placed], known: Knowledge
) -> list[tuple[Item, int]]:
    """One item for each id with the sentence it was first heard in, from all its hearings.

    Where an account says both yes and no, a danger sign is yes, and of anything else what was said more
    often, else no: a
    denial is said on purpose.
    """
    here: set[str] = set()
    for p in places:
        if p.item.reply is Reply.YES:
            here |= {p.item.id, known.regions[p.item.id].area} | members(p.item.id, known)
    grouped: dict[tuple[Kind, str], list[Found]] = {}
    for f in all_found:
        if f.aside or (f.where and not f.where & here):
            continue
        grouped.setdefault((f.kind, f.id), []).append(f)
    out: list[tuple[Item, int]] = []
    for (kind, id), fs in grouped.items():
        reply = _decide(kind, id, fs, known)
        said = [f for f in fs if f.reply is reply]
        detail = next((f.detail for f in said if f.detail and f.detail != "unknown"), said[0].detail)
        if kind is Kind.TEST and {f.detail for f in said} >= {Result.CLEAR, Result.ABNORMAL}:
            detail = Result.ABNORMAL
        item = Item(kind, id, reply, str(detail), tuple(_origin(f, text, heard) for f in said[:3]))
        out.append((item, said[0].sentence))
    return _consistent(out)


def _decide(kind: Kind, id: str, fs: list[Found], known: Knowledge) -> Reply:
    replies = [f.reply for f in fs]
    if kind is Kind.FINDING and known.findings[id].screen and Reply.YES in replies:
        return Reply.YES
    yes, no = replies.count(Reply.YES), replies.count(Reply.NO)
    if yes == no == 0:
        return Reply.UNSURE
    if kind is Kind.TREATMENT:
        return Reply.YES if yes >= no else Reply.NO
    return Reply.YES if yes > no else Reply.NO


def _consistent(items: list[tuple[Item, int]]) -> list[tuple[Item, int]]:
    """A complaint that came in one moment did not creep in; "the fracture" after "stress fracture" is the
    same one."""
    sudden = any(i.kind is Kind.FINDING and i.id in _ONE_MOMENT and i.reply is Reply.YES for i, _ in items)
    bone = any(i.id == "stress_fracture" and i.reply is Reply.YES for i, _ in items)

    def clashes(item: Item) -> bool:
        crept = sudden and item.id == "onset_gradual" and item.reply is Reply.YES
        return crept or (bone and item.id == "fracture")

    return [(i, n) for i, n in items if not clashes(i)]


def _origin(f: Found, text: str, heard: list[Heard]) -> Origin:
    start, end = heard[f.sentence].sentence.chars(f.first, f.last)
    return Origin(Source.WORDS, start, end, text[start:end])
