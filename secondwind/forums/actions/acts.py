"""How every act of a moderator begins and ends: who and why, the locks, the log, the counts, the notices."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator

from secondwind import writing
from secondwind.accounts.models import User
from secondwind.forums import events, sieve, trust
from secondwind.forums.actions import notices, points
from secondwind.forums.actions.changes import Changes
from secondwind.forums.actions.counts import locked, recount, recount_posts
from secondwind.forums.actions.queue import open_matters
from secondwind.forums.errors import Refused
from secondwind.forums.models import Action, Flag, Member, Post, QueueItem, QueueKind, Thread, Verb

LONGEST_WHY = 500  # characters, as the log keeps them
LONGEST_SHOWN = 200  # of these in the place of a hidden post


def reason(by: User | None, why: str) -> str:
    """The reason of an act, tidied. Raises Refused without one, and for whoever is no moderator."""
    if by is not None and not by.may_moderate:
        raise Refused("Only a moderator can do that.")
    why = writing.tidy_line(why)
    if len(why) < 3:
        raise Refused("Say why: the author is told, and it stands in the log.")
    if len(why) > LONGEST_WHY:
        raise Refused(f"Say why in at most {LONGEST_WHY} characters.")
    return why


def locked_post(post: Post, item: QueueItem | None = None) -> Post:
    """A post as it is now, the row of its thread locked. Raises Refused when `item` was decided meanwhile."""
    while True:  # it may have gone to another thread while we waited for the lock
        thread_id = Post.objects.values_list("thread_id", flat=True).get(pk=post.pk)
        thread = locked(thread_id)
        fresh = Post.objects.select_related("author").get(pk=post.pk)
        if fresh.thread_id == thread_id:
            break
    fresh.thread = thread
    if item is not None:
        _require_open(item)
    return fresh


def locked_threads(*ids: int) -> dict[int, Thread]:
    """Threads by id, their rows locked in the order of the ids: two who lock several never wait in a ring."""
    return {id: locked(id) for id in sorted(set(ids))}


def decide(
    post: Post, by: User | None, outcome: str, kinds: Iterable[QueueKind], changes: Changes
) -> list[QueueItem]:
    """Close the open matters of a post that an act decides; those that were open."""
    items = list(open_matters(post, kinds))
    for item in items:
        changes.set(item, firm=False, closed_at=timezone.now(), closed_by=by, outcome=outcome)
    return items


def judge_flags(post: Post, changes: Changes, *, upheld: bool) -> None:
    """Say whether the flags of a post were right, and tell who flagged. Upheld ones can be declined too."""
    undecided = Q(upheld=None) if upheld else Q(upheld=None) | Q(upheld=True)
    found = "agreed and hid it" if upheld else "looked at it and lets it stand"
    for flag in Flag.objects.filter(undecided, post=post).select_related("by"):
        changes.set(flag, firm=False, upheld=upheld)
        text = f"You flagged #{post.number} in “{post.thread.title}”. A moderator {found}. Thank you."
        notices.tell(flag.by, text, notices.thread_address(post.thread))


def lower_trust(user: User | None, changes: Changes) -> None:
    """Bring somebody's trust down to what it is worth after an upheld flag, a warning or a silence."""
    if user is not None:
        Member.objects.get_or_create(user=user)
        rows = Member.objects.select_for_update(of=("self",)).select_related("user")
        member = rows.get(user=user)  # as it was kept: `limits.locked_member` would bring it up to date first
        changes.set(member, firm=False, trust=min(member.trust, int(trust.earned(member))))


def teach(post: Post, *, spam: bool) -> dict[str, int]:
    """Have the sieve learn a post as spam or as honest, once; what that added to each of the two counts."""
    before = [
        one.get("taught", {}) for one in Action.objects.filter(post=post).values_list("data", flat=True)
    ]
    wanted = {"spam": int(spam), "honest": int(not spam)}
    taught = {kind: want - sum(one.get(kind, 0) for one in before) for kind, want in wanted.items()}
    sieve.learn(post, **taught)
    return taught


def finish(
    verb: Verb, by: User | None, why: str, changes: Changes, *,
    post: Post | None = None, thread: Thread | None = None, member: User | None = None,
    people: Iterable[User | None] = (), **data: Any,
) -> Action:  # fmt: skip
    """Write an act into the log, bring the counts up to date, and tell the people whom it is about."""
    if post is not None:
        thread, member = post.thread, post.author if member is None else member
        settle([post], [thread])
    action = Action.objects.create(
        verb=verb, by=by, why=why, at=timezone.now(), post=post, thread=thread, member=member,
        data={"changes": changes.entries, **data},
    )  # fmt: skip
    notices.tell_of(action, people or [member])
    return action


def settle(posts: Iterable[Post], threads: Iterable[Thread]) -> None:
    """Count again what hangs on these posts. Members are locked in the order of their ids."""
    posts, threads = list(posts), list(threads)
    for thread in threads:
        recount(thread)
    ids = {post.author_id for post in posts if post.author_id}
    list(Member.objects.select_for_update().filter(user_id__in=ids).order_by("user_id"))
    authors: dict[int, User] = {}
    for post in sorted(posts, key=lambda post: (post.author_id or 0, post.pk)):
        points.settle(post)
        if post.author is not None:
            authors[post.author.pk] = post.author
    for _, author in sorted(authors.items()):
        recount_posts(author)
    events.different(posts, threads)


def shown_reason(why: str) -> str:
    """A reason as it fits into the place of a hidden post."""
    return Truncator(why).chars(LONGEST_SHOWN)


def _require_open(item: QueueItem) -> None:
    now = QueueItem.objects.select_related("closed_by").filter(pk=item.pk).first()
    if now is None or now.closed_at is not None:
        who = now.closed_by.username if now and now.closed_by else "Another moderator"
        raise Refused(
            f"{who} has decided this already: {now.outcome if now else 'it is gone'}. Nothing was changed."
        )
