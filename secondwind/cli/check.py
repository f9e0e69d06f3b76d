"""`secondwind check`: an account of what hurts in, an explained answer out."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from secondwind.cli.lines import BadFile, BadLine, checked_text, each_line, read_bytes, text_of, write
from secondwind.clinic import Answer, Kind, Reply, Urgency, check, explain, load
from secondwind.clinic.knowledge import KnowledgeError

WIDTH = 96
SCREEN_FIRST = 3
"""How many open danger questions stand before the others in `next_questions`."""

HEADINGS = {
    Urgency.EMERGENCY: "EMERGENCY: get help now",
    Urgency.SAME_DAY: "To be seen TODAY",
    Urgency.WITHIN_WEEK: "To be seen within a week",
    Urgency.ROUTINE: "To be seen in the next weeks",
    Urgency.SELF_CARE: "Self-care is reasonable",
}
NOTE = (
    "This informs; it does not diagnose. Get help sooner if pain rises at rest, spreads, wakes you,"
    " or you cannot bear weight."
)


def main(argv: Sequence[str]) -> int:
    """Run the command; 0, or 1 when a line was bad, or 2 when it could not start."""
    options = _parser().parse_args(argv)
    try:
        load()
        if options.jsonl:
            return each_line(options.file, lambda given: _line(given, explained=options.explain))
        return _one(options)
    except (BadFile, KnowledgeError) as error:
        print(f"secondwind check: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="secondwind check",
        description="Danger signs, urgency, what fits and why, for an account in a runner's own words.",
        epilog='With --jsonl a line is {"id", "text"}, and may have "answers": {finding: yes, no or unsure}.',
    )
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="the account; - or nothing reads the standard input"
    )
    parser.add_argument("--jsonl", action="store_true", help="JSON lines in, one JSON object a line out")
    parser.add_argument("--json", action="store_true", help="the answer to one account as a JSON object")
    parser.add_argument(
        "--explain", action="store_true", help="every number with its source and the words behind it"
    )
    return parser


def _one(options: argparse.Namespace) -> int:
    """One account, as text."""
    text = read_bytes(options.file).decode("utf-8", errors="replace")
    try:
        answer = check(checked_text(text, "the account"))
    except BadLine as error:
        print(f"secondwind check: {error}", file=sys.stderr)
        return 1
    if options.json:
        write(_json("", answer, explained=options.explain))
    else:
        print("\n".join(_plain(answer)))
        if options.explain:
            print("\n" + explain(answer), end="")
        sys.stdout.flush()
    return 0


def _line(given: dict[str, Any], *, explained: bool) -> dict[str, Any]:
    answers = given.get("answers", {})
    if not isinstance(answers, Mapping):
        raise BadLine("'answers' must be an object of finding: yes, no or unsure")
    text = text_of(given)
    try:
        answer = check(text, answers)
    except ValueError as error:
        raise BadLine(str(error)) from None
    return _json(given.get("id", ""), answer, explained=explained)


# The answer as JSON.


def _json(key: object, answer: Answer, *, explained: bool) -> dict[str, Any]:
    result: dict[str, Any] = {
        "id": key,
        "case": _case(answer),
        "urgency": answer.urgency.value,
        "urgency_because": list(answer.urgency_because),
        "alarms": [
            {"rule": a.rule, "because": list(a.because), "action": a.action.value, "say": a.say}
            for a in answer.alarms
        ],
        "ranked": [
            {
                "condition": c.condition,
                "name": c.name,
                "share": round(c.share, 6),
                "low": round(c.low, 6),
                "high": round(c.high, 6),
                "fit": c.fit,
                "for": [t.finding for t in c.pros],
                "against": [t.finding for t in c.cons],
            }
            for c in answer.ranked
        ],
        "other_share": round(answer.other_share, 6),
        "cannot_tell": answer.cannot_tell,
        "next_questions": list(_questions(answer)),
        "must_not_miss": [m.condition for m in answer.must_not_miss],
        "unasked": list(answer.unasked),
        "knowledge_version": answer.knowledge_version,
    }
    if explained:
        result["explain"] = explain(answer)
    return result


def _case(answer: Answer) -> dict[str, Any]:
    case = answer.case
    return {
        "is_injury": answer.reading.is_injury if answer.reading else True,
        "side": case.side.value,
        "duration_days": case.duration_days,
        "age": case.age,
        "items": [
            {"kind": i.kind.value, "id": i.id, "reply": i.reply.value, "detail": i.detail, "words": i.words}
            for i in case.items
        ],
    }


def _questions(answer: Answer) -> Iterator[dict[str, Any]]:
    """The first open danger questions of the body area, then those that would tell most."""
    known = load()
    for finding in answer.unasked[:SCREEN_FIRST]:
        yield {"finding": finding, "question": known.findings[finding].question, "danger_sign": True}
    for q in answer.next_questions:
        if q.finding not in answer.unasked[:SCREEN_FIRST]:
            yield {"finding": q.finding, "question": q.text, "gain_bits": round(q.gain_bits, 4)}


# The answer for people.


def _plain(answer: Answer) -> Iterator[str]:
    if answer.reading is not None and not answer.reading.is_injury:
        yield from _wrap("This does not read like an account of an injury. What follows may make no sense.")
        yield ""
    yield HEADINGS[answer.urgency]
    for sentence in answer.urgency_because:
        yield from _wrap(sentence, "  ")
    yield ""
    if answer.urgency is Urgency.EMERGENCY:
        yield from _wrap("What else it may be can wait; --explain shows it.")
    else:
        yield from _fits(answer)
    yield from _ask(answer)
    yield ""
    yield from _wrap(NOTE)


def _fits(answer: Answer) -> Iterator[str]:
    known = load()
    if answer.cannot_tell:
        yield "We cannot tell from this. Closest:"
    else:
        yield "What fits:"
    for candidate in [c for i, c in enumerate(answer.ranked) if i < 3 or c.share >= known.engine.possible][
        :6
    ]:
        yield f"  {candidate.fit:12} {candidate.name}"
        for heading, terms in (("for", candidate.pros), ("against", candidate.cons)):
            if terms:
                yield from _wrap(f"{heading}: {'; '.join(t.label for t in terms[:5])}", " " * 15)
    yield ""


def _ask(answer: Answer) -> Iterator[str]:
    known = load()
    if answer.unasked:
        yield "Danger signs first. Please answer:"
        for finding in answer.unasked[:SCREEN_FIRST]:
            yield from _wrap(known.findings[finding].question, "  - ")
        if len(answer.unasked) > SCREEN_FIRST:
            yield f"  and {len(answer.unasked) - SCREEN_FIRST} more."
    if answer.next_questions and answer.urgency is not Urgency.EMERGENCY:
        yield "The question that would tell most:"
        yield from _wrap(answer.next_questions[0].text, "  - ")
    understood = sum(
        1 for i in answer.case.items if i.kind is not Kind.FINDING or i.reply is not Reply.UNSURE
    )
    if not understood:
        yield "Nothing in the account was understood: say where it hurts, since when, and what brings it on."


def _wrap(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=" " * len(indent))
