"""Two runners with a log, and a moderator who has no business in either."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from secondwind.accounts.models import User
from secondwind.runlog.models import Run, Shoe

NewUser = Callable[..., User]


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    cache.clear()


@pytest.fixture
def make_user(db: None) -> NewUser:
    """A member of this name."""

    def make(name: str, **fields: Any) -> User:
        return User.objects.create_user(name, f"{name}@example.org", "correct horse battery", **fields)

    return make


@pytest.fixture
def alice(make_user: NewUser) -> User:
    return make_user("alice")


@pytest.fixture
def bob(make_user: NewUser) -> User:
    return make_user("bob")


@pytest.fixture
def mia(make_user: NewUser) -> User:
    return make_user("mia", is_moderator=True)


@pytest.fixture
def as_() -> Callable[[User], Client]:
    """A browser in which somebody is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def a_run(db: None) -> Callable[..., Run]:
    """A run of somebody: 10 km in an hour at noon, unless told otherwise."""

    def make(owner: User, day: date, **fields: Any) -> Run:
        start = datetime.combine(day, time(12), UTC)
        given = {"distance_m": 10_000.0, "elapsed_s": 3600.0, "start": start} | fields
        return Run.objects.create(owner=owner, day=day, **given)

    return make


@pytest.fixture
def a_shoe(db: None) -> Callable[..., Shoe]:
    """A pair of somebody's."""

    def make(owner: User, name: str = "Peregrine", **fields: Any) -> Shoe:
        return Shoe.objects.create(owner=owner, name=name, **fields)

    return make
