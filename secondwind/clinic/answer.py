"""The one entry: an account or a case in, an answer out. Pure and deterministic."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from secondwind.clinic.implied import derived
from secondwind.clinic.knowledge import Knowledge, load
from secondwind.clinic.model import (
    Alarm,
    Answer,
    Candidate,
    Case,
    Item,
    Kind,
    Origin,
    Reading,
    Reply,
    Source,
    Term,
    Urgency,
)
from secondwind.clinic.questions import Gains, must_not_miss, next_questions
from secondwind.clinic.ranking import LESS_LIKELY, Listed, Ranking, Weighing, ranking_of
from secondwind.clinic.triage import VULNERABLE, alarms, alarms_in, raised, unasked, unsure

NO_SIGN = "No danger sign in what you told us."


def check(
    account: str | Case | Reading,
    answers: Mapping[str, Reply | str] | None = None,
    knowledge: Knowledge | None = None,
) -> Answer:
    """The answer to an account in words, a reading of one, or a case.

    `answers` maps finding ids to yes, no or unsure; they replace what the words said, except that unsure
    does not take back a yes. Of several complaints the first is answered; danger signs of the others count
    as well. Raises ValueError for a finding or a reply that nobody knows.
    """
    known = knowledge or load()
    if isinstance(account, Case):
        return _answer(with_answers(account, answers or {}, known), (), None, known)
    reading = _read(account) if isinstance(account, str) else account
    case = with_answers(reading.case, answers or {}, known)
    return _answer(case, reading.complaints[1:], reading, known)


def with_answers(case: Case, answers: Mapping[str, Reply | str], knowledge: Knowledge | None = None) -> Case:
    """The case with answers put in: finding id to yes, no or unsure. Unsure does not take back a yes.

    Raises ValueError that names a finding or a reply that nobody knows.
    """
    known = knowledge or load()
    items = []
    for finding, answer in answers.items():
        if finding not in known.findings:
            raise ValueError(f"there is no finding {finding!r} to answer")
        try:
            reply = Reply(answer)
        except ValueError:
            raise ValueError(
                f"the answer to {finding!r} is {answer!r}; it must be yes, no or unsure"
            ) from None
        before = case.item(Kind.FINDING, finding)
        if not (reply is Reply.UNSURE and before and before.reply is Reply.YES):
            items.append(Item(Kind.FINDING, finding, reply, origins=(Origin(Source.ANSWER),)))
    return case.with_items(items)


def _read(text: str) -> Reading:
    from secondwind.clinic.reader import read  # the reader compiles its phrases; a case needs none of it

    return read(text)


def _answer(case: Case, others: Iterable[Case], reading: Reading | None, known: Knowledge) -> Answer:
    full = derived(case, known)
    fired = alarms_in((case, *others), known)
    weighing = Weighing(full, known, alarms=alarms(case, known))
    ranking = ranking_of(weighing, full)
    open_screen = unasked(full, known)
    gains = Gains(weighing)
    urgency, because = _urgency(case, full, weighing, fired)
    return Answer(
        case=full,
        urgency=urgency,
        urgency_because=(*because, *_open_ends(full, open_screen, known)),
        alarms=fired,
        unasked=open_screen,
        ranked=ranking.candidates,
        other_share=ranking.other_share,
        cannot_tell=ranking.cannot_tell,
        next_questions=next_questions(full, gains, fired, screened=not open_screen),
        must_not_miss=must_not_miss(full, gains, fired),
        unexplained=_unexplained(full, ranking, known),
        knowledge_version=known.version,
        reading=reading,
    )


def _unexplained(case: Case, ranking: Ranking, known: Knowledge) -> tuple[str, ...]:
    """The yeses that speak for none of the leading conditions."""
    leading = [c for i, c in enumerate(ranking.candidates) if i < 3 or c.fit != LESS_LIKELY]
    explained = {t.finding for c in leading for t in c.pros}
    weighed = {t.finding for c in ranking.candidates for t in c.terms}
    return tuple(
        f
        for f, reply in case.replies.items()
        if reply is Reply.YES
        and f in weighed
        and f not in explained
        and known.findings[f].group not in {"person", "investigation"}
    )


# Urgency.


def _urgency(
    said: Case, case: Case, weighing: Weighing, fired: Sequence[Alarm]
) -> tuple[Urgency, tuple[str, ...]]:
    """The most urgent of the rules and the ranking, raised for vulnerable runners, and why, in plain
    sentences.
    """
    rules = max((a.action for a in fired), key=lambda u: u.level, default=Urgency.SELF_CARE)
    # an emergency cannot be raised, and escalation takes time over many signs
    certain = rules is Urgency.EMERGENCY
    mass, names = (Urgency.SELF_CARE, ()) if certain else escalation(said, weighing)
    urgency = max(rules, mass, key=lambda u: u.level)
    because = [a.say for a in fired if a.action is urgency]
    if mass is urgency and mass is not Urgency.SELF_CARE:
        because.append(f"{_WHEN[mass]} because of what it could be: {', '.join(names)}.")
    if not fired:
        because.append(NO_SIGN)
    final = raised(urgency, case)
    if case.replies.get(VULNERABLE) is Reply.YES:
        label = weighing.tables.known.findings[VULNERABLE].label
        because.append(f"One step more careful because of: {label}.")
    return final, tuple(because)


_WHEN = {
    Urgency.EMERGENCY: "Needs emergency care",
    Urgency.SAME_DAY: "Should be seen today",
    Urgency.WITHIN_WEEK: "Should be seen within a week",
    Urgency.ROUTINE: "Should be seen in the next weeks",
}


def _open_ends(case: Case, open_screen: Sequence[str], known: Knowledge) -> Iterator[str]:
    """What has not been cleared: danger questions without an answer, and those answered with unsure."""
    if not_sure := unsure(case, known):
        labels = "; ".join(known.findings[f].label for f in not_sure)
        yield f"You were not sure about: {labels}. Have somebody look at that."
    if open_screen:
        count = len(open_screen)
        yield f"{count} danger-sign question{'s have' if count > 1 else ' has'} no answer yet."


def danger_signs(known: Knowledge) -> frozenset[str]:
    """The findings of every danger screen and rule, without facts about the person such as age."""
    if "danger_signs" not in known.memo:
        found = {f for ids in known.screens.values() for f in ids}
        found |= {f for rule in known.rules for f in (*rule.any, *rule.all)}
        found |= {f.id for f in known.findings.values() if f.screen}
        known.memo["danger_signs"] = frozenset(f for f in found if known.findings[f].group != "person")
    signs: frozenset[str] = known.memo["danger_signs"]
    return signs


def escalation(said: Case, weighing: Weighing) -> tuple[Urgency, tuple[str, ...]]:
    """How urgent the ranking alone makes it, and the names of the conditions that do.

    A level is reached when its conditions, with all more urgent ones, hold the share that `escalate_mass`
    gives, and what was said has raised that share over what prior and place give (`escalate_rise`). So that
    one more danger sign never lowers the urgency, the shares are taken without any danger sign (and without
    what follows from one), and with every set of up to `signs_at_once` of them; the most urgent outcome
    counts. `said` is the case before anything was derived from it, `weighing` that of the whole.
    """
    known, engine = weighing.tables.known, weighing.engine
    signs = sorted(danger_signs(known) & {f for f, r in weighing.replies.items() if r is Reply.YES})
    base = weighing
    if signs or weighing.alarm:  # what a fired rule adds to the ranking would count the same sign twice
        quiet = derived(said.without((Kind.FINDING, f) for f in signs), known)
        base = Weighing(quiet, known, without=frozenset(signs))
    nothing = frozenset(weighing.replies) | frozenset(base.replies)
    nothing_said = Weighing(said, known, without=nothing) if nothing else weighing
    masses = _Masses(base, held_by_level(nothing_said))
    best = masses.level(())
    for size in range(1, min(engine.signs_at_once, len(signs)) + 1):
        for chosen in combinations(signs, size):
            if best is Urgency.EMERGENCY:
                break
            best = max(best, masses.level(chosen), key=lambda u: u.level)
    return best, masses.names(best, weighing)


def held_by_level(weighing: Weighing) -> list[float]:
    """The share that the conditions of each level and all more urgent ones hold, by level."""
    shares, _ = weighing.shares()
    held = [0.0] * len(Urgency)
    for share, level in zip(shares, weighing.tables.levels, strict=True):
        for lower in range(level + 1):
            held[lower] += share
    return held


class _Masses:
    """The share held by each level of urgency, for a base weighing and any further yeses.

    `before` is what each level held by prior and place alone.
    """

    def __init__(self, base: Weighing, before: list[float]) -> None:
        self.base = base
        self.engine = base.engine
        self.temperature = base.engine.temperature
        self.odds_before = [held / (1 - held) if held < 1 else math.inf for held in before]
        top = max(*base.scores, base.other)
        self.parts = [math.exp((s - top) / self.temperature) for s in base.scores]
        self.total = math.fsum(self.parts) + math.exp((base.other - top) / self.temperature)
        self.by_level = [0.0] * len(Urgency)
        for part, level in zip(self.parts, base.tables.levels, strict=True):
            self.by_level[level] += part
        self._singles: dict[str, dict[int, tuple[Listed, float]]] = {}

    def single(self, finding: str) -> dict[int, tuple[Listed, float]]:
        """The change of each condition's score by one yes."""
        if finding not in self._singles:
            self._singles[finding] = {
                x.condition: (x, self.base.change(x.condition, x.key_yes, abs(x.yes)))
                for x in self.base.tables.listed[finding]
                if x.yes
            }
        return self._singles[finding]

    def changes(self, signs: Sequence[str]) -> Iterator[tuple[int, float]]:
        """The change of each condition's score by several yeses together."""
        together: dict[int, list[tuple[Listed, float]]] = {}
        for sign in signs:
            for i, pair in self.single(sign).items():
                together.setdefault(i, []).append(pair)
        for i, pairs in together.items():
            if len({x.key_yes for x, _ in pairs}) == len(pairs):
                yield i, sum(change for _, change in pairs)
            else:
                yield i, self.base.changes(i, [(x.key_yes, abs(x.yes)) for x, _ in pairs])

    def level(self, signs: Sequence[str]) -> Urgency:
        """The level that the shares reach with these signs answered yes."""
        levels = self.base.tables.levels
        masses, total = list(self.by_level), self.total
        for i, change in self.changes(signs):
            more = self.parts[i] * (math.exp(change / self.temperature) - 1)
            masses[levels[i]] += more
            total += more
        held = 0.0
        for urgency in reversed(Urgency):
            held += masses[urgency.level]
            if self.reached(urgency, held / total):
                return urgency
        return Urgency.SELF_CARE

    def reached(self, urgency: Urgency, share: float) -> bool:
        """Whether a share is enough for a level, and more than the place alone gives."""
        needed = self.engine.escalate_mass.get(urgency.value)
        if needed is None or share < needed:
            return False
        return share >= self.engine.fits_well or (
            share / (1 - share) >= self.engine.escalate_rise * self.odds_before[urgency.level]
        )

    def names(self, urgency: Urgency, full: Weighing) -> tuple[str, ...]:
        """The conditions at or above a level that weigh most in the whole case, three at most."""
        shares, _ = full.shares()
        tables = self.base.tables
        found = [i for i, level in enumerate(tables.levels) if level >= urgency.level]
        found.sort(key=lambda i: (-shares[i], tables.conditions[i].id))
        kept = [i for i in found[:3] if shares[i] >= shares[found[0]] / 10]
        return tuple(tables.conditions[i].lay_name or tables.conditions[i].name for i in kept)


# Every number of an answer, as text.


def explain(answer: Answer, knowledge: Knowledge | None = None) -> str:
    """The trace of an answer in plain text: what was understood, the alarms, and the sum of each condition
    in play.

    Every line has its weight in log-odds after damping, its likelihood ratio, its basis and source, and the
    runner's words.
    """
    known = knowledge or load()
    lines = [
        f"Knowledge version {answer.knowledge_version}",
        "",
        f"Urgency: {answer.urgency.value}",
        *(f"  {sentence}" for sentence in answer.urgency_because),
        "",
        "Alarms:" if answer.alarms else "Alarms: none",
        *(line for alarm in answer.alarms for line in _alarm_lines(alarm, answer.case, known)),
        "",
        "Understood:",
        *(f"  {_item_line(item, known)}" for item in answer.case.items),
    ]
    shown = [c for i, c in enumerate(answer.ranked) if i < 3 or c.share >= 0.005]
    for candidate in shown:
        lines += ["", *_candidate_lines(candidate, known)]
    rest = len(answer.ranked) - len(shown)
    held = math.fsum(c.share for c in answer.ranked[len(shown) :])
    lines += [
        "",
        f"{rest} other conditions hold {held:.4f} together; something else {answer.other_share:.4f}.",
    ]
    if answer.cannot_tell:
        lines.append("We cannot tell: nothing fits well enough to name it.")
    if answer.unexplained:
        labels = "; ".join(known.findings[f].label for f in answer.unexplained)
        lines.append(f"Said, but not explained by what leads: {labels}.")
    return "\n".join(lines) + "\n"


def _item_line(item: Item, known: Knowledge) -> str:
    detail = f" ({item.detail})" if item.detail else ""
    words = f"  “{item.words}”" if item.words else ""
    return f"{item.kind.value} {item.id}: {item.reply.value}{detail}{words}"


def _alarm_lines(alarm: Alarm, case: Case, known: Knowledge) -> Iterator[str]:
    yield f"  {alarm.rule} {alarm.action.value}: {alarm.say}"
    for part in alarm.because:
        item = case.item(Kind.FINDING, part) or case.item(Kind.PLACE, part)
        yield f"    because of {_item_line(item, known) if item else part}"
    yield f"    source: {_cite(alarm.source, known)}"


def _candidate_lines(candidate: Candidate, known: Knowledge) -> Iterator[str]:
    span = f"{candidate.low:.4f} to {candidate.high:.4f}"
    yield f"{candidate.name} [{candidate.condition}]: {candidate.fit}, share {candidate.share:.4f} ({span})"
    for term in candidate.terms:
        yield f"  {term.weight:+.3f}  {_term_text(term)}; {term.basis}; {_cite(term.source, known)}"
    yield f"  {math.fsum(t.weight for t in candidate.terms):+.3f}  sum"


def _term_text(term: Term) -> str:
    if term.finding == "prior":
        return f"prior {term.lr:g} per 1000"
    words = f" “{term.words}”" if term.words else ""
    if term.finding == "region":
        return f"place {term.label}{words}, fit {term.lr:.3f}"
    return f"{term.finding} {term.reply} ({term.label}){words}, ratio {term.lr:g}"


def _cite(source: str, known: Knowledge) -> str:
    entry = known.sources.get(source)
    return f"{entry.cite} ({entry.status})" if entry else source
