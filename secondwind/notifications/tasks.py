"""What this room does beside the pages and by the clock."""

from datetime import timedelta

from django.utils import timezone

from secondwind import jobs
from secondwind.notifications import digests, outbox
from secondwind.notifications.actions import telling
from secondwind.notifications.incoming import addresses, mailbox
from secondwind.notifications.models import ReceivedMail, Told
from secondwind.notifications.registry import Key

REMEMBERED = timedelta(days=365)  # mails that came in


@jobs.task()
@jobs.retrying(times=5)
def tell_followers(happening: str, subjects: list[str], without: list[int]) -> None:
    """Tell all who follow one of the subjects, and send the mails that go out at once."""
    telling.tell_followers(Key.of(happening), [Key.of(one) for one in subjects], without)
    mail_now.enqueue()


@jobs.task()
def mail_now() -> None:
    """Send what goes out at once. When the mail server does not answer the schedule tries again."""
    outbox.send_due()


@jobs.every(minutes=1, name="notifications.mail")
def mail() -> None:
    """Send what goes out at once and was not sent yet."""
    outbox.send_due()


@jobs.every(minutes=10, name="notifications.digests")
def send_digests() -> None:
    """Send the mails of a day and of a week whose time has come."""
    digests.send_due()


@jobs.every(minutes=2, name="notifications.fetch_replies")
def fetch_replies() -> None:
    """Take in what came into the mailbox for replies, where there is one."""
    mailbox.fetch()


@jobs.every(days=1, name="notifications.forget")
def forget() -> None:
    """Forget what was told so long ago that nobody would tell it again, and reply addresses that ran out."""
    Told.objects.filter(at__lt=timezone.now() - telling.REMEMBERED).delete()
    ReceivedMail.objects.filter(at__lt=timezone.now() - REMEMBERED).delete()
    addresses.forget_old()
