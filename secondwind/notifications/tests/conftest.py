"""Three people whose addresses are confirmed, a forum, and a site that knows its address."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from secondwind.accounts.models import User
from secondwind.forums.actions import places
from secondwind.forums.actions.post import ask
from secondwind.forums.models import Forum, Thread
from secondwind.forums.testing import member

Make = Callable[..., User]

TITLE = "Outer lower leg aches the day after trail runs"
QUESTION = "Both outer lower legs ache the day after every trail run, never after road runs."


@pytest.fixture(autouse=True)
def address(settings):
    """The site's own address stands in its mails."""
    settings.SITE_URL = urlsplit("https://run.example.org")
    settings.DEFAULT_FROM_EMAIL = "Second Wind <noreply@run.example.org>"


@pytest.fixture
def make_user(db) -> Make:
    """A member with a confirmed address."""

    def make(name: str, **fields: Any) -> User:
        user = member(name, **fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    return make


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
def forum(db) -> Forum:
    places.make_first()
    return Forum.objects.get(slug="injuries")


@pytest.fixture
def thread(alice, forum) -> Thread:
    return ask(alice, forum, TITLE, QUESTION).thread


@pytest.fixture
def as_() -> Callable[[User], Client]:
    """A browser in which somebody is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
