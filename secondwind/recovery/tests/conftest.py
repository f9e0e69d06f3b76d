"""The runners of the log's tests, who now have aches."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.recovery.models import Pain
from secondwind.runlog.tests.conftest import a_run, a_shoe, alice, as_, bob, fresh_cache, make_user, mia

__all__ = ["a_run", "a_shoe", "alice", "as_", "bob", "fresh_cache", "make_user", "mia"]


@pytest.fixture
def a_pain(db: None) -> Callable[..., Pain]:
    """Pain of somebody: outer lower leg, left, unless told otherwise."""

    def make(owner: User, day: date, **fields: Any) -> Pain:
        given = {"region": "leg_outer_lower", "side": "left"} | fields
        return Pain.objects.create(owner=owner, day=day, **given)

    return make


@pytest.fixture
def freeze_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let it be this moment (ISO 8601 with its offset) wherever Django asks."""

    def set_to(moment: str) -> None:
        monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat(moment))

    return set_to
