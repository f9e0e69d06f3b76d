"""Danger signs in what the asker wrote: found, kept, and read by the asker before anything is Correct."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from secondwind import clinic
from secondwind.accounts.models import User
from secondwind.clinic import knowledge, triage
from secondwind.clinic.model import Alarm, Kind
from secondwind.forums.access import is_gone, may_write, stands_in
from secondwind.forums.actions.queue import into_queue
from secondwind.forums.errors import Refused
from secondwind.forums.models import DangerSign, Post, PostState, QueueKind, Thread

# Characters read of the opening post, and of the end of all the asker wrote after it: a long diary must not
# make each new page of it slower.
OPENING = 20_000
LATEST = 10_000


def look_for(post: Post) -> list[DangerSign]:
    """Read what the asker has written in a thread up to this post, and keep every rule that fires.

    Each rule is kept once for a thread and is never taken away again, whatever is edited.
    """
    reading = clinic.read(_told(post.thread))
    return keep(post, triage.alarms_in((reading.case, *reading.complaints[1:])))


def keep(post: Post, fired: Iterable[Alarm]) -> list[DangerSign]:
    """Keep the rules that fired on what the asker told in a post, or in the case beside it."""
    kept = set(DangerSign.objects.filter(thread=post.thread).values_list("rule", flat=True))
    new = [_sign(alarm, post) for alarm in fired if alarm.rule not in kept]
    DangerSign.objects.bulk_create(new)
    # An import is one matter, and its askers are not here; a private diary is read by no moderator.
    if new and not is_archived(post.thread) and not post.thread.forum.is_private:
        into_queue(post, QueueKind.DANGER, [f"{sign.because}. {sign.action}" for sign in new])
    return new


@transaction.atomic
def read(user: User, thread: Thread) -> None:
    """Whoever wrote what holds the danger signs says that they have read the notice; for who is gone, a
    trusted member or a moderator says it. Raises Refused for anybody else."""
    signs = list(
        DangerSign.objects.filter(thread=thread).select_related(
            "post__author__member", "thread__author__member"
        )
    )
    own = [sign.pk for sign in signs if is_for(user, sign)]
    unread_signs = DangerSign.objects.filter(read_at=None)
    if own:
        unread_signs.filter(pk__in=own).update(read_at=timezone.now())
        return
    may_write(user)
    gone = [sign.pk for sign in signs if is_gone(sign.post.author or sign.thread.author)]
    if not (gone and stands_in(user, thread)):
        raise Refused("Only the asker can say that the notice was read.")
    unread_signs.filter(pk__in=gone).update(read_at=timezone.now(), read_by=user)


def is_for(user: User, sign: DangerSign) -> bool:
    """Whether a danger sign is about somebody: they wrote it, in their own thread or, after a merging or a
    splitting, in another's. For who has left it is the asker of the thread who has to read it."""
    return user.pk == (sign.post.author_id or sign.thread.author_id)


def unread(thread: Thread) -> bool:
    """Whether a notice waits for the asker; nobody waits for that of an archive."""
    return not is_archived(thread) and DangerSign.objects.filter(thread=thread, read_at=None).exists()


def is_archived(thread: Thread) -> bool:
    """Whether a thread was brought in from another forum. 1 query, unless it came along."""
    return getattr(thread, "archived", None) is not None


def _sign(alarm: Alarm, post: Post) -> DangerSign:
    return DangerSign(
        thread=post.thread,
        post=post,
        rule=alarm.rule,
        urgency=alarm.action.value,
        because="; ".join(map(_label, alarm.because)),
        action=alarm.say,
        source=alarm.source,
        found_at=timezone.now(),
    )


def _label(id: str) -> str:
    known = knowledge.load()
    return next((text for kind in Kind if (text := known.label(kind, id)) != id), id)


def _told(thread: Thread) -> str:
    """Title and posts of the asker as one account, without what they quote of others."""
    posts = _of_asker(thread).exclude(state=PostState.MOVED)
    bodies = [without_quotes(body) for body in posts.order_by("number").values_list("body", flat=True)]
    return f"{thread.title}.\n\n{bodies[0][:OPENING]}\n\n" + "\n\n".join(bodies[1:])[-LATEST:]


def _of_asker(thread: Thread) -> QuerySet[Post]:
    posts = Post.objects.filter(thread=thread)
    if is_archived(thread):
        return posts.filter(Q(number=1) | Q(archived__by_opener=True), archived__isnull=False)
    return posts.filter(author_id=thread.author_id)


def without_quotes(body: str) -> str:
    """A text without the lines that it quotes."""
    return "\n".join(line for line in body.splitlines() if not line.lstrip().startswith(">"))
