"""Who may see and do what. Each rule once: as a question about one object, or as a filter of many.

What somebody may not see is answered with `Http404`, as if it were not there. What they may see and not do is
`Refused`, with the reason.
"""

from datetime import timedelta
from typing import TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.forums.errors import Refused
from secondwind.forums.models import (
    DangerSign,
    Draft,
    Forum,
    Member,
    Picture,
    Post,
    PostState,
    Reading,
    Thread,
    ThreadCase,
)
from secondwind.forums.trust import Trust
from secondwind.look.prepared import prepared
from secondwind.notifications.actions.following import is_following

Viewer = User | AnonymousUser

LARGEST_ID = 2**63 - 1  # that a database takes
GONE_AFTER = timedelta(days=30)  # an asker who has not come for so long cannot be waited for


def known(viewer: Viewer) -> TypeGuard[User]:
    """Whether the viewer is signed in."""
    return viewer.is_authenticated


def moderates(viewer: Viewer) -> TypeGuard[User]:
    """Whether the viewer is a moderator."""
    return known(viewer) and viewer.may_moderate


def member_of(user: User) -> Member:
    """The forums' record of a person, made when it is first needed."""
    return Member.objects.get_or_create(user=user)[0]


# --- Seeing ------------------------------------------------------------------------------------------------


def listed_threads(viewer: Viewer) -> QuerySet[Thread]:
    """The threads a viewer may find in lists: their own that wait too, and moderators all."""
    threads = Thread.objects.filter(merged_into=None)
    if not known(viewer):
        return threads.filter(is_listed=True)
    own_diary = Q(forum__is_private=True, forum__owner=viewer)
    if moderates(viewer):
        return threads.filter(Q(forum__is_private=False) | own_diary)
    held = Post.objects.filter(thread=OuterRef("pk"), number=1, state=PostState.HELD)
    return threads.filter(Q(is_listed=True) | Q(Exists(held), author=viewer) | own_diary)


def forum_for(viewer: Viewer, slug: str) -> Forum:
    """A forum, or somebody's commentary that the viewer may see; Http404 otherwise."""
    found = Forum.every.select_related("space", "owner")
    forum = found.filter(slug=slug).first() if slug.isprintable() else None  # PostgreSQL refuses a NUL
    if forum is None or not sees_forum(viewer, forum):
        raise Http404("no such forum")
    return forum


def sees_forum(viewer: Viewer, forum: Forum) -> bool:
    """Whether a viewer may see what stands in a forum. A private diary is for its owner alone."""
    return not forum.is_private or (known(viewer) and forum.owner_id == viewer.pk)


def thread_for(viewer: Viewer, id: int) -> Thread:
    """One thread with its forum, what is kept of where it came from, and whether it holds a danger sign; for
    members also its author, whether they have a draft of a reply, and how far they have read it. Http404 when
    the viewer may not see it. 1 query."""
    if id > LARGEST_ID:
        raise Http404("no such thread")
    thread = _for_member(viewer, id) if known(viewer) else next(iter(_for_visitor(id)), None)
    if thread is None or not _sees_thread(viewer, thread):
        raise Http404("no such thread")
    return thread


@prepared
def _for_visitor(id: int) -> QuerySet[Thread]:
    signs = DangerSign.objects.filter(thread=OuterRef("pk"))
    cases = ThreadCase.objects.filter(thread=OuterRef("pk"))
    found = Thread.objects.select_related("forum", "archived").filter(pk=id)
    return found.annotate(has_danger=Exists(signs), has_cases=Exists(cases))


def _for_member(viewer: User, id: int) -> Thread | None:
    signs = DangerSign.objects.filter(thread=OuterRef("pk"))
    reading = Reading.objects.filter(user=viewer, thread=OuterRef("pk"))
    found = Thread.objects.select_related("forum", "author__member", "archived").filter(pk=id)
    return found.annotate(
        has_danger=Exists(signs),
        read_to=Subquery(reading.values("number")[:1]),
        has_draft=Exists(Draft.objects.filter(author=viewer, thread=OuterRef("pk"))),
        is_followed=is_following(viewer, "thread"),
    ).first()


def may_have_cases(thread: Thread) -> bool:
    """Whether it is worth asking for the cases of a thread: `thread_for` may have looked already."""
    return bool(getattr(thread, "has_cases", True))


def may_hold_danger(thread: Thread) -> bool:
    """Whether it is worth asking for the danger signs of a thread: `thread_for` has looked already."""
    return bool(getattr(thread, "has_danger", True))


def may_have_draft(thread: Thread) -> bool:
    """Whether it is worth asking for the viewer's draft of a reply: `thread_for` has looked already."""
    return bool(getattr(thread, "has_draft", True))


def read_to(thread: Thread) -> int:
    """How far the viewer for whom `thread_for` found a thread has read it; 0 for not at all."""
    return getattr(thread, "read_to", None) or 0


def post_for(viewer: Viewer, id: int) -> Post:
    """One post that the viewer may read, with its thread and author; Http404 otherwise."""
    post = (
        Post.objects.select_related("thread__forum", "thread__archived", "author", "archived")
        .filter(pk=id)
        .first()
    )
    if post is None or not sees(viewer, post) or not _sees_thread(viewer, post.thread):
        raise Http404("no such post")
    return post


def sees(viewer: Viewer, post: Post) -> bool:
    """Whether the viewer may read what a post says. Its author may read one that waits."""
    if post.is_published or moderates(viewer):
        return True
    return known(viewer) and post.author_id == viewer.pk and post.state == PostState.HELD


def draft_for(viewer: Viewer, id: int) -> Draft:
    """One of the viewer's own drafts; Http404 otherwise, for moderators too."""
    draft = Draft.objects.filter(pk=id, author=viewer).first() if known(viewer) else None
    if draft is None:
        raise Http404("no such draft")
    return draft


def picture_for(viewer: Viewer, key: str) -> Picture:
    """A picture that the viewer may see: their own, or one that a post shows which they may read."""
    picture = Picture.objects.select_related("post__thread__forum", "post__author").filter(key=key).first()
    if picture is None:
        raise Http404("no such picture")
    if known(viewer) and picture.owner_id == viewer.pk:
        return picture
    post = picture.post
    if post is None or not sees(viewer, post) or not _sees_thread(viewer, post.thread):
        raise Http404("no such picture")
    if key not in post.body and not moderates(viewer):  # edited away: its author wants it seen no longer
        raise Http404("no such picture")
    return picture


def require_moderator(viewer: Viewer) -> User:
    """The viewer as a moderator; Http404 for everybody else."""
    if not moderates(viewer):
        raise Http404("no such page")
    return viewer


def _sees_thread(viewer: Viewer, thread: Thread) -> bool:
    if thread.forum.is_private:
        return sees_forum(viewer, thread.forum)
    if thread.is_listed or thread.merged_into_id or moderates(viewer):
        return True
    opening = thread.posts.filter(number=1).first()
    return opening is not None and sees(viewer, opening)


# --- Doing -------------------------------------------------------------------------------------------------


def may_write(user: User) -> None:
    """Raise Refused when a moderator has silenced or banned somebody."""
    if user.is_banned:
        raise Refused("A moderator has closed this account, so it cannot post.")
    if user.is_silenced and user.silenced_until:
        until = timezone.localtime(user.silenced_until)
        raise Refused(
            f"A moderator has asked you to pause. You can write again from {until:%-d %B %Y, %H:%M}."
        )


def may_ask(user: User, forum: Forum) -> None:
    """Raise Refused when somebody may not begin a thread in a forum."""
    may_write(user)
    if not forum.is_shared and forum.owner_id != user.pk:
        raise Refused("Only its owner writes entries here. You can comment on them.")
    if not forum.is_open and not user.may_moderate:
        raise Refused(f"New threads cannot be started in {forum.name} at the moment.")


def may_reply(user: User, thread: Thread) -> None:
    """Raise Refused when somebody may not reply. A thread never closes to its owner."""
    may_write(user)
    if thread.merged_into_id:
        raise Refused("This thread was merged into another one. Reply there.")
    if thread.is_locked and thread.author_id != user.pk and not user.may_moderate:
        raise Refused("A moderator has locked this thread. Its asker can still write here.")


def may_edit(user: User, post: Post) -> None:
    """Raise Refused when somebody may not change a post."""
    if post.state in (PostState.REMOVED, PostState.MOVED):
        raise Refused("Nothing is left of this post, so it cannot be changed.")
    if user.may_moderate:
        return
    if post.author_id != user.pk:
        raise Refused("Only its author can change a post.")
    may_write(user)
    if not (post.is_published or post.state == PostState.HELD):
        raise Refused("This post is not shown any more, so it cannot be changed.")


def may_mark(user: User, thread: Thread) -> None:
    """Raise Refused unless somebody may say which answers helped: the asker, or a trusted member for one who
    is gone."""
    may_write(user)
    if not thread.forum.is_shared:
        raise Refused("Only replies to questions are marked.")
    if thread.author_id == user.pk:
        return
    if not asker_is_gone(thread):
        raise Refused("Only the asker can say which answers helped.")
    if not user.may_moderate and member_of(user).trust < Trust.TRUSTED:
        raise Refused("The asker has gone. Trusted members and moderators can mark the answer for them.")


def asker_is_gone(thread: Thread) -> bool:
    """Whether the asker has erased the account, is banned, or has not come for 30 days."""
    return is_gone(thread.author)


def is_gone(user: User | None) -> bool:
    """Whether somebody cannot be waited for: erased, banned, or not here for 30 days."""
    if user is None or user.is_banned:
        return True
    member = getattr(user, "member", None)
    last = member.last_visit if member and member.last_visit else user.date_joined.date()
    return timezone.now().date() - last > GONE_AFTER


def stands_in(viewer: Viewer, thread: Thread) -> bool:
    """Whether a viewer may do for the asker, who is gone, what only the asker does. No query where both came
    with their members."""
    if not known(viewer) or thread.author_id == viewer.pk:
        return False
    member = getattr(viewer, "member", None)
    is_trusted = viewer.may_moderate or (member is not None and member.trust >= Trust.TRUSTED)
    return is_trusted and asker_is_gone(thread)


def own_answer(user: User, post: Post) -> bool:
    """Whether somebody would mark their own reply in somebody else's thread."""
    return post.author_id == user.pk and post.thread.author_id != user.pk
