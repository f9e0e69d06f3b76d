"""Replies that come by mail."""

from collections.abc import Sequence

from django.db import transaction

from secondwind.accounts.models import User
from secondwind.forums import access, following, news
from secondwind.forums.actions import pictures
from secondwind.forums.actions import post as posting
from secondwind.forums.models import Post
from secondwind.notifications.registry import Key
from secondwind.writing import markdown


@transaction.atomic
def reply(user: User, thread_id: str, words: str, sent: Sequence[bytes], answered: Key | None) -> None:
    """Post what somebody wrote in a mail. Raises Refused with a sentence, or Http404."""
    thread = access.thread_for(user, int(thread_id))
    while thread.merged_into_id is not None:
        thread = access.thread_for(user, thread.merged_into_id)
    shown = [f"![]({markdown.PICTURE}{pictures.send(user, one).key})" for one in sent]
    posting.reply(user, thread, "\n\n".join([words, *shown]), _answered(user, thread.pk, answered))


def _answered(user: User, thread_id: int, answered: Key | None) -> Post | None:
    """The reply that was answered, when it stands in this thread and can be read."""
    if answered is None or answered.kind != news.POST:
        return None
    ids = following.numbers([answered.id])
    post = Post.objects.filter(pk__in=ids, thread=thread_id, number__gt=1).select_related("author").first()
    return post if post is not None and access.sees(user, post) else None
