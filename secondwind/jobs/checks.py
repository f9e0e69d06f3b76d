"""What must be true of the settings before a job can run."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

RUNNERS = ("thread", "process", "none")


@checks.register("jobs")
def who_runs_jobs(
    app_configs: Sequence[AppConfig] | None = None, **options: Any
) -> list[checks.CheckMessage]:
    """JOBS is a word that is known, since any other would leave every job waiting without a sign."""
    value = getattr(settings, "JOBS", None)
    if value in RUNNERS:
        return []
    return [checks.Error(f"JOBS is {value!r}.", hint=f"Use one of {', '.join(RUNNERS)}.", id="jobs.E001")]
