"""What the tests of this room share: members, and browsers that they sit at."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from secondwind.accounts.models import User

PASSWORD = "a few words in a row"


@pytest.fixture
def password() -> str:
    """What `member` signs in with."""
    return PASSWORD


@pytest.fixture(autouse=True)
def _database(db):
    """Accounts are rows."""


@pytest.fixture
def new_member() -> Callable[..., User]:
    """Make a member with a confirmed address: `new_member("hilltop")`."""

    def make(name: str = "hilltop", password: str | None = PASSWORD, **fields: object) -> User:
        user = User.objects.create_user(name, f"{name}@example.org", password, **fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    return make


@pytest.fixture
def member(new_member: Callable[..., User]) -> User:
    """Somebody with an account."""
    return new_member()


@pytest.fixture
def sign_in() -> Callable[..., Client]:
    """A browser in which somebody has signed in with their password."""

    def come(user: User, password: str = PASSWORD) -> Client:
        client = Client()
        answer = client.post("/account/login/", {"login": user.username, "password": password})
        assert answer.status_code == 302, answer.content.decode()
        return client

    return come


@pytest.fixture
def at_home(sign_in: Callable[..., Client], member: User) -> Client:
    """The browser of `member`, where they have just shown once more that it is they."""
    client = sign_in(member)
    answer = client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    client.get("/account/")  # so that they have read what they were told on the way
    return client


@pytest.fixture
def last_code() -> Callable[[], str]:
    """The code in the mail that came last."""

    def read() -> str:
        body = str(mail.outbox[-1].body)
        found = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$", body, re.MULTILINE)
        assert found, body
        return found[1]

    return read


@pytest.fixture
def counting(settings: Any) -> None:
    """Attempts are counted, as on a site, where the other tests may try as often as they like."""
    cache = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "secondwind_cache"}
    settings.CACHES = {"default": cache}
