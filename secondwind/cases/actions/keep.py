"""Making, changing and showing cases: what is worked out with each change, and the history of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from secondwind import clinic
from secondwind.accounts.models import Audience, User
from secondwind.cases import events, totals
from secondwind.cases.mentions import MOST, Mention, of_json
from secondwind.cases.models import Beginning, Case, Change, Gone, Meaning, State, Turn, today
from secondwind.cases.replies import value_of
from secondwind.clinic import model, stored
from secondwind.clinic.knowledge import load
from secondwind.clinic.questions import askable

LONGEST_TEXT = 30_000  # characters of an account that are kept
QUESTIONS = 4
LEADING = 3  # conditions whose first questions a helper may ask


@transaction.atomic
def begin(
    complaints: Sequence[model.Case],
    *,
    text: str,
    beginning: Beginning,
    owner: User | None = None,
    on: date | None = None,
    audience: Audience = Audience.NOBODY,
    state: State = State.DRAFT,
) -> list[Case]:
    """A case for each complaint of one account, the main one first."""
    made: list[Case] = []
    for told in complaints:
        case = Case(
            owner=owner,
            state=state,
            beginning=beginning,
            date=on or today(),
            text=text[:LONGEST_TEXT],
            audience=audience,
            told_with=made[0] if made else None,
        )
        if state == State.CONFIRMED:
            case.confirmed_at = timezone.now()
        if told.duration_days is not None:
            case.onset = case.date - timedelta(days=min(round(told.duration_days), 36_500))
        write(case, told, by=owner, why="made")
        made.append(case)
    return made


@transaction.atomic
def change(case: Case, told: model.Case, *, by: User | None, why: str) -> Case:
    """Put another content into a case; nothing happens when it is the same."""
    case = locked(case.pk)
    if told != case.told:
        write(case, told, by=by, why=why)
    return case


@transaction.atomic
def confirm(case: Case, by: User) -> Case:
    """Its owner says that it is right."""
    case = locked(case.pk)
    if case.state != State.CONFIRMED:
        case.state, case.confirmed_at = State.CONFIRMED, timezone.now()
        Change.objects.create(case=case, by=by, why="confirmed")
        save(case)
    return case


@transaction.atomic
def show(case: Case, *, audience: str | None = None, audiences: dict[str, str] | None = None) -> Case:
    """Say who may see a case, and what of it fewer may see."""
    case = locked(case.pk)
    case.audience = audience or case.audience
    case.audiences = case.audiences if audiences is None else audiences
    save(case)
    _tell_outcome(case)
    return case


@transaction.atomic
def place(case: Case, *, address: str, title: str, is_listed: bool) -> Case:
    """Say where else a case is shown, and whether that place can be read."""
    case = locked(case.pk)
    if (case.address, case.title, case.is_listed) != (address, title, is_listed):
        was_listed = case.is_listed
        case.address, case.title, case.is_listed = address, title[:200], is_listed
        save(case)
        _tell_outcome(case)
        if is_listed != was_listed:
            totals.renew(totals.groups_ever(case))
    return case


@transaction.atomic
def mention(case: Case, found: Iterable[Mention], posts: Collection[int] | None = None) -> None:
    """Keep what posts say of treatments beside a case, in the place of what the same posts said before; of
    all posts when none are named. It is no change of the case."""
    case = locked(case.pk)
    gone = posts if posts is None else set(posts)
    others = [] if gone is None else [one for one in of_json(case.mentioned) if one.post not in gone]
    mentions = sorted([*others, *found], key=lambda one: one.number)[:MOST]
    kept = [one.to_json() for one in mentions]
    if kept != case.mentioned:
        Case.objects.filter(pk=case.pk).update(mentioned=kept)


@transaction.atomic
def forget_words(case: Case, text: str) -> Case:
    """The account says `text` now: words that do not stand in it any more are taken out of the case and its
    history; what its owner confirmed stays."""
    case = locked(case.pk)
    told = case.told
    kept = tuple(replace(item, origins=tuple(_in(text, item.origins))) for item in told.items)
    if case.text != text[:LONGEST_TEXT]:
        Meaning.objects.filter(case=case).delete()
    case.text = text[:LONGEST_TEXT]
    case.data = stored.to_json(replace(told, items=kept))
    save(case)
    return case


@transaction.atomic
def put_meaning(id: int, text: str, name: str, vector: bytes) -> None:
    """Keep what the account of a case means, made of `text` by the model `name`; nothing when the case is
    gone or says something else by now."""
    case = Case.objects.select_for_update(of=("self",), no_key=True).filter(pk=id).first()
    if case is not None and case.text == text:
        Meaning.objects.update_or_create(case=case, defaults={"model": name, "vector": vector})
        Case.objects.filter(pk=id).update(turn=_next_turn())


@transaction.atomic
def delete(case: Case) -> None:
    """Take a case away for good, with its history."""
    groups = totals.groups_ever(case)
    Case.objects.filter(pk=case.pk).delete()
    totals.renew(groups)


def note_gone(sender: type[Case], instance: Case, **kwargs: object) -> None:
    """A case is gone, whoever deleted it: every process that holds it shall hear. Within a transaction."""
    with transaction.atomic():
        Gone.objects.create(case=instance.pk, turn=_next_turn())


def locked(id: int) -> Case:
    """A case, its row locked until the transaction ends."""
    return Case.objects.select_for_update(of=("self",), no_key=True).select_related("owner").get(pk=id)


def write(case: Case, told: model.Case, *, by: User | None, why: str) -> None:
    """Put a content into a case with what follows from it, and note the difference. Within a transaction."""
    groups = totals.groups_ever(case)
    lines = list(_difference(case.told, told))
    case.data = stored.to_json(told)
    answer = clinic.check(told)
    first = answer.ranked[0] if answer.ranked and not answer.cannot_tell else None
    case.leading, case.fit = (first.condition, first.fit) if first else ("", "")
    case.danger = [alarm.rule for alarm in answer.alarms]
    case.questions = list(_worth_asking(answer))[:QUESTIONS]
    save(case)
    Change.objects.create(case=case, by=by, why=why, lines=lines)
    totals.renew(groups | totals.groups_ever(case))
    events.different(case)


def _worth_asking(answer: model.Answer) -> Iterator[str]:
    """What the clinic would ask next, and then the first questions of its leading conditions."""
    known = load()
    told = answer.case.replies
    best = [question.finding for question in answer.next_questions]
    for one in answer.ranked[:LEADING]:
        best += [f for f in known.conditions[one.condition].ask_first if known.findings[f].question]
    may_ask = {finding.id for finding in askable(answer.case, known, answer.alarms)}
    yield from (f for f in dict.fromkeys(best) if f not in told and f in may_ask)


def _tell_outcome(case: Case) -> None:
    if case.outcome is not None:
        events.outcome(case)


def save(case: Case) -> None:
    """Save a case with the next turn, so that every process finds what changed. Within a transaction."""
    case.turn = _next_turn()
    case.save()


def _next_turn() -> int:
    """Take the next number; others wait for it until this transaction ends."""
    if not Turn.objects.filter(pk=1).update(number=F("number") + 1):
        Turn.objects.get_or_create(pk=1)
        Turn.objects.filter(pk=1).update(number=F("number") + 1)
    return Turn.objects.values_list("number", flat=True).get(pk=1)


def _difference(before: model.Case, after: model.Case) -> Iterator[list[str]]:
    said = {(item.kind, item.id): value_of(item) for item in before.items}
    says = {(item.kind, item.id): value_of(item) for item in after.items}
    for key in dict.fromkeys([*said, *says]):
        if said.get(key) != says.get(key):
            yield [*key, said.get(key, ""), says.get(key, "")]


def _in(text: str, origins: Iterable[model.Origin]) -> Iterator[model.Origin]:
    """The origins, without words that the text does not hold any more."""
    for origin in origins:
        if origin.source is not model.Source.WORDS:
            yield origin
        elif origin.words in text:
            start = text.index(origin.words)
            yield replace(origin, start=start, end=start + len(origin.words))
        else:
            yield model.Origin(origin.source)
