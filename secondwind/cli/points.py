"""`secondwind points`: count everybody's points again from the marks on their answers."""

import argparse
import os
from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Rebuild the ledger and the totals, and print each total that was wrong. Always ends with 0."""
    parser = argparse.ArgumentParser(
        prog="secondwind points",
        description="Build the points ledger anew from the marks on posts, and each member's total from the "
        "ledger. It changes nothing where all is right, and may run while the site is in use.",
    )
    parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondwind.config.settings")
    import django

    django.setup()
    from secondwind.accounts.models import User
    from secondwind.forums.actions.points import rebuild

    changed = rebuild()
    names = dict(User.objects.filter(pk__in=[id for id, *_ in changed]).values_list("pk", "username"))
    for id, before, after in changed:
        print(f"{names.get(id, id)}: {before} became {after}")
    print(
        f"{len(changed)} total{'' if len(changed) == 1 else 's'} changed"
        if changed
        else "All points are right"
    )
    return 0
