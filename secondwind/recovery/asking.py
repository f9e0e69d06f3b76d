"""The question of the next morning: who is due for it, and the links that answer it from a mail.

A link carries the number of the question and a code in place of the level, so that the pain somebody answers
stands in no address and no log line. The code follows from a key that never leaves the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from secondwind.accounts import links
from secondwind.accounts.clock import local
from secondwind.accounts.models import User
from secondwind.recovery.models import Asking, MorningQuestion, Pain
from secondwind.recovery.models.asking import LAST_HOUR
from secondwind.recovery.models.pain import MOST
from secondwind.recovery.queries import LATELY, Site, sites_of
from secondwind.runlog.models import Run
from secondwind.runlog.statistics import RUNNING

ANSWER: Final = "recovery.morning"
OFF: Final = "recovery.morning.off"
OPEN_FOR: Final = timedelta(hours=36)
"""How long a question can be answered from its mail."""
SINCE_START: Final = timedelta(hours=42)
"""A run begun longer ago is not asked about: it came into the log late."""
FEW_DAYS: Final = timedelta(days=3)
"""What the day of such a run may lie before the day in UTC, wherever its owner is."""
MOST_SITES: Final = 3


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody to be asked about a run."""

    owner: User
    run: Run
    sites: tuple[Site, ...]


def due(now: datetime) -> Iterator[Due]:
    """Who is to be asked now: on the morning after a day with a run, by their own clock, once for that day.

    Only those are asked who told of pain within the last four weeks, and not when they told of that morning
    already.
    """
    runs = (
        Run.objects.filter(sport=RUNNING, start__gt=now - SINCE_START, start__lte=now)
        # Those who tell of pain are few, and the log of each is found by its index.
        .filter(owner__in=Pain.objects.filter(day__gte=now.date() - LATELY - FEW_DAYS).values("owner"))
        .filter(owner__is_active=True, owner__banned_at=None)
        .exclude(owner__asking__morning_mail=False)
        .select_related("owner", "owner__asking")
        .order_by("owner_id", "-day", "-start")
    )
    seen: set[int] = set()
    for run in runs:
        owner = run.owner
        if owner.pk in seen or not _is_morning_after(owner, run, now):
            continue
        seen.add(owner.pk)
        if MorningQuestion.objects.filter(owner=owner, day=run.day).exists():
            continue
        sites = sites_to_ask(owner, run)
        if sites:
            yield Due(owner, run, sites)


def _is_morning_after(owner: User, run: Run, now: datetime) -> bool:
    """Whether it is morning where its owner is, on a later day than the run's.

    For somebody who moved over the date line the day of the run may come twice: the earlier one counts.
    """
    here = local(owner, now)
    settings = getattr(owner, "asking", None)
    first = settings.morning_hour if settings else Asking._meta.get_field("morning_hour").get_default()
    ran_on = min(run.day, local(owner, run.start).date())
    return first <= here.hour <= LAST_HOUR and ran_on < here.date()


def sites_to_ask(owner: User, run: Run) -> tuple[Site, ...]:
    """The places that hurt lately and of which the morning after this run is not told. 2 queries."""
    lately = sites_of(owner, since=run.day - LATELY)
    told = Pain.objects.filter(owner=owner, day=run.day).exclude(morning=None).values_list("region", "side")
    known = {Site(region, side) for region, side in told}
    return tuple(site for site in lately if site not in known)[:MOST_SITES]


def ask(owner: User, run: Run, now: datetime) -> MorningQuestion | None:
    """Note that somebody is asked about a day; None when they were already, by another process too."""
    question, is_new = MorningQuestion.objects.get_or_create(
        owner=owner, day=run.day, defaults={"run": run, "asked_at": now, "expires_at": now + OPEN_FOR}
    )
    return question if is_new else None


# --- Links --------------------------------------------------------------------------------------------------


def answer_token(question: MorningQuestion, level: int) -> str:
    """The token of the link that answers with this level."""
    return links.seal(ANSWER, question.pk, _code(question, level))


def off_token(owner: User) -> str:
    """The token of the link that stops the questions."""
    return links.seal(OFF, owner.pk)


def answered_by(token: str) -> tuple[MorningQuestion, int]:
    """The question and the level of a link. Raises BadLink with a sentence."""
    parts = links.unseal(ANSWER, token, within=OPEN_FOR)
    question = _question(parts[0]) if len(parts) == 2 else None
    if question is None or question.expires_at <= timezone.now():
        raise links.BadLink("This question is closed. What you tell under Pain counts just the same.")
    for level in range(MOST + 1):
        if constant_time_compare(parts[1], _code(question, level)):
            return question, level
    raise links.BadLink("This link is not complete. Open it once more from the mail, whole.")


def stopped_by(token: str) -> User | None:
    """Whom a link to stop belongs to; None when they have left. Raises BadLink."""
    parts = links.unseal(OFF, token)
    return User.objects.filter(pk=int(parts[0]), is_active=True).first()


def _question(number: str) -> MorningQuestion | None:
    found = MorningQuestion.objects.select_related("owner", "run").filter(pk=int(number))
    return found.filter(owner__is_active=True).first()


def _code(question: MorningQuestion, level: int) -> str:
    return salted_hmac(ANSWER, f"{question.key}:{level}", algorithm="sha256").hexdigest()[:16]
