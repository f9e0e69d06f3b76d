"""`secondwind moderator`: who looks after the forums, said by whoever runs the site."""

import argparse
import os
import sys
from collections.abc import Sequence


def moderator(argv: Sequence[str]) -> int:
    """Make a member a moderator, or one no longer; the exit status is 1 when there is no such member."""
    parser = argparse.ArgumentParser(
        prog="secondwind moderator",
        description="Make a member a moderator, who may hide posts and shut accounts.",
    )
    parser.add_argument("name", help="the member's pseudonym; capitals do not matter")
    parser.add_argument("--remove", action="store_true", help="they are one no longer")
    words = parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondwind.config.settings")
    import django

    django.setup()
    return _set_moderator(words.name, moderates=not words.remove)


def _set_moderator(name: str, *, moderates: bool) -> int:
    from secondwind.accounts.queries import member_by_name

    member = member_by_name(name)
    if member is None:
        print(f"There is no member called {name}. They join first, on the site itself.", file=sys.stderr)
        return 1
    member.is_moderator = moderates
    member.save(update_fields=["is_moderator"])
    print(f"{member.username} is {'a moderator' if moderates else 'no longer a moderator'}.")
    return 0
