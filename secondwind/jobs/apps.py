"""The app's name for Django."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Tasks and their schedule."""

    name = "secondwind.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Import the module `tasks` of every room, which puts its functions on the schedule."""
        autodiscover_modules("tasks")
        from secondwind.jobs import checks  # noqa: F401 - it registers itself when it is imported
