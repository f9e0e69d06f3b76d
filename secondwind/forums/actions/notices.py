"""Telling people what was done to what they wrote: the sentence, the reason, and what they can do."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.forums.models import Action, DangerSign, Notice, Post, Thread, Verb
from secondwind.notifications.actions import telling
from secondwind.notifications.registry import Key

NOTICE = "notice"  # the kind of these happenings

# What was done, and what its author can do now. {post} and {thread} name it.
SENTENCES: dict[Verb, tuple[str, str]] = {
    Verb.HIDE: (
        "A moderator hid {post}",
        "Its number stays, and others cannot read it. You can write it again without what the reason names.",
    ),
    Verb.RESTORE: ("A moderator restored {post}", "Everybody can read it again."),
    Verb.APPROVE: ("A moderator let {post} through", "Everybody can read it now."),
    Verb.HOLD: ("A moderator holds {post} back again", "You can read and edit it; others cannot see it."),
    Verb.LOCK: ("A moderator locked {thread}", "You, who began it, can still write there."),
    Verb.UNLOCK: ("A moderator unlocked {thread}", "Everybody can reply again."),
    Verb.PIN: ("A moderator pinned {thread}", "It stands first in its forum."),
    Verb.UNPIN: ("A moderator unpinned {thread}", "It stands in its forum by its latest post."),
    Verb.MOVE: ("A moderator moved {thread} to another forum", "Its address is the same."),
    Verb.MERGE: ("A moderator merged a thread you wrote in into {thread}", "Your words are there, whole."),
    Verb.UNMERGE: ("A moderator took the merging of {thread} back", "Posts stand where they were."),
    Verb.SPLIT: (
        "A moderator gave posts a thread of their own, {thread}, yours among them",
        "Your words are there, whole; links to them still work.",
    ),
    Verb.UNSPLIT: ("A moderator took the splitting off of {thread} back", "Posts stand where they were."),
    Verb.RENAME: (
        "A moderator changed the title of a thread of yours to {thread}",
        "You can change it yourself by editing the opening post.",
    ),
    Verb.EDIT: ("A moderator edited {post}", "You can see in its history what it said before, and edit it."),
    Verb.WARN: ("A moderator warns you", "You can go on writing. A warning slows down how your trust grows."),
    Verb.UNWARN: ("A moderator took a warning back", "It no longer counts."),
    Verb.SILENCE: ("A moderator asks you to pause", "Until then you can read everything and write nothing."),
    Verb.UNSILENCE: ("A moderator lets you write again", "There is nothing you have to do."),
    Verb.BAN: ("A moderator closed your account", "You cannot sign in."),
    Verb.UNBAN: ("A moderator opened your account again", "You can sign in and write as before."),
    Verb.HIDE_CARD: (
        "A moderator hid the card of your case on {thread}",
        "You still see it, and can correct it. Your post stays as it is.",
    ),
    Verb.SHOW_CARD: (
        "A moderator shows the card of your case on {thread} again",
        "Whoever you let see it sees it again.",
    ),
    Verb.DISMISS: (
        "Somebody asked the moderators to look at {post}, and a moderator found nothing wrong",
        "There is nothing you have to do.",
    ),
    Verb.NOTED: (
        "A moderator has looked at the danger sign in {post}",
        "The danger notice stays. Please read it, if you have not yet.",
    ),
    Verb.REOPEN: ("A moderator will look at {post} once more", "There is nothing you have to do."),
}  # fmt: skip

HIDDEN_BY_FLAGS = (
    "{post} is hidden until a moderator has looked at it",
    "Its number stays. There is nothing you have to do; you will be told what the moderator decides.",
)


def tell(user: User | None, text: str, address: str = "") -> None:
    """Write somebody a notice; nobody (a former member) is told nothing."""
    if user is not None:
        notice = Notice.objects.create(user=user, text=text, address=address, at=timezone.now())
        telling.tell_person(user, Key(NOTICE, str(notice.pk)))


def tell_of(action: Action, people: Iterable[User | None]) -> None:
    """Tell each of these people once what an action did and why; not the moderator who did it."""
    done, way_on = SENTENCES[Verb(action.verb)] if action.by_id else HIDDEN_BY_FLAGS
    names = {
        "post": _post(action.post),
        "thread": f"“{action.thread.title}”" if action.thread else "a thread",
    }
    done = done.format(**names)
    what = f"{done[0].upper()}{done[1:]}{_until(action)}"
    text = f"{what}. Reason: {sentence(action.why)} {way_on}{_danger(action)}"
    told = {user.pk: user for user in people if user is not None and user.pk != action.by_id}
    for user in told.values():
        tell(user, text, address_of(action))


def sentence(words: str) -> str:
    """Words with an end."""
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def address_of(action: Action) -> str:
    """Where what an action was about can be read."""
    post, thread = action.post, action.thread
    if post is not None and (post.is_published or thread is None):
        return reverse("forums:post", args=[post.pk])
    return thread_address(thread) if thread is not None else ""


def thread_address(thread: Thread) -> str:
    """The address of a thread."""
    return reverse("forums:thread", args=[thread.pk, thread.slug])


def _post(post: Post | None) -> str:
    return f"your post #{post.number} in “{post.thread.title}”" if post is not None else "a post of yours"


def _danger(action: Action) -> str:
    """What the danger notice says, when the thread that shows it is hidden from its asker too."""
    post = action.post
    if action.verb != Verb.HIDE or post is None or not post.is_opening:
        return ""
    signs = list(DangerSign.objects.filter(thread=post.thread_id).values_list("action", flat=True))
    return f" What you wrote holds a danger sign. {' '.join(signs)}" if signs else ""


def _until(action: Action) -> str:
    until = action.data.get("until")
    return f" until {until}" if until else ""
