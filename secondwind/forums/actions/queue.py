"""The moderators' queue: putting something into it, and what waits in it."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from secondwind.forums.models import Post, QueueItem, QueueKind

HOLDING = (QueueKind.SPAM, QueueKind.LINK, QueueKind.IMPORT)  # what may keep a post from being read
JUDGED = (QueueKind.FLAG, *HOLDING)  # everything but danger signs, which are looked at and stay


def into_queue(post: Post, kind: QueueKind, details: Iterable[str]) -> QueueItem:
    """Put a post before the moderators, or add to the open matter of this kind that it already has."""
    item, _ = QueueItem.objects.get_or_create(
        post=post, kind=kind, closed_at=None, defaults={"opened_at": timezone.now()}
    )
    item.details = list(dict.fromkeys([*item.details, *details]))
    item.save(update_fields=["details"])
    return item


def open_matters(post: Post, kinds: Iterable[QueueKind] = tuple(QueueKind)) -> QuerySet[QueueItem]:
    """What waits for a moderator about a post, oldest first."""
    return QueueItem.objects.filter(post=post, closed_at=None, kind__in=list(kinds)).order_by(
        "opened_at", "id"
    )
