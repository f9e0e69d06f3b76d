"""Three people with a story and the first forums, as the forums' own tests have them."""

import pytest
from django.contrib.auth.models import AnonymousUser

from secondwind.check.tests.conftest import TRAIL, Forms, visitor  # noqa: F401  # a browser without scripts
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


@pytest.fixture
def anonymous() -> AnonymousUser:
    return AnonymousUser()
