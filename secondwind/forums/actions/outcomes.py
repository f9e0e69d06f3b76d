"""How it ended in a thread that came from elsewhere, by its asker's last word, read by machine."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from secondwind import clinic
from secondwind.cases.actions import outcomes
from secondwind.cases.models import Case
from secondwind.clinic.coarse import outcome_of
from secondwind.clinic.knowledge import load
from secondwind.clinic.outcomes import Back
from secondwind.clinic.reader.thread import Page
from secondwind.forums.actions.danger import without_quotes
from secondwind.forums.models import Post, PostState, Thread

SAID = {"resolved": Back.FULL, "improved": Back.PARTLY, "worse": Back.NOT}


def read_last_word(thread: Thread, cases: Sequence[Case]) -> None:
    """Note what the asker of an archived thread said last of how it goes, beside its main case."""
    found = Post.objects.filter(thread=thread, state=PostState.PUBLISHED, archived__isnull=False)
    posts = list(found.select_related("archived").order_by("number"))
    if cases and posts:
        said = SAID.get(_outcome(thread, posts))
        outcomes.read_by_machine(cases[0], said, timezone.localdate(posts[-1].created_at))


def _outcome(thread: Thread, posts: Sequence[Post]) -> str:
    """Where the old page tells which posts are the asker's, of those; else the clinic tells them apart."""
    if any(post.archived.by_opener is None for post in posts[1:]):
        text = "\n\n".join(without_quotes(post.body) for post in posts)
        return str(clinic.extract(thread.title, text)["outcome"])
    own = [post for post in posts if post.is_opening or post.archived.by_opener]
    words = [without_quotes(post.body) for post in own]
    others = "\n\n".join(post.body for post in posts if post not in own)
    return outcome_of(Page("\n\n".join(words), others, "\n\n".join(words[1:])), load())
