"""A site with a thread, and programs that ask: `as_token(user, "read")`, or nobody's."""

from collections.abc import Callable, Collection

import pytest
from django.test import Client

from secondwind.accounts import tokens
from secondwind.accounts.models import User
from secondwind.forums.actions import places
from secondwind.forums.actions.post import ask, reply
from secondwind.forums.models import Forum, Post, Thread
from secondwind.forums.testing import member

Program = Callable[..., Client]


@pytest.fixture
def forum(db: None) -> Forum:
    places.make_first()
    return Forum.objects.get(slug="injuries")


@pytest.fixture
def alice(db: None) -> User:
    return member("alice")


@pytest.fixture
def bob(db: None) -> User:
    return member("bob")


@pytest.fixture
def mia(db: None) -> User:
    return member("mia", is_moderator=True)


@pytest.fixture
def thread(alice: User, forum: Forum) -> Thread:
    return ask(alice, forum, "Outer lower leg aches", "It aches the day after every trail run.").thread


@pytest.fixture
def answer(bob: User, thread: Thread) -> Post:
    return reply(bob, thread, "Mine did the same until I built up slowly.")


@pytest.fixture
def as_token() -> Program:
    """A program with a token of somebody's; it sends no cookie, and would be asked for a CSRF token."""

    def program(user: User, *scopes: str) -> Client:
        secret = tokens.make(user, "a program", scopes)
        return with_token(secret)

    return program


def with_token(secret: str) -> Client:
    return Client(enforce_csrf_checks=True, headers={"authorization": f"Bearer {secret}"})


@pytest.fixture
def programs(as_token: Program, alice: User, bob: User, mia: User) -> dict[str, Client]:
    """One for each kind of caller; bob is the author of what is looked at."""
    return {
        "visitor": Client(),
        "member": as_token(member("other"), "read"),
        "author": as_token(bob, "read"),
        "moderator": as_token(mia, "read"),
    }


def seen_by(programs: dict[str, Client], path: str, text: str) -> Collection[str]:
    """Who is told a text at an address."""
    return {who for who, program in programs.items() if text in program.get(path).content.decode()}
