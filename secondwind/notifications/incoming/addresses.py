"""The addresses that replies are sent to: one for a person and a conversation, until it runs out."""

import base64
import secrets
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.notifications.models import ReplyAddress
from secondwind.notifications.registry import Key

LASTS = timedelta(days=90)
RENEWED = timedelta(days=30)  # left of one: a mail that is sent later names another


def address_for(user: User, key: Key) -> str:
    """The address to which this person replies in this conversation; empty when mails cannot come in."""
    if not settings.REPLY_ADDRESS:
        return ""
    now = timezone.now()
    known = ReplyAddress.objects.filter(
        user=user, kind=key.kind, subject=key.id, expires_at__gt=now + RENEWED
    ).first()
    if known is None:
        known = ReplyAddress.objects.create(
            token=_token(), user=user, kind=key.kind, subject=key.id, expires_at=now + LASTS
        )
    local, _, domain = settings.REPLY_ADDRESS.rpartition("@")
    return f"{local}+{known.token}@{domain}"


def forget_old() -> None:
    """Delete addresses that ran out a while ago; until then who uses one is told that it is too old."""
    ReplyAddress.objects.filter(expires_at__lt=timezone.now() - LASTS).delete()


def _token() -> str:
    """A secret of 120 bits in small letters and digits: mail servers may change capitals, and a name before
    the @ has 64 signs at most."""
    return base64.b32encode(secrets.token_bytes(15)).decode().lower()
