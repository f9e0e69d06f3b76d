"""What can be followed and what is told: the rooms above say how each kind looks, and to whom.

    registry.subjects("thread", describe_threads)
    registry.happenings("post", describe_posts)

A `describe` takes ids and a person, and gives those that this person may see now. What it leaves out is not
shown, not mailed and not counted: so whatever was hidden since is never told.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple, TypeVar

from secondwind.accounts.models import User

T = TypeVar("T")


class Key(NamedTuple):
    """The name of a subject or of a happening: "thread" and "12"."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def of(cls, text: str) -> "Key":
        """The key that was written as `kind:id`."""
        kind, _, id = text.partition(":")
        return cls(kind, id)


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that can be followed. `kind_name` is what people call its kind; `address` a path."""

    kind_name: str
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, as it is told to one person.

    `what` ends before the title: "bob replied in". `html` is safe, with paths of this site. What is not
    public is told by mail without its title and words. `topic` is the conversation that it belongs to and
    `answers` the happenings before it there; `reply_to` is what an answer by mail goes to, empty when it
    takes none.
    """

    what: str
    title: str
    address: str
    at: datetime
    by: str = ""
    text: str = ""
    html: str = ""
    is_public: bool = True
    topic: Key | None = None
    answers: tuple[Key, ...] = ()
    reply_to: Key | None = None


Subjects = Callable[[Sequence[str], User], Mapping[str, Subject]]
Happenings = Callable[[Sequence[str], User], Mapping[str, Happening]]

# Takes the person, the id of what is answered, the words, pictures as they came, and the happening whose mail
# was answered. A ValueError is a sentence for the person, Http404 says that there is nothing to answer.
Answer = Callable[[User, str, str, Sequence[bytes], Key | None], None]

_answers: dict[str, Answer] = {}
_subjects: dict[str, Subjects] = {}
_happenings: dict[str, Happenings] = {}


def subjects(kind: str, describe: Subjects) -> None:
    """Let things of a kind be followed."""
    _subjects[kind] = describe


def happenings(kind: str, describe: Happenings) -> None:
    """Let things of a kind be told."""
    _happenings[kind] = describe


def answers(kind: str, answer: Answer) -> None:
    """Let things of a kind be answered by mail."""
    _answers[kind] = answer


def answer_to(kind: str) -> Answer:
    """What takes answers by mail for a kind."""
    return _answers[kind]


def subjects_for(user: User, keys: Iterable[Key]) -> dict[Key, Subject]:
    """Those of the subjects that somebody may see now."""
    return _described(user, keys, _subjects)


def happenings_for(user: User, keys: Iterable[Key]) -> dict[Key, Happening]:
    """Those of the happenings that somebody may see now."""
    return _described(user, keys, _happenings)


def _described(
    user: User, keys: Iterable[Key], rooms: Mapping[str, Callable[[Sequence[str], User], Mapping[str, T]]]
) -> dict[Key, T]:
    found: dict[Key, T] = {}
    for kind, group in groupby(sorted(set(keys)), key=lambda key: key.kind):
        if describe := rooms.get(kind):
            told = describe([key.id for key in group], user)
            found |= {Key(kind, id): value for id, value in told.items()}
    return found
