"""The app's name for Django."""

from django.apps import AppConfig


class RunlogConfig(AppConfig):
    """Runs, shoes, imports."""

    name = "secondwind.runlog"
    label = "runlog"

    def ready(self) -> None:
        """Hand over what somebody has here, when they ask for it and when they leave."""
        from secondwind.accounts import erasure, export
        from secondwind.runlog.actions import holdings

        export.register("log", holdings.collect, holdings.ABOUT)
        erasure.register("log", holdings.erase)
