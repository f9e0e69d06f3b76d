"""The cases that threads are about: taken along from the composer, or drafted from the opening post."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from secondwind import clinic, jobs
from secondwind.accounts.models import Audience, User
from secondwind.cases.actions import keep
from secondwind.cases.models import Beginning, Case, State, Turn
from secondwind.clinic import triage
from secondwind.forums.actions import danger, tried
from secondwind.forums.actions.outcomes import read_last_word
from secondwind.forums.models import CaseReading, Post, PostState, Thread, ThreadCase

MOST_COMPLAINTS = 4
Progress = Callable[[int, int, int], None]  # threads read, threads in all, cases drafted


def draft_waiting(most: int | None = None, progress: Progress | None = None) -> tuple[int, int]:
    """Draft the cases of threads that nobody read yet, the latest first: (threads read, cases drafted).

    It can be stopped at any time and goes on where it was.
    """
    ids = list(waiting().order_by("-pk").values_list("pk", flat=True)[:most])
    done, drafted = 0, 0

    def read(id: int) -> None:
        nonlocal done, drafted
        done += 1
        drafted += read_opening(id)
        if progress:
            progress(done, len(ids), drafted)

    jobs.for_each(read, ids)
    return len(ids), drafted


def waiting() -> QuerySet[Thread]:
    """The threads that were not read for cases yet."""
    return Thread.objects.filter(case_reading=None, merged_into=None, is_listed=True)


@transaction.atomic
def read_opening(thread_id: int) -> int:
    """Bring the cases of a thread up to date with its opening post; how many were drafted.

    A thread without a case gets a draft for each complaint of an injury; drafts follow an edit. What an owner
    confirmed stays, without the words that do not stand there any more.
    """
    thread = Thread.objects.select_for_update(of=("self",), no_key=True).filter(pk=thread_id).first()
    opening = Post.objects.filter(thread_id=thread_id, number=1).first()
    if thread is None or opening is None or thread.merged_into_id is not None:
        return 0
    text = _account(thread, opening)
    reading = CaseReading.objects.filter(thread=thread).first()
    is_read = reading is not None and reading.digest == _digest(text)
    drafted = 0
    if not is_read:
        gone = [_Stood(*one) for one in reading.gone] if reading else []
        drafted, gone = _read(thread, opening, text, gone)
        _note_read(thread, text, gone=gone)
    place(thread)
    read_last_word(thread, cases_of(thread))
    if drafted:
        tried.read_posts(thread.pk)
    return drafted


@transaction.atomic
def attach(thread: Thread, case: Case) -> None:
    """Show a case that was taken along from the composer, with the other complaints of its account.

    What the machine drafted of the post meanwhile gives way.
    """
    Case.objects.filter(pk__in=_links(thread).values("case"), state=State.DRAFT).delete()
    for one in [case, *Case.objects.filter(told_with=case, owner=case.owner, address="")]:
        ThreadCase.objects.get_or_create(case=one, defaults={"thread": thread})
        keep.show(one, audience=Audience.EVERYONE)
    opening = Post.objects.get(thread=thread, number=1)
    _note_read(thread, _account(thread, opening))
    place(thread)
    for one in cases_of(thread):
        look_for_danger(one)


def cases_of(thread: Thread) -> list[Case]:
    """The cases of a thread. 1 query."""
    return [link.case for link in _links(thread).select_related("case__owner")]


def cases_with_turn(thread: Thread) -> tuple[list[Case], int]:
    """The same, and the turn of the last change of any case. 1 query."""
    turn = Subquery(Turn.objects.filter(pk=1).values("number"))
    links = list(_links(thread).select_related("case__owner").annotate(turn=turn))
    return [link.case for link in links], (links[0].turn or 0) if links else 0


def own_to_attach(user: User, id: int) -> Case | None:
    """A case of somebody that stands on no thread yet."""
    return Case.objects.select_related("owner").filter(pk=id, owner=user, address="").first()


def look_for_danger(case: Case) -> None:
    """A danger sign that a case tells, such as an answer to a helper, holds its thread as words do."""
    if not case.danger:
        return
    link = ThreadCase.objects.filter(case=case).select_related("thread").first()
    if link is not None and link.thread.author_id is not None and link.thread.author_id == case.owner_id:
        opening = Post.objects.select_related("thread").get(thread=link.thread, number=1)
        danger.keep(opening, triage.alarms(case.told))


def listen(posts: Sequence[Post], threads: Sequence[Thread]) -> None:
    """Read what is new or different, in the background: an opening post, and replies beside a case."""
    from secondwind.forums.tasks import read_for_cases, read_for_treatments

    for id in _touched(posts, threads):
        read_for_cases.enqueue(id)
    for id, replies in sorted(_replies(posts).items()):
        read_for_treatments.enqueue(id, replies)


def _touched(posts: Iterable[Post], threads: Iterable[Thread]) -> set[int]:
    """The threads whose opening post is different, or which were opened or closed themselves."""
    posts = list(posts)
    changed = threads if not posts else []
    return {post.thread_id for post in posts if post.is_opening} | {thread.pk for thread in changed}


def _replies(posts: Iterable[Post]) -> dict[int, list[int]]:
    """Which replies of threads with a case are different. A new case reads all of them itself."""
    replies: dict[int, list[int]] = {}
    for post in posts:
        if not post.is_opening:
            replies.setdefault(post.thread_id, []).append(post.pk)
    with_case = set(
        ThreadCase.objects.filter(thread__in=replies).values_list("thread", flat=True) if replies else ()
    )
    return {id: ids for id, ids in replies.items() if id in with_case}


def _links(thread: Thread) -> QuerySet[ThreadCase]:
    return ThreadCase.objects.filter(thread=thread)


def _account(thread: Thread, opening: Post) -> str:
    """What the asker says: the title, and the opening post without what it quotes."""
    return f"{thread.title}.\n\n{danger.without_quotes(opening.body)[: danger.OPENING]}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _note_read(thread: Thread, text: str, **values: Any) -> None:
    read = {"digest": _digest(text), "at": timezone.now(), **values}
    CaseReading.objects.update_or_create(thread=thread, defaults=read)


class _Stood(NamedTuple):
    """A card that stood on a thread: the first place of its case, the side, and why a moderator hid it."""

    place: str
    side: str
    why_hidden: str


def _stood(case: Case) -> _Stood:
    first = next(iter(case.told.places), None)
    return _Stood(first.id if first else "", first.detail if first else "", case.why_hidden)


def _read(thread: Thread, opening: Post, text: str, gone: list[_Stood]) -> tuple[int, list[_Stood]]:
    """Read what an opening post says now: how many cases were drafted, and the cards that are gone."""
    cases = cases_of(thread)
    kept = [case for case in cases if case.is_confirmed or case.asked]
    for case in kept:
        keep.forget_words(case, text)
    if kept:
        return 0, gone
    before = [*gone, *map(_stood, cases)]
    for case in cases:
        keep.delete(case)
    made = _drafts(thread, opening, text)
    return len(made), _hide_again(before, made)


def _drafts(thread: Thread, opening: Post, text: str) -> list[Case]:
    """A case for each complaint of an injury that an opening post tells."""
    if opening.state not in (PostState.PUBLISHED, PostState.HELD):
        return []
    reading = clinic.read(text)
    complaints = [told for told in reading.complaints if told.places][:MOST_COMPLAINTS]
    if not (reading.is_injury and complaints):
        return []
    made = keep.begin(
        complaints, text=text, beginning=Beginning.THREAD, owner=thread.author,
        on=timezone.localdate(thread.created_at), audience=Audience.EVERYONE,
    )  # fmt: skip
    ThreadCase.objects.bulk_create(ThreadCase(thread=thread, case=case) for case in made)
    return made


def _hide_again(before: Iterable[_Stood], made: Iterable[Case]) -> list[_Stood]:
    """Let what a moderator hid stay hidden; the cards that are gone, while one of them was hidden.

    A case follows a card of the same place, the same side first. One that follows none is taken for what was
    hidden and is told otherwise now; where nothing is left to take, the reason waits.
    """
    gone = sorted(before, key=lambda card: not card.why_hidden)
    if not any(card.why_hidden for card in gone):
        return []
    free = list(made)
    for is_like in _LIKENESSES:
        for case in list(free):
            now = _stood(case)
            if card := next((card for card in gone if is_like(card, now)), None):
                gone.remove(card)
                free.remove(case)
                Case.objects.filter(pk=case.pk).update(why_hidden=card.why_hidden)
    hidden = [card for card in gone if card.why_hidden]
    return [*hidden, *dict.fromkeys(card for card in gone if not card.why_hidden)] if hidden else []


_LIKENESSES: tuple[Callable[[_Stood, _Stood], bool], ...] = (
    lambda card, now: (card.place, card.side) == (now.place, now.side),
    lambda card, now: card.place == now.place,
    lambda card, now: bool(card.why_hidden),
)


def place(thread: Thread) -> None:
    """Say where the cases of a thread stand, and whether others can read it."""
    opening = Post.objects.filter(thread=thread, number=1).first()
    is_listed = thread.is_listed and opening is not None and opening.is_published
    address = reverse("forums:thread", args=[thread.pk])
    for case in cases_of(thread):
        shown = is_listed and not case.why_hidden
        keep.place(case, address=address, title=thread.title, is_listed=shown)
