"""What happens when somebody opens a thread: it is counted once an hour, and marked as read so far."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from secondwind.accounts.models import User
from secondwind.accounts.network import address_told
from secondwind.forums import access
from secondwind.forums.models import Member, Reading, Thread, View
from secondwind.look.pagecache import Visitor

CRAWLERS = (
    "bot",
    "crawl",
    "spider",
    "slurp",
    "preview",
    "fetch",
    "monitor",
    "http",
    "curl",
    "wget",
    "python",
    "java/",
)
KEPT = timedelta(days=1)


def visitor_key(user_id: int | None, address: str, agent: str) -> str:
    """A name for a visitor that holds for a day and tells nobody who it is; empty for a crawler."""
    if user_id is not None:
        return f"member-{user_id}"
    if not agent or any(word in agent.lower() for word in CRAWLERS):
        return ""
    day = timezone.now().date().isoformat()
    return salted_hmac("forums.view", f"{day} {address} {agent}", algorithm="sha256").hexdigest()[:32]


def count_view(thread: Thread, visitor: str) -> None:
    """Count a view, once for a visitor and hour, crawlers never. 1 query, or 2 when new."""
    if not visitor:
        return
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    row = View(thread=thread, visitor=visitor, hour=hour)
    if _is_new(row):
        _one_more(thread.pk)


def count_shown_again(thread: Thread, visitors: Iterable[Visitor]) -> None:
    """Count those to whom the page cache showed a page of a thread, as if each had come here."""
    for address, forwarded, agent in visitors:
        told = {"REMOTE_ADDR": address, "HTTP_X_FORWARDED_FOR": forwarded}
        count_view(thread, visitor_key(None, address_told(told), agent))


def _is_new(row: View) -> bool:
    # The database's own "do nothing on conflict" says in one statement whether the row is new. Django's
    # `bulk_create(ignore_conflicts=True)` sends the same and does not tell.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO forums_view (thread_id, visitor, hour) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [row.thread_id, row.visitor, connection.ops.adapt_datetimefield_value(row.hour)],
        )
        return bool(cursor.rowcount == 1)


def _one_more(thread: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE forums_thread SET view_count = view_count + 1 WHERE id = %s", [thread])


def note_visit(
    member: Member, thread: Thread | None = None, last_shown: int = 0, posts_shown: int = 0
) -> None:
    """Count the day on which a member came, once, and keep how far they have read in `thread`.

    `thread` comes from `access.thread_for`. What is new grows trust. 2 queries at most, none for nothing new.
    """
    changes = _day() if member.last_visit != timezone.now().date() else {}
    read_to = access.read_to(thread) if thread else 0
    if thread is None or last_shown <= read_to:
        _change(member, changes)
        return
    changes["threads_read"] = F("threads_read") + (0 if read_to else 1)
    changes["posts_read"] = F("posts_read") + min(posts_shown, last_shown - read_to)
    with transaction.atomic():
        Reading.objects.bulk_create(
            [Reading(user_id=member.user_id, thread=thread, number=last_shown)],
            update_conflicts=True, unique_fields=["user", "thread"], update_fields=["number"],
        )  # fmt: skip
        _change(member, changes)


def _day() -> dict[str, Any]:
    """Today, and one more day unless another visit has counted it meanwhile."""
    today = timezone.now().date()
    is_new = Q(last_visit=None) | Q(last_visit__lt=today)
    more = F("days_visited") + Case(When(is_new, then=1), default=0)
    return {"last_visit": today, "days_visited": more}


def _change(member: Member, changes: dict[str, Any]) -> None:
    if changes:
        Member.objects.filter(pk=member.pk).update(**changes)


def mark_all_read(user: User) -> None:
    """Take every thread as read up to now. Where they have been before, what comes next is new from there."""
    Member.objects.update_or_create(user=user, defaults={"read_all_at": timezone.now()})
    latest = Thread.objects.filter(pk=OuterRef("thread")).values("latest_number")
    Reading.objects.filter(user=user).update(number=Greatest(F("number"), Subquery(latest)))


def forget_views() -> None:
    """Delete the hours that are over and cannot be counted again."""
    View.objects.filter(hour__lt=timezone.now() - KEPT).delete()
