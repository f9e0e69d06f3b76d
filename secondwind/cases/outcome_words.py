"""How it ended, in words."""

from __future__ import annotations

from secondwind.cases.models import BACK, Case
from secondwind.clinic.outcomes import Back

# What a machine can tell from words: how the complaint went, and not how much somebody runs.
READ = {Back.FULL: "Resolved", Back.PARTLY: "Improved", Back.NOT: "Worse, or back again"}
UNKNOWN = "Not known how it ended: the asker's last word does not tell"


def outcome_words(case: Case) -> str:
    """The last word on a case, such as “12 weeks later: running as before”; empty when nobody told."""
    if not case.outcome:
        return ""
    state = Back(case.outcome["state"])
    if case.outcome.get("by_machine"):
        return f"{READ[state]}, read by machine from the asker's last word"
    return f"{after(case.outcome['week'])}: {BACK[state]}"


def after(weeks: float) -> str:
    """A number of weeks from the date of a case."""
    whole = round(weeks)
    if whole < 1:
        return "In the first week"
    return f"{whole} week{'' if whole == 1 else 's'} later"
