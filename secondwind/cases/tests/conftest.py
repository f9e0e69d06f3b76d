"""Three people with a story and the first forums, as the forums' own tests have them."""

import pytest
from django.contrib.auth.models import AnonymousUser

from secondwind.accounts.models import User
from secondwind.check.tests.conftest import TRAIL, Forms, visitor  # noqa: F401  # a browser without scripts
from secondwind.forums.actions.post import ask
from secondwind.forums.models import Forum, Thread
from secondwind.forums.tests.conftest import (  # noqa: F401  # fixtures
    alice,
    as_,
    bob,
    forum,
    fresh_cache,
    make_user,
    mia,
    question,
    thread,
    wait,
)

HEEL = "My left heel hurts with the first steps in the morning and eases after a few minutes. Ice helps."


@pytest.fixture
def heel(alice: User, forum: Forum) -> Thread:  # noqa: F811  # the fixtures of these names
    """A thread about the first steps in the morning."""
    return ask(alice, forum, "Morning heel pain", HEEL).thread


@pytest.fixture
def anonymous() -> AnonymousUser:
    return AnonymousUser()
