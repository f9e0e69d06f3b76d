"""The pain of a day, as the log shows it beside its runs."""

from datetime import date

from django.template.loader import render_to_string

from secondwind.accounts.models import User
from secondwind.recovery.queries import Site, pains_of


def pain_of(owner: User, day: date) -> str:
    """The entries of a day, or nothing. One query."""
    entries = [(Site(one.region, one.side), one) for one in pains_of(owner).filter(day=day)]
    return render_to_string("recovery/_beside.html", {"entries": entries, "day": day}) if entries else ""
