"""What the API does by the clock."""

from secondwind import jobs
from secondwind.api import limits


@jobs.every(name="api.forget_tallies", hours=1)
def forget_tallies() -> None:
    """Delete the counts of minutes that are over."""
    limits.forget()
