"""Three people with a story: alice asks, bob answers, mia moderates; and a site with its first forums."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.forums.actions import places
from secondwind.forums.actions.post import ask, reply
from secondwind.forums.models import Forum, Post, Thread
from secondwind.forums.testing import member

TITLE = "Outer lower leg aches the day after trail runs"
QUESTION = (
    "Both outer lower legs ache the day after every trail run, never after road runs. Three pairs of shoes."
)
ANSWER = "Mine did the same until I built up the trail part slowly, and strengthened the peroneals."

Make = Callable[..., User]


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    cache.clear()


@pytest.fixture
def make_user(db: None) -> Make:
    """A member of this name, with as much trust as the test needs."""
    return member


@pytest.fixture
def alice(make_user: Make) -> User:
    return make_user("alice")


@pytest.fixture
def bob(make_user: Make) -> User:
    return make_user("bob")


@pytest.fixture
def mia(make_user: Make) -> User:
    return make_user("mia", is_moderator=True)


@pytest.fixture
def forum(db: None) -> Forum:
    places.make_first()  # a test that runs real transactions finds the tables emptied
    return Forum.objects.get(slug="injuries")


@pytest.fixture
def question(alice: User, forum: Forum) -> Post:
    return ask(alice, forum, TITLE, QUESTION)


@pytest.fixture
def thread(question: Post) -> Thread:
    return question.thread


@pytest.fixture
def answer(bob: User, thread: Thread) -> Post:
    return reply(bob, thread, ANSWER)


@pytest.fixture
def wait(time_machine: Any) -> Callable[[timedelta], None]:
    """Let so much time pass."""
    return lambda span: time_machine.move_to(timezone.now() + span)


@pytest.fixture
def as_() -> Callable[[User], Client]:
    """A browser in which somebody is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
