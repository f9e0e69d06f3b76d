"""What the forums do by the clock."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from secondwind import jobs
from secondwind.forums import news, trust
from secondwind.forums.actions import archived, cases, pictures, regions, tried, visit
from secondwind.forums.models import ForumKind, Member, Post, Thread
from secondwind.notifications import outbox

QUIET = timedelta(days=7)
UNUSED = timedelta(days=7)
OLD_AT_ONCE = 100  # imported threads in one run
AT_ONCE = 200  # mails in one run; the rest goes with the next
READ_AT_ONCE = 100  # threads read for cases in one run


@jobs.every(name="forums.ask_whether_answered", hours=1)
def ask_whether_answered() -> None:
    """Ask the askers of threads that went quiet whether they were answered. Once for a thread.

    A thread is due 7 days after its latest post when others have replied and nothing is marked Correct.
    Raises OSError when the mail server does not answer: who was not asked is asked in the next run.
    """
    now = timezone.now()
    due = Thread.objects.filter(
        forum__kind=ForumKind.SHARED,
        is_listed=True, is_answered=False, asked_whether_answered_at=None, reply_count__gt=0,
        latest_at__lt=now - QUIET, author__is_active=True, author__banned_at=None,
        author__mail_questions=True,
    ).filter(_others_replied())  # fmt: skip
    for thread in due.select_related("author").order_by("latest_at").distinct()[:AT_ONCE]:
        _ask(thread)


@jobs.every(name="forums.forget_views", hours=6)
def forget_views() -> None:
    """Delete the visits that are counted and over."""
    visit.forget_views()


@jobs.every(name="forums.update_trust", days=1)
def update_trust() -> None:
    """Let trust fall where it is not earned any more, and grow for those who only read."""
    for member in Member.objects.select_related("user").iterator():
        trust.update(member)


@jobs.every(name="forums.forget_pictures", hours=6)
def forget_pictures() -> None:
    """Delete the pictures that nobody used: sent a week ago, in no post and in no draft of who sent them."""
    pictures.forget_unused(timezone.now() - UNUSED)


def hear(posts: Sequence[Post], threads: Sequence[Thread]) -> None:
    """Have the places of a thread read again when its title or its opening post is another."""
    openings = {post.thread_id for post in posts if post.is_opening}
    for id in sorted(openings if posts else {thread.pk for thread in threads}):
        read_regions.enqueue(id)


@jobs.task()
@jobs.retrying(times=3)
def read_regions(thread_id: int) -> None:
    """Read which places of the body a thread is about, and tell who follows them."""
    found = regions.read(thread_id)
    if thread := Thread.objects.filter(pk=thread_id).first():
        news.tell_of_regions(thread, found)


@jobs.every(name="forums.read_regions", hours=1)
def read_regions_of_all() -> None:
    """Read the places of threads that were written before this version."""
    waiting = Thread.objects.filter(regions__isnull=True).order_by("-pk")
    jobs.for_each(regions.read, waiting.values_list("pk", flat=True)[:AT_ONCE])


@jobs.task()
@jobs.retrying(times=3)
def read_for_cases(thread_id: int) -> None:
    """Bring the cases of a thread up to date with its opening post."""
    cases.read_opening(thread_id)


@jobs.task()
@jobs.retrying(times=3)
def read_for_treatments(thread_id: int, posts: list[int]) -> None:
    """Note beside a thread's case which treatments some posts name."""
    tried.read_posts(thread_id, posts)


@jobs.every(name="forums.draft_cases", minutes=5)
def draft_cases() -> None:
    """Draft the cases of threads that came in from elsewhere, some at a time."""
    cases.draft_waiting(READ_AT_ONCE)


@jobs.every(name="forums.look_into_archives", minutes=1)
def look_into_archives() -> None:
    """Look for danger signs in imported threads and have them found by the search, some of them in each run:
    one takes about a twentieth of a second, and the rest of the site goes on meanwhile."""
    archived.follow_up(OLD_AT_ONCE)


def _others_replied() -> Q:
    return Q(posts__number__gt=1, posts__state="published") & ~Q(posts__author=F("author"))


def _ask(thread: Thread) -> None:
    this = Thread.objects.filter(pk=thread.pk)

    def note() -> Thread | None:
        is_first = this.filter(asked_whether_answered_at=None).update(
            asked_whether_answered_at=timezone.now()
        )
        return thread if is_first else None

    def forget(thread: Thread) -> None:
        this.update(asked_whether_answered_at=None)

    outbox.send_noted(note, _was_it_answered, forget)


def _was_it_answered(thread: Thread) -> EmailMessage:
    assert thread.author is not None  # noqa: S101  # only such are asked
    site = settings.SITE_URL.geturl().rstrip("/") if settings.SITE_URL else ""
    context = {
        "thread": thread,
        "name": thread.author.username,
        "address": site + reverse("forums:thread", args=[thread.pk, thread.slug]),
        "settings_address": site + reverse("accounts:settings"),
    }
    text = render_to_string("forums/mail/was_it_answered.txt", context)
    return EmailMessage(f"Was it answered? {thread.title}", text, to=[thread.author.email])
