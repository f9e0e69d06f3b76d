"""Asking, replying, editing and taking back: everything that puts words into a thread."""

import re
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from secondwind import writing
from secondwind.accounts.models import User
from secondwind.forums import access, events, limits, sieve
from secondwind.forums.actions import danger, pictures, points
from secondwind.forums.actions.counts import locked, recount, recount_posts
from secondwind.forums.actions.queue import into_queue
from secondwind.forums.errors import Refused
from secondwind.forums.models import Draft, Forum, Post, PostState, Revision, Thread
from secondwind.forums.models.threads import LONGEST_TITLE

SAME_AGAIN = timedelta(
    minutes=10
)  # the same words in the same place within this time are one post sent twice


MOST_TAGS = 8
_TAG = re.compile(r"(?<![\w/#&])#([^\W\d_][\w-]{1,21})\b")


class Overtaken(Refused):
    """Somebody changed a post while it was being edited. Holds the post as it is now."""

    def __init__(self, post: Post) -> None:
        super().__init__("This post was changed while you were editing it. Nothing was overwritten.")
        self.post = post


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote, tidied: a title (for a new thread) and Markdown that is not empty."""

    body: str
    title: str = ""

    @classmethod
    def of(cls, body: str, title: str | None = None) -> "Words":
        """Tidy what came from a form. Raises Refused with a sentence when something is missing."""
        clean = writing.tidy(body).strip()
        if title is not None and len(writing.tidy_line(title)) < 4:
            raise Refused("Give the thread a title of a few words, so that others know what it is about.")
        if title is not None and len(writing.tidy_line(title)) > LONGEST_TITLE:
            raise Refused(f"The title is too long: it can have {LONGEST_TITLE} characters.")
        if not clean:
            raise Refused("There is no text yet.")
        return cls(clean, writing.tidy_line(title or ""))


@transaction.atomic
def ask(author: User, forum: Forum, title: str, body: str) -> Post:
    """Start a thread. Gives its opening post; raises Refused."""
    words = Words.of(body, title)
    member = limits.locked_member(author)
    access.may_ask(author, forum)
    if again := _sent_before(author, words, Q(number=1, thread__forum=forum, thread__title=words.title)):
        return again
    limits.check_threads(member)
    now = timezone.now()
    thread = Thread.objects.create(
        forum=forum, title=words.title, author=author, created_at=now, latest_at=now, latest_author=author
    )
    return _publish(locked(thread.pk), author, words, None)


@transaction.atomic
def reply(author: User, thread: Thread, body: str, in_response_to: Post | None = None) -> Post:
    """Answer in a thread, to the opening post unless another is named. Gives the post; raises Refused."""
    words = Words.of(body)
    thread = locked(thread.pk)
    member = limits.locked_member(author)
    access.may_reply(author, thread)
    answered = in_response_to or thread.posts.filter(number=1).first()
    if again := _sent_before(author, words, Q(thread=thread, number__gt=1, in_response_to=answered)):
        return again
    limits.check_posts(member)
    return _publish(thread, author, words, answered)


@transaction.atomic
def edit(editor: User, post: Post, body: str, title: str | None = None, seen: str | None = None) -> Post:
    """Change a post; what it said before is kept. Raises Refused.

    `seen` is the stamp of what the editor began with: Overtaken when somebody changed it meanwhile.
    """
    is_opening = post.is_opening
    words = Words.of(body, title if is_opening else None)
    thread = locked(post.thread_id)
    post = Post.objects.select_related("thread", "author").get(pk=post.pk)
    access.may_edit(editor, post)
    title = words.title if is_opening and words.title else thread.title
    is_other = (title, words.body) != (thread.title, post.body)
    if is_other and seen is not None and seen != stamp(post):
        raise Overtaken(post)
    if is_other:
        _rewrite(editor, post, thread, title, words.body)
    _look(post, thread)
    _settle(post, thread)
    return post


def stamp(post: Post) -> str:
    """What an editor began with: a digest of a post's words, and of the title of an opening post."""
    words = f"{post.thread.title if post.is_opening else ''}\0{post.body}"
    return sha256(words.encode()).hexdigest()[:24]


@transaction.atomic
def remove(author: User, post: Post) -> None:
    """Take one's own post back: its words go, its number stays. Raises Refused."""
    thread = locked(post.thread_id)
    post = Post.objects.select_related("thread").get(pk=post.pk)
    if post.author_id != author.pk:
        raise Refused("Only its author can take a post back.")
    if (
        post.is_opening
        and thread.posts.filter(number__gt=1, state=PostState.PUBLISHED).exclude(author=author).exists()
    ):
        raise Refused("Others have answered, so the question stays. You can edit it, or erase your account.")
    erase_words(post)
    _settle(post, thread)


def erase_words(post: Post) -> None:
    """Leave the number of a post and nothing that it said. Its thread's row must be locked."""
    pictures.forget(post)
    post.revisions.all().delete()
    post.state, post.body, post.html = PostState.REMOVED, "", ""
    post.save(update_fields=["state", "body", "html"])


def _rewrite(editor: User, post: Post, thread: Thread, title: str, body: str) -> None:
    """Put new words in the place of the old ones, and keep those."""
    post.edited_at = timezone.now()
    before = thread.title if post.is_opening else ""
    Revision.objects.create(
        post=post, title=before, body=post.body, replaced_at=post.edited_at, replaced_by=editor
    )
    thread.title = post.thread.title = title
    thread.save(update_fields=["title"])
    post.body = body
    _render(post)
    post.save(update_fields=["body", "html", "edited_at"])
    if post.is_published and post.author is not None and editor.pk == post.author_id:
        sift(post)
        post.save(update_fields=["state"])


# --- The common way of a post into its thread --------------------------------------------------------------


def _publish(thread: Thread, author: User, words: Words, in_response_to: Post | None) -> Post:
    post = Post(
        thread=thread,
        number=thread.next_number,
        author=author,
        in_response_to=in_response_to,
        body=words.body,
        created_at=timezone.now(),
    )
    thread.next_number += 1
    thread.save(update_fields=["next_number"])
    post.save()  # pictures and the queue name it
    _render(post)
    sift(post)
    post.save(update_fields=["html", "state"])
    _look(post, thread)
    Draft.objects.filter(author=author).filter(
        Q(forum=thread.forum) if post.is_opening else Q(thread=thread)
    ).delete()
    _settle(post, thread)
    return post


def tags_in(body: str) -> str:
    """The words with a "#" in a text, as `Thread.tags` keeps them. A number, such as "#3", is a post."""
    found = (tag.lower() for tag in _TAG.findall(body))
    return (
        "".join(f",{tag}" for tag in list(dict.fromkeys(found))[:MOST_TAGS]) + ","
        if _TAG.search(body)
        else ""
    )


def _render(post: Post) -> None:
    try:
        shown = pictures.claim(post)
        post.html = writing.render(post.body, picture=shown.get)
    except writing.TooLong as error:
        raise Refused(str(error)) from error


def sift(post: Post) -> None:
    """Hold a post that a moderator should see first, with the reasons. A private diary nobody else sees."""
    if post.thread.forum.is_private:
        return
    for kind, reasons in sieve.reasons_to_hold(post):
        post.state = PostState.HELD
        into_queue(post, kind, reasons)


def _look(post: Post, thread: Thread) -> None:
    if post.author_id is not None and post.author_id == thread.author_id:
        danger.look_for(post)


def _settle(post: Post, thread: Thread) -> None:
    if post.is_opening and not thread.forum.is_shared:
        thread.tags = tags_in(post.body)
        thread.save(update_fields=["tags"])
    recount(thread)
    recount_posts(post.author)
    points.settle(post)
    events.different([post], [thread])


def _sent_before(author: User, words: Words, where: Q) -> Post | None:
    """The post that a second press of the button would make again; its author can still read it."""
    recent = Post.objects.filter(where, author=author, created_at__gt=timezone.now() - SAME_AGAIN)
    readable = recent.filter(state__in=(PostState.PUBLISHED, PostState.HELD))
    return readable.filter(body=words.body).select_related("thread").first()
