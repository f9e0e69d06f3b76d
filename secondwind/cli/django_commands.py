"""Django's own commands, reached through the one door."""

import os
from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Run one of Django's commands, such as `shell` or `makemigrations`; list them when `argv` is empty."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondwind.config.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["secondwind", *(argv or ["help"])])
    except SystemExit as stop:  # Django's way to end after a message
        return stop.code if isinstance(stop.code, int) else 1
    return 0


def migrate(argv: Sequence[str]) -> int:
    """Bring the database up to this version of the software."""
    return main(["migrate", *argv])
