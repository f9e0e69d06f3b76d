"""`secondwind mail receive`: a mail on standard input becomes a reply; for the mail server's alias."""

import argparse
import os
import sys
from collections.abc import Sequence

# What a mail server understands (sysexits.h): it sends the mail back, or tries again later.
REFUSED, LATER = 77, 75


def main(argv: Sequence[str]) -> int:
    """Take in one mail; 0 also when it is ignored, 77 when it is refused as forged, 75 to try again later."""
    parser = argparse.ArgumentParser(
        prog="secondwind mail",
        description="Take in a reply by mail from standard input. See docs/mail.md.",
    )
    parser.add_argument("command", choices=["receive"], help="read one mail from standard input")
    parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondwind.config.settings")
    import django

    django.setup()
    return _receive()


def _receive() -> int:
    from django.conf import settings
    from django.db import DatabaseError

    from secondwind.notifications.incoming.message import MOST_BYTES
    from secondwind.notifications.incoming.receive import receive

    if not settings.REPLY_ADDRESS:
        print("REPLY_ADDRESS is not set, so no mail can be answered. See docs/mail.md.", file=sys.stderr)
        return 2
    try:
        result = receive(sys.stdin.buffer.read(MOST_BYTES + 1))
    except (DatabaseError, OSError) as error:
        print(f"It cannot be taken in now ({type(error).__name__}).", file=sys.stderr)
        return LATER
    print(f"{result.outcome.value}{f': {result.why}' if result.why else ''}", file=sys.stderr)
    return REFUSED if result.is_forged else 0
