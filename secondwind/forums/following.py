"""What can be followed here: threads, forums, people, and places of the body."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from secondwind.accounts.models import User
from secondwind.accounts.queries import visible
from secondwind.clinic import knowledge
from secondwind.forums import access
from secondwind.forums.actions.notices import thread_address
from secondwind.forums.models import Forum, ForumKind
from secondwind.notifications.registry import Key, Subject

THREAD, FORUM, PERSON, REGION = "thread", "forum", "person", "region"
KINDS = {ForumKind.SHARED: "forum", ForumKind.BLOG: "commentary", ForumKind.DIARY: "diary"}
LONGEST_NUMBER = 18  # digits of an id


def key(kind: str, id: int | str) -> Key:
    """The name under which something here is followed."""
    return Key(kind, str(id))


def numbers(ids: Sequence[str]) -> list[int]:
    """The ids that are numbers, as numbers."""
    return [int(id) for id in ids if id.isascii() and id.isdigit() and len(id) <= LONGEST_NUMBER]


def threads(ids: Sequence[str], user: User) -> Mapping[str, Subject]:
    """Threads by id."""
    found = access.listed_threads(user).filter(pk__in=numbers(ids))
    return {str(one.pk): Subject("thread", one.title, thread_address(one)) for one in found}


def forums(ids: Sequence[str], user: User) -> Mapping[str, Subject]:
    """Forums by id: their new threads."""
    found = [one for one in Forum.every.filter(pk__in=numbers(ids)) if access.sees_forum(user, one)]
    return {
        str(one.pk): Subject(KINDS[ForumKind(one.kind)], one.name, reverse("forums:forum", args=[one.slug]))
        for one in found
    }


def people(ids: Sequence[str], user: User) -> Mapping[str, Subject]:
    """Members by id who show their posts: all that they write."""
    found = User.objects.filter(pk__in=numbers(ids), is_active=True)
    return {
        str(one.pk): Subject("member", one.username, reverse("forums:person", args=[one.username]))
        for one in found
        if visible(one.profile_audience, one, user) and visible(one.posts_audience, one, user)
    }


def regions(ids: Sequence[str], user: User) -> Mapping[str, Subject]:
    """Places of the body: new threads about them."""
    known = knowledge.load().regions
    return {
        id: Subject("place", known[id].label, reverse("forums:place", args=[id])) for id in ids if id in known
    }
