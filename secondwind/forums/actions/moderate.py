"""What moderators do with posts and threads, a function for each verb.

Each takes who does it and why, writes the log with what is needed to take it back (`undo.py`), and tells the
author. Nothing here takes a danger sign away.
"""

from typing import Any

from django.db import transaction

from secondwind import writing
from secondwind.accounts.models import User
from secondwind.cases.actions import keep
from secondwind.cases.models import Case
from secondwind.forums import events
from secondwind.forums.actions import acts, cases
from secondwind.forums.actions import post as posts
from secondwind.forums.actions.changes import Changes
from secondwind.forums.actions.queue import HOLDING, JUDGED, open_matters
from secondwind.forums.errors import Refused
from secondwind.forums.models import (
    Action,
    Forum,
    Post,
    PostState,
    QueueItem,
    QueueKind,
    Revision,
    Thread,
    Verb,
)
from secondwind.forums.models.threads import LONGEST_TITLE

# --- Posts -------------------------------------------------------------------------------------------------


@transaction.atomic
def hide(by: User, post: Post, why: str, *, item: QueueItem | None = None, spam: bool = False) -> Action:
    """Take a post from everybody's eyes; its number stays. What was held as spam, or is now called spam,
    teaches the sieve. Raises Refused when it is hidden and nothing about it waits."""
    why = acts.reason(by, why)
    post = acts.locked_post(post, item)
    waits = set(open_matters(post, JUDGED).values_list("kind", flat=True))
    if post.state not in {PostState.PUBLISHED, PostState.HELD} and not (
        post.state == PostState.HIDDEN and waits
    ):
        raise Refused(f"{_name(post)} is {post.get_state_display()}, so it cannot be hidden.")
    changes = Changes()
    changes.set(post, state=PostState.HIDDEN, why_hidden=acts.shown_reason(why))
    acts.decide(post, by, "hidden", JUDGED, changes)
    acts.judge_flags(post, changes, upheld=True)
    acts.lower_trust(post.author, changes)
    taught = acts.teach(post, spam=True) if spam or QueueKind.SPAM in waits else {}
    return acts.finish(Verb.HIDE, by, why, changes, post=post, taught=taught)


def hide_until_looked_at(post: Post, why: str) -> Action:
    """Hide a published post by a rule, in nobody's name; what waits about it goes on waiting. The row of its
    thread must be locked."""
    changes = Changes()
    changes.set(post, state=PostState.HIDDEN, why_hidden="")  # no moderator has given a reason yet
    return acts.finish(Verb.HIDE, None, why, changes, post=post)


@transaction.atomic
def restore(by: User, post: Post, why: str, *, item: QueueItem | None = None) -> Action:
    """Show a hidden post again: its flags were wrong, and it was no spam."""
    why = acts.reason(by, why)
    post = acts.locked_post(post, item)
    if post.state != PostState.HIDDEN:
        raise Refused(f"{_name(post)} is {post.get_state_display()}, so there is nothing to restore.")
    changes = Changes()
    changes.set(post, state=PostState.PUBLISHED, why_hidden="")
    acts.decide(post, by, "restored", JUDGED, changes)
    acts.judge_flags(post, changes, upheld=False)
    taught = acts.teach(post, spam=False) if _was_called_spam(post) else {}
    return acts.finish(Verb.RESTORE, by, why, changes, post=post, taught=taught)


@transaction.atomic
def approve(by: User, post: Post, why: str, *, item: QueueItem | None = None) -> Action:
    """Let a held post through; one held as spam teaches the sieve what is honest."""
    why = acts.reason(by, why)
    post = acts.locked_post(post, item)
    if post.state != PostState.HELD:
        raise Refused(f"{_name(post)} is {post.get_state_display()}, so there is nothing to let through.")
    changes = Changes()
    changes.set(post, state=PostState.PUBLISHED)
    decided = acts.decide(post, by, "let through", HOLDING, changes)
    spam = any(one.kind == QueueKind.SPAM for one in decided)
    taught = acts.teach(post, spam=False) if spam else {}
    return acts.finish(Verb.APPROVE, by, why, changes, post=post, taught=taught)


@transaction.atomic
def dismiss(by: User, post: Post, why: str, *, item: QueueItem | None = None) -> Action:
    """Find nothing wrong with a post that stands as it is."""
    why = acts.reason(by, why)
    post = acts.locked_post(post, item)
    if post.state in {PostState.HIDDEN, PostState.HELD}:
        raise Refused(
            f"{_name(post)} is {post.get_state_display()}. Restore it or let it through, or hide it."
        )
    changes = Changes()
    if not acts.decide(post, by, "nothing wrong", JUDGED, changes):
        raise Refused(f"Nothing about {_name(post)} waits for a moderator.")
    acts.judge_flags(post, changes, upheld=False)
    return acts.finish(Verb.DISMISS, by, why, changes, post=post)


@transaction.atomic
def noted(by: User, post: Post, why: str, *, item: QueueItem | None = None) -> Action:
    """Say that a danger sign was looked at. The notice in the thread stays."""
    why = acts.reason(by, why)
    post = acts.locked_post(post, item)
    changes = Changes()
    if not acts.decide(post, by, "looked at", (QueueKind.DANGER,), changes):
        raise Refused(f"No danger sign of {_name(post)} waits for a moderator.")
    return acts.finish(Verb.NOTED, by, why, changes, post=post)


@transaction.atomic
def edit(
    by: User, post: Post, body: str, why: str, *, title: str | None = None, seen: str | None = None
) -> Action:
    """Change what somebody wrote; what it said before is kept. `seen` is as in `actions.post.edit`."""
    why = acts.reason(by, why)
    post = acts.locked_post(post)
    if post.state in {PostState.REMOVED, PostState.MOVED}:
        raise Refused(f"{_name(post)} is {post.get_state_display()}, so there is nothing to edit.")
    thread, edited_at, was = post.thread, post.edited_at, post.thread.title
    title = was if title is None and post.is_opening else title
    kept = set(Revision.objects.filter(post=post).values_list("pk", flat=True))
    after = posts.edit(by, post, body, title, seen)
    revision = Revision.objects.filter(post=post).exclude(pk__in=kept).first()
    if revision is None and after.thread.title == was:
        raise Refused("Nothing is different.")
    fields = {
        "edited_at": [edited_at and edited_at.isoformat(), after.edited_at and after.edited_at.isoformat()]
    }
    entries = [{"row": "post", "id": post.pk, "fields": fields, "firm": True}] if revision else []
    if after.thread.title != was:
        titles = {"title": [was, after.thread.title]}
        entries.append({"row": "thread", "id": thread.pk, "fields": titles, "firm": True})
    changes = Changes()
    changes.entries = entries
    return acts.finish(Verb.EDIT, by, why, changes, post=after, revision=revision.pk if revision else None)


# --- Threads -----------------------------------------------------------------------------------------------


def lock(by: User, thread: Thread, why: str) -> Action:
    """Close a thread to everybody but its asker."""
    return _switch(Verb.LOCK, by, thread, why, is_locked=True)


def unlock(by: User, thread: Thread, why: str) -> Action:
    """Open a thread to everybody again."""
    return _switch(Verb.UNLOCK, by, thread, why, is_locked=False)


def pin(by: User, thread: Thread, why: str) -> Action:
    """Put a thread first in its forum."""
    return _switch(Verb.PIN, by, thread, why, is_pinned=True)


def unpin(by: User, thread: Thread, why: str) -> Action:
    """Let a thread stand by its latest post again."""
    return _switch(Verb.UNPIN, by, thread, why, is_pinned=False)


def move(by: User, thread: Thread, forum: Forum, why: str) -> Action:
    """Put a thread into another forum; its address stays."""
    return _switch(Verb.MOVE, by, thread, why, forum=forum)


def rename(by: User, thread: Thread, title: str, why: str) -> Action:
    """Give a thread a title that says what it is about."""
    title = writing.tidy_line(title)
    if not 4 <= len(title) <= LONGEST_TITLE:
        raise Refused(f"Give the thread a title of a few words, at most {LONGEST_TITLE} characters.")
    return _switch(Verb.RENAME, by, thread, why, title=title)


def hide_card(by: User, thread: Thread, case: Case, why: str) -> Action:
    """Take the card of a case from everybody's eyes but its owner's, from lists of similar cases and from the
    totals. The post that it stands on stays."""
    return _card(Verb.HIDE_CARD, by, thread, case, why, is_hidden=True)


def show_card(by: User, thread: Thread, case: Case, why: str) -> Action:
    """Show a hidden card again."""
    return _card(Verb.SHOW_CARD, by, thread, case, why, is_hidden=False)


@transaction.atomic
def _card(verb: Verb, by: User, thread: Thread, case: Case, why: str, *, is_hidden: bool) -> Action:
    why = acts.reason(by, why)
    thread = acts.locked_threads(thread.pk)[thread.pk]
    case = keep.locked(case.pk)
    if bool(case.why_hidden) == is_hidden:
        raise Refused("It is so already. Nothing was changed.")
    changes = Changes()
    changes.set(case, why_hidden=acts.shown_reason(why) if is_hidden else "")
    cases.place(thread)
    return acts.finish(verb, by, why, changes, thread=thread, people=[case.owner])


@transaction.atomic
def _switch(verb: Verb, by: User, thread: Thread, why: str, **values: Any) -> Action:
    why = acts.reason(by, why)
    thread = acts.locked_threads(thread.pk)[thread.pk]
    if thread.merged_into_id:
        raise Refused("This thread was merged into another one. Act there.")
    changes = Changes()
    changes.set(thread, **values)
    if not changes.entries:
        raise Refused("It is so already. Nothing was changed.")
    events.different([], [thread])
    return acts.finish(verb, by, why, changes, thread=thread, people=[thread.author])


def _was_called_spam(post: Post) -> bool:
    data = Action.objects.filter(post=post).values_list("data", flat=True)
    return bool(sum(one.get("taught", {}).get("spam", 0) for one in data) > 0)


def _name(post: Post) -> str:
    return f"#{post.number}"
