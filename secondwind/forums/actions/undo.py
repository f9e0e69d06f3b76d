"""Taking an action back: an action of the opposite kind, which can be taken back too."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from secondwind.accounts.models import User
from secondwind.forums import sieve
from secondwind.forums.actions import acts, discipline
from secondwind.forums.actions import post as posts
from secondwind.forums.actions.changes import Changes, take_back
from secondwind.forums.actions.rearrange import add_views, shift
from secondwind.forums.errors import Refused
from secondwind.forums.models import Action, Post, PostState, Revision, Thread, Verb

_PAIRS = {
    Verb.HIDE: Verb.RESTORE,
    Verb.APPROVE: Verb.HOLD,
    Verb.LOCK: Verb.UNLOCK,
    Verb.PIN: Verb.UNPIN,
    Verb.MERGE: Verb.UNMERGE,
    Verb.SPLIT: Verb.UNSPLIT,
    Verb.HIDE_CARD: Verb.SHOW_CARD,
    Verb.WARN: Verb.UNWARN,
    Verb.SILENCE: Verb.UNSILENCE,
    Verb.BAN: Verb.UNBAN,
}
OPPOSITE = {
    **_PAIRS,
    **{back: verb for verb, back in _PAIRS.items()},
    Verb.MOVE: Verb.MOVE,
    Verb.RENAME: Verb.RENAME,
    Verb.EDIT: Verb.EDIT,
    Verb.DISMISS: Verb.REOPEN,
    Verb.NOTED: Verb.REOPEN,
    Verb.REOPEN: Verb.DISMISS,
}


@transaction.atomic
def undo(by: User, action: Action, why: str) -> Action:
    """Put back what an action changed, and say so in the log; the new action.

    Raises Refused, with nothing changed, when it was taken back already or when what came later stands on it.
    """
    why = acts.reason(by, why)
    threads = _lock(action)
    action = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    if action.undone_by_id is not None:
        who = Action.objects.filter(pk=action.undone_by_id).values_list("by__username", flat=True).first()
        raise Refused(f"{who or 'Somebody'} has taken this back already.")
    data = {name: _BACK[name](by, action, kept) for name, kept in _in_order(action)}
    back = Changes()
    back.entries = data.pop("changes", [])
    _settle(back, action, threads)
    post = _post(action)
    done = acts.finish(
        _opposite(action, post), by, why, back, post=post, thread=_thread(action),
        member=action.member, people=_people(action), **data,
    )  # fmt: skip
    action.undone_by = done
    action.save(update_fields=["undone_by"])
    return done


def _opposite(action: Action, post: Post | None) -> Verb:
    """What the taking back is called: for one that took another back, the name of that one."""
    first = Action.objects.filter(undone_by=action).values_list("verb", flat=True).first()
    verb = Verb(first) if first else OPPOSITE[Verb(action.verb)]
    is_held = post is not None and post.state == PostState.HELD
    return Verb.HOLD if verb == Verb.RESTORE and is_held else verb


# --- The parts of an action's data, each with its way back -------------------------------------------------
# A part takes who does it, the action and what was kept; it gives what takes the taking back, back.


def _changes_back(by: User, action: Action, kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return take_back(kept).entries


def _moves_back(by: User, action: Action, kept: list[list[int]]) -> list[list[int]]:
    back = [[id, to, to_number, came, number] for id, came, number, to, to_number in kept]
    _require_nothing_new(action, back)
    shift(back, keeps_places=action.data["keeps_places"][1])
    return back


def _views_back(by: User, action: Action, kept: list[int]) -> list[int]:
    add_views(kept[0], -kept[1])
    return [kept[0], -kept[1]]


def _taught_back(by: User, action: Action, kept: dict[str, int]) -> dict[str, int]:
    back = {kind: -count for kind, count in kept.items()}
    if back and action.post is not None:
        sieve.learn(action.post, **back)
    return back


def _standing_back(by: User, action: Action, kept: discipline.Standing) -> discipline.Standing:
    if action.member is None:
        raise Refused("This account is gone, so there is nothing to take back.")
    return discipline.take_back(action.member, kept)


def _revision_back(by: User, action: Action, kept: int | None) -> int | None:
    """Write the earlier words again. The time of the edit was put back with the changes, and stays so."""
    if kept is None:
        return None
    before = Revision.objects.filter(pk=kept).first()
    if before is None or action.post is None:
        raise Refused("The earlier words are gone, so they cannot come back.")
    post = Post.objects.select_related("thread").get(pk=action.post.pk)
    title = post.thread.title if post.is_opening else None
    after = posts.edit(by, post, before.body, title)
    Post.objects.filter(pk=post.pk).update(edited_at=post.edited_at)
    return Revision.objects.filter(post=after).values_list("pk", flat=True).first()


def _places_back(by: User, action: Action, kept: list[bool]) -> list[bool]:
    return kept[::-1]


_BACK: dict[str, Callable[[User, Action, Any], Any]] = {
    "moves": _moves_back,
    "changes": _changes_back,
    "revision": _revision_back,
    "views": _views_back,
    "taught": _taught_back,
    "standing": _standing_back,
    "keeps_places": _places_back,
}


def _in_order(action: Action) -> list[tuple[str, Any]]:
    """The parts that have a way back. A mark belongs to the thread that it was made in: it was changed before
    the posts left, and comes back after them."""
    names = list(_BACK)
    if action.verb in {Verb.UNMERGE, Verb.UNSPLIT}:
        names.sort(key=lambda name: name != "changes")
    return [(name, action.data[name]) for name in names if name in action.data]


def _require_nothing_new(action: Action, back: list[list[int]]) -> None:
    """A thread that was split off ends only while it holds nothing but what came with it."""
    if action.verb != Verb.SPLIT or not back:
        return
    others = Post.objects.filter(thread=back[0][1]).exclude(pk__in=[move[0] for move in back])
    if others.exclude(state=PostState.MOVED).exists():
        raise Refused("Somebody has written in the new thread since. Merge it into the old one instead.")


# --- Locks, counts, people ---------------------------------------------------------------------------------


def _lock(action: Action) -> dict[int, Thread]:
    moved = {id for move in action.data.get("moves", []) for id in (move[1], move[3])}
    changed = {entry["id"] for entry in action.data.get("changes", []) if entry["row"] == "thread"}
    here = {action.post.thread_id} if action.post else {action.thread_id} if action.thread_id else set()
    return acts.locked_threads(
        *Thread.objects.filter(pk__in=moved | changed | here).values_list("pk", flat=True)
    )


def _settle(back: Changes, action: Action, threads: dict[int, Thread]) -> None:
    changed = {entry["id"] for entry in back.entries if entry["row"] == "post"}
    moved = {move[0] for move in action.data.get("moves", [])}
    found = Post.objects.select_related("thread", "author").filter(pk__in=changed | moved)
    acts.settle(found, acts.locked_threads(*threads).values())


def _post(action: Action) -> Post | None:
    if action.post_id is None:
        return None
    post = Post.objects.select_related("author").get(pk=action.post_id)
    post.thread = acts.locked_threads(post.thread_id)[post.thread_id]
    return post


def _thread(action: Action) -> Thread | None:
    return Thread.objects.filter(pk=action.thread_id or 0).first()


def _people(action: Action) -> list[User | None]:
    moved = [move[0] for move in action.data.get("moves", [])]
    if moved:
        return list(User.objects.filter(posts__in=moved).distinct())
    return [action.thread.author if action.thread and action.post_id is None else action.member]
