"""The `secondwind` command: one door to everything that is done from a terminal.

A command is a line of `COMMANDS` and a function `(argv) -> int`, imported only when it is called, so that
`secondwind check` starts without Django. A name that is not in the table goes to Django's own commands.
"""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple, cast

from secondwind import __version__
from secondwind.config.env import BadSetting


class Command(NamedTuple):
    """One command: where its function is (`module:function`), the heading it stands under, what it does."""

    target: str
    group: str
    summary: str


COMMANDS = {
    "check": Command(
        "secondwind.cli.check:main", "Health", "what hurts: an account in, an explained answer out"
    ),
    "case": Command("secondwind.cli.case:main", "Health", "read accounts and forum pages into cases"),
    "similar": Command(
        "secondwind.cli.similar:main", "Health", "find the accounts most like others, and say why"
    ),
    "knowledge": Command(
        "secondwind.cli.knowledge:main", "Health", "check and extend the clinical knowledge"
    ),
    "runs": Command("secondwind.cli.runs:main", "Running", "look into watch files: FIT, GPX, TCX"),
    "exposure": Command(
        "secondwind.cli.exposure:main", "Running", "which runs precede pain: a table of days in, a model out"
    ),
    "serve": Command("secondwind.cli.serve:serve", "Run", "prepare the site and serve it"),
    "dev": Command("secondwind.cli.serve:dev", "Run", "the same for working on it: reloads, shows errors"),
    "jobs": Command("secondwind.cli.jobs:main", "Run", "run the work beside the pages, or list it"),
    "migrate": Command(
        "secondwind.cli.django_commands:migrate", "Run", "bring the database up to this version"
    ),
    "moderator": Command("secondwind.cli.members:moderator", "Run", "make a member a moderator"),
    "cases": Command(
        "secondwind.cli.cases:main",
        "Run",
        "draft the cases of threads from their words; embed their accounts",
    ),
    "mail": Command("secondwind.cli.mail:main", "Run", "take in a reply by mail from standard input"),
    "outcomes": Command(
        "secondwind.cli.outcomes:main", "Run", "count outcomes from scratch; write out confirmed cases"
    ),
    "archive": Command(
        "secondwind.cli.archive:main", "Run", "bring in the threads of old forums, or take them down"
    ),
    "points": Command("secondwind.cli.points:main", "Run", "count everybody's points again from the marks"),
    "search": Command("secondwind.cli.search:main", "Run", "bring the index of the search up to date"),
    "api": Command("secondwind.cli.api:main", "Run", "print or keep the schema of the API"),
    "django": Command(
        "secondwind.cli.django_commands:main", "Django", "any command of Django; alone, it lists them"
    ),
}

GROUPS = {
    "Health": "questions about an injury; no database, no server",
    "Running": "files of watches and apps, tables of runs; no database, no server",
    "Run": "a site of your own",
    "Django": "everything else",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that `argv` names (the terminal's words when None) and give its exit status.

    0 is success, 2 a wrong use or setting; 130 means that somebody pressed Ctrl-C, 141 that the reader of the
    output went away. A command may give others.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0
    if words[0] in {"-V", "--version", "version"}:
        print(f"secondwind {__version__}")
        return 0
    name, rest = words[0], words[1:]
    if name not in COMMANDS:
        name, rest = "django", words
    try:
        return _function(COMMANDS[name].target)(rest)
    except BadSetting as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if not _lacks_tables(error):
            raise
        print(
            f"The database is not at this version. Run `secondwind migrate` first. ({error})", file=sys.stderr
        )
        return 2
    except BrokenPipeError:
        sys.stderr.close()  # or Python complains once more while it closes the output
        return 141


def usage() -> str:
    """The text of `secondwind --help`: every command under its heading."""
    width = max(map(len, COMMANDS))
    lines = ["secondwind COMMAND …      (COMMAND --help says more)"]
    for group, purpose in GROUPS.items():
        lines += ["", f"{group}: {purpose}"]
        lines += [f"  {name:{width}}  {c.summary}" for name, c in COMMANDS.items() if c.group == group]
    return "\n".join(lines)


def _lacks_tables(error: Exception) -> bool:
    """Whether a site's database has not been made yet, or was made by an older version."""
    if "django.db" not in sys.modules:
        return False
    from django.db import OperationalError, ProgrammingError

    said = ("no such table", "no such column", "does not exist")
    return isinstance(error, OperationalError | ProgrammingError) and any(one in str(error) for one in said)


def _function(target: str) -> Callable[[Sequence[str]], int]:
    module, _, function = target.partition(":")
    return cast(Callable[[Sequence[str]], int], getattr(import_module(module), function))
