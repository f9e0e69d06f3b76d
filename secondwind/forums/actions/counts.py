"""Counting again what is kept beside the posts: a thread's replies and latest post, a member's posts."""

from django.db.models import Count, Max, Q

from secondwind.accounts.models import User
from secondwind.forums.models import Mark, Member, Post, PostState, Thread


def locked(thread_id: int) -> Thread:
    """A thread, its row locked until the transaction ends.

    Others may still write rows that point to it, such as drafts: whoever does holds their member's row, which
    the writer of a post waits for.
    """
    threads = Thread.objects.select_for_update(of=("self",), no_key=True)
    return threads.select_related("author", "forum").get(pk=thread_id)


def recount(thread: Thread) -> None:
    """Bring a locked thread's counts up to date with its posts."""
    published = Post.objects.filter(thread=thread, state=PostState.PUBLISHED)
    found = published.aggregate(
        replies=Count("id", filter=Q(number__gt=1)), number=Max("number"), at=Max("created_at")
    )
    # By time, not by number: posts of a thread that was merged into this one come last and may be older.
    latest = published.filter(created_at=found["at"]).select_related("author").order_by("number").last()
    opening = Post.objects.filter(thread=thread, number=1).values_list("state", flat=True).first()
    is_public = thread.merged_into_id is None and not thread.forum.is_private
    thread.is_listed = is_public and _is_worth_finding(opening, found["replies"])
    thread.reply_count = found["replies"]
    thread.latest_number = found["number"] or 1
    thread.latest_at = latest.created_at if latest else thread.created_at
    thread.latest_author = latest.author if latest else None
    thread.is_answered = published.filter(mark=Mark.CORRECT).exists()
    thread.save(
        update_fields=[
            "is_listed", "reply_count", "latest_number", "latest_at", "latest_author", "is_answered",
            "next_number",
        ]
    )  # fmt: skip


def _is_worth_finding(opening: str | None, replies: int) -> bool:
    """Whether there is something to read: a question, or what others answered to one that was taken away
    or was not kept where they come from."""
    return opening == PostState.PUBLISHED or (opening in {PostState.REMOVED, None} and replies > 0)


def recount_posts(user: User | None) -> None:
    """Bring a member's number of published posts up to date."""
    if user is None:
        return
    member, _ = Member.objects.get_or_create(user=user)
    shown = Post.objects.filter(author=user, state=PostState.PUBLISHED, thread__forum__is_private=False)
    count = shown.count()
    Member.objects.filter(pk=member.pk).update(post_count=count)
