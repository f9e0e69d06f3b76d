"""Jobs as a site has them: rows in the database, and a schedule with the test's own functions alone."""

import threading
from collections.abc import Callable

import pytest
from pytest_django.fixtures import Settings

from secondwind.jobs import registry
from secondwind.jobs.worker import Tally, Worker


@pytest.fixture(autouse=True)
def _a_queue_and_no_schedule(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(registry, "_entries", {})


@pytest.fixture
def work(transactional_db: None) -> Callable[[], Tally]:
    """Run all that is due now, as a worker does."""
    return lambda: Worker(threading.Event()).run_once()
