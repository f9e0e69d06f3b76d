"""The points ledger: what a mark is worth, and who has it.

A post's points are due while it is marked and published and its author is somebody other than the asker. The
ledger holds a line for each time that this changed; a member's points are the sum of their lines.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from secondwind.forums.models import Mark, Member, PointEntry, Post


def worth(mark: str) -> int:
    """Points for a mark: 10 for Correct and 7 for Helpful unless the site says otherwise, as Jive had it."""
    values: dict[str, int] = {Mark.CORRECT: settings.POINTS_CORRECT, Mark.HELPFUL: settings.POINTS_HELPFUL}
    return values.get(mark, 0)


def due(post: Post) -> int:
    """The points that a post's author has for it now."""
    if post.author_id is None or not post.is_published or post.author_id == post.thread.author_id:
        return 0
    return worth(post.mark)


def settle(post: Post) -> None:
    """Write the line that brings the ledger to what is due for a post. Its thread's row must be locked."""
    if post.author_id is None:
        return
    lines = PointEntry.objects.filter(post=post, user_id=post.author_id)
    change = due(post) - (lines.aggregate(sum=Sum("points"))["sum"] or 0)
    if change == 0:
        return
    PointEntry.objects.create(
        user_id=post.author_id, post=post, mark=post.mark, points=change, at=timezone.now()
    )
    Member.objects.get_or_create(user_id=post.author_id)
    Member.objects.filter(user_id=post.author_id).update(points=F("points") + change)


@transaction.atomic
def rebuild() -> list[tuple[int, int, int]]:
    """Count all points from scratch: the ledger anew from the marks, each member's total from the ledger.

    Gives (user id, points before, points after) of every member whose total was wrong.
    """
    before = dict(Member.objects.select_for_update().values_list("user_id", "points"))
    PointEntry.objects.all().delete()
    Member.objects.update(points=0)
    for post in Post.objects.exclude(mark=Mark.NONE).select_related("thread").order_by("pk").iterator():
        settle(post)
    after = dict(Member.objects.values_list("user_id", "points"))
    return [
        (user, before.get(user, 0), points) for user, points in after.items() if before.get(user, 0) != points
    ]
