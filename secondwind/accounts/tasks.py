"""What this room tidies up by the clock."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db.models import Exists, OuterRef
from django.utils import timezone

from secondwind import jobs
from secondwind.accounts.models import User

UNCONFIRMED_FOR = timedelta(days=7)


@jobs.every(hours=24, name="accounts.forget_sign_ins")
def forget_sign_ins() -> None:
    """Delete the sign-ins that have run out, with the network addresses that stand beside them."""
    call_command("clearsessions")
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(alive)).delete()


@jobs.every(hours=24, name="accounts.forget_unconfirmed")
def forget_unconfirmed() -> None:
    """Delete accounts whose address nobody confirmed within a week: the pseudonym is free again."""
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    User.objects.filter(
        Exists(addresses),
        ~Exists(addresses.filter(verified=True)),
        last_login=None,
        is_superuser=False,
        date_joined__lt=timezone.now() - UNCONFIRMED_FOR,
    ).delete()
