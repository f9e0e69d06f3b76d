"""What is held for a moderator before others see it: what looks like spam, and a new member's first links.

Members whose trust has grown are not sifted. What makes something look like spam is in `writing.spam`, which
also learns from what the moderators decide.
"""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from secondwind import writing
from secondwind.forums.access import member_of
from secondwind.forums.models import Post, PostState, QueueKind, Token
from secondwind.forums.trust import Trust
from secondwind.writing import spam
from secondwind.writing.spam.learning import ALL

LATEST = 2_000  # posts among which the same text is looked for: campaigns are short, and the look stays cheap
SHORT = 40  # characters; "Thank you!" is often said twice


def reasons_to_hold(post: Post) -> Iterator[tuple[QueueKind, list[str]]]:
    """Each kind of matter that a post raises, with its reasons as phrases."""
    author = post.author
    if author is None or author.may_moderate or member_of(author).trust >= Trust.MEMBER:
        return
    verdict = spam.score(_message(post), _learned(post))
    if verdict.is_held:
        yield QueueKind.SPAM, [*verdict.reasons, f"probability of spam: {verdict.probability:.0%}"]
        return  # one matter is enough: whoever decides about it sees the links too
    links = outside_links(post.body)
    if links and member_of(author).trust < Trust.BASIC and not _has_published_links(post):
        yield QueueKind.LINK, [f"first link of a new member: {link}" for link in links[:5]]


def learn(post: Post, *, spam: int = 0, honest: int = 0) -> None:
    """Count the words of a post as spam or as honest so many times more, or fewer with a minus."""
    if spam == honest == 0:
        return
    words = _tokens(post)
    Token.objects.bulk_create([Token(word=word) for word in sorted(words)], ignore_conflicts=True)
    rows = Token.objects.filter(word__in=words)
    list(
        rows.select_for_update().order_by("word")
    )  # in one order, so that two who teach never wait in a ring
    rows.update(spam=Greatest(F("spam") + spam, 0), honest=Greatest(F("honest") + honest, 0))


def outside_links(body: str) -> list[str]:
    """The links of a text that lead away from this site."""
    own = settings.SITE_URL.hostname if settings.SITE_URL else None
    return [link for link in writing.links(body) if urlsplit(link).hostname not in {None, own}]


def _message(post: Post) -> spam.Message:
    """A post with what is known of its author, as the filter reads it."""
    now, author = timezone.now(), post.author
    earlier = Post.objects.filter(author=author).exclude(pk=post.pk)
    return spam.Message(
        title=_title(post),
        body=post.body,
        links=outside_links(post.body),
        is_first_post=not earlier.filter(state=PostState.PUBLISHED).exists(),
        account_age_hours=(now - author.date_joined) / timedelta(hours=1) if author else 0.0,
        posts_in_last_hour=earlier.filter(created_at__gt=now - timedelta(hours=1)).count(),
        same_text_seen=_was_seen(post),
    )


def _title(post: Post) -> str:
    return post.thread.title if post.is_opening else ""


def _was_seen(post: Post) -> bool:
    """Whether somebody posted the same words lately."""
    if len(post.body) < SHORT:
        return False
    others = Post.objects.filter(pk__gt=post.pk - LATEST, pk__lt=post.pk).exclude(state=PostState.REMOVED)
    return others.filter(body=post.body).exists()


def _tokens(post: Post) -> frozenset[str]:
    words = spam.tokens(f"{_title(post)} {post.body}", outside_links(post.body))
    return words | {ALL}


def _learned(post: Post) -> spam.Learned:
    """What moderators taught about the words of a post, and no more of it. 1 query."""
    rows = Token.objects.filter(word__in=_tokens(post))
    return spam.Learned.of(rows.values_list("word", "spam", "honest"))


def _has_published_links(post: Post) -> bool:
    """Whether a moderator has already seen a link of theirs and let it through."""
    seen = (QueueKind.LINK, QueueKind.SPAM)
    earlier = Post.objects.filter(
        author=post.author, state=PostState.PUBLISHED, queue_items__kind__in=seen, body__contains="http"
    )
    return earlier.exclude(pk=post.pk).exists()
