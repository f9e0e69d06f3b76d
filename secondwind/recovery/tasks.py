"""What this room does by the clock."""

from django.utils import timezone

from secondwind import jobs
from secondwind.recovery.actions import morning


@jobs.every(name="recovery.ask_in_the_morning", minutes=15)
def ask_in_the_morning() -> None:
    """Ask those for whom it is the morning after a run."""
    morning.mail_all(timezone.now())
