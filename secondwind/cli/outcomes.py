"""`secondwind outcomes`: count the outcomes from scratch, or write out the confirmed cases."""

import argparse
import json
import os
from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """0 is success; 1 that `recount` found kept numbers that were wrong (they are right afterwards)."""
    parser = argparse.ArgumentParser(
        prog="secondwind outcomes",
        description="recount: count every total from the rows and say which kept numbers were others. "
        "labelled: print the cases whose diagnosis a clinician confirmed, a JSON line each, for "
        "`secondwind knowledge calibrate`.",
    )
    parser.add_argument("command", choices=["recount", "labelled"])
    options = parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondwind.config.settings")
    import django

    django.setup()
    from secondwind.cases import totals

    if options.command == "labelled":
        for line in totals.labelled():
            print(json.dumps(line))
        return 0
    wrong = totals.recount()
    for group in wrong:
        print(f"{group}: the kept numbers were others")
    print(f"{len(totals.shown())} groups counted, {len(wrong)} were wrong")
    return 1 if wrong else 0
