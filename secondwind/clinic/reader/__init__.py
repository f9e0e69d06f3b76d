"""Reads an account in a runner's words into a case: what hurts where, since when, what provokes it, what
was tried, denied or
feared, each with the exact words it came from.

    sentences (text) -> phrases found (phrases, language) -> denial, hedges, asides (context) -> places
    (body), items (items),
    days (timespan), age and sex (profile) -> complaints (here)

The phrases and cues are data in `knowledge/language/`; the code knows no medicine beyond that.
"""

from __future__ import annotations

from datetime import date

from secondwind.clinic.knowledge import Knowledge, load
from secondwind.clinic.model import Case, Item, Kind, Origin, Reading, Reply, Source
from secondwind.clinic.reader import body, complaints, context, injury, items, places, profile, timespan
from secondwind.clinic.reader.context import Heard, hear
from secondwind.clinic.reader.language import Language, compile_language
from secondwind.clinic.reader.places import Placed
from secondwind.clinic.reader.text import fold, sentences

_compiled: dict[str, Language] = {}


def language(knowledge: Knowledge) -> Language:
    """The compiled language of a knowledge; compiled once."""
    if knowledge.version not in _compiled:
        _compiled[knowledge.version] = compile_language(knowledge.language)
    return _compiled[knowledge.version]


def listen(text: str, lang: Language) -> list[Heard]:
    """The sentences of a text with everything found in them."""
    return [hear(s, lang.lexicon.find(s)) for s in sentences(text, lang.spelling)]


def _of_movements(text: str, heard: list[Heard], lang: Language, known: Knowledge) -> list[Placed]:
    """Where an account names no place that hurts: those of the movements that do ("can't straighten my
    knee")."""
    rows = [body.mentions(h, n, lang.parts, blocking=("treatments",)) for n, h in enumerate(heard)]
    sure = [[m for m in row if m.reply is Reply.YES] for row in rows]
    return places.settle(text, heard, sure, [], lang.parts, known) if any(sure) else []


def read(
    text: str, *, today: date | None = None, knowledge: Knowledge | None = None, title: str = ""
) -> Reading:
    """What the account says. Never raises on any text; the same text gives the same reading.

    `today` is the day the account was written, for "since May". `title` is a heading that stands above the
    account; items found
    in it have no span.
    """
    known = knowledge or load()
    lang = language(known)
    heard = listen(text, lang)
    context.speak_for(heard)
    headline = listen(title, lang) if title else []
    mentions = [body.mentions(h, n, lang.parts) for n, h in enumerate(heard)]
    title_mentions = [body.mentions(h, n, lang.parts) for n, h in enumerate(headline)]
    found = items.found(heard, known)
    asides = items.asides(found, heard, text)
    verdict = injury.is_injury(heard, headline, mentions, title_mentions, found)
    where = places.settle(text, heard, mentions, title_mentions, lang.parts, known)
    if not any(p.item.reply is Reply.YES for p in where):
        moved = _of_movements(text, heard, lang, known)
        where = moved + [p for p in where if p.item.id not in {m.item.id for m in moved}]
    folded = fold(text)
    case_items = items.settle(found, text, heard, where, known)
    case_items += items.suspected_in_title(headline, known, case_items)
    female = profile.is_female(folded)
    if female is not None:
        reply = Reply.YES if female else Reply.NO
        case_items.append((Item(Kind.FINDING, "per_female", reply, "", (Origin(Source.WORDS),)), -1))
    days = timespan.duration_days(heard, today, headline) if verdict else None
    cases = complaints.split(
        where, case_items, heard, known, Case(duration_days=days, age=profile.age(folded))
    )
    return Reading(text, verdict, cases, tuple(asides))
