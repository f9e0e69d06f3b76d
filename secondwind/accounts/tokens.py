"""Access tokens: secrets with which programs act for somebody. Each is shown once; its hash is kept."""

import logging
import secrets
from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256

from django.db import OperationalError
from django.utils import timezone

from secondwind.accounts.models import AccessToken, Scope, User

logger = logging.getLogger(__name__)

BEGINNING = "sw_"  # so that a program that looks for lost secrets knows one
BYTES = 32
MOST = 20
LONGEST_NAME = 60
USED_EVERY = timedelta(minutes=1)


class Refused(ValueError):
    """A token cannot be made; the message is a sentence that says why."""


def make(owner: User, name: str, scopes: Collection[str], *, lasts: timedelta | None = None) -> str:
    """A new token under a name of the owner's, which ends after a time, or never. Raises Refused without a
    name or a scope, or when there are too many."""
    told = " ".join(name.replace("\0", "").split())[:LONGEST_NAME]
    given = [scope.value for scope in Scope if scope.value in scopes]
    if not told:
        raise Refused("Say what the token is for, so that you know it again.")
    if not given:
        raise Refused("Choose at least one thing that the token may do.")
    if AccessToken.objects.filter(owner=owner).count() >= MOST:
        raise Refused(f"You have {MOST} tokens. Revoke one that you do not use.")
    secret = BEGINNING + secrets.token_urlsafe(BYTES)
    now = timezone.now()
    AccessToken.objects.create(
        owner=owner,
        name=told,
        hash=_digest(secret),
        scopes=given,
        made_at=now,
        expires_at=now + lasts if lasts else None,
    )
    return secret


def revoke(owner: User, id: int) -> bool:
    """Let a token open nothing any more. False when the owner has no such token."""
    return bool(AccessToken.objects.filter(owner=owner, pk=id).delete()[0])


def opened_by(secret: str) -> AccessToken | None:
    """The token of a secret, with its owner; None when it opens nothing: unknown, over, or the account is
    shut. 1 query, and one more in the minute in which it is first used."""
    found = AccessToken.objects.filter(hash=_digest(secret)).select_related("owner").first()
    if found is None or found.has_expired or not found.owner.is_active:
        return None
    now = timezone.now()
    if found.used_at is None or now - found.used_at > USED_EVERY:
        try:
            AccessToken.objects.filter(pk=found.pk).update(used_at=now)
        except OperationalError:  # somebody writes for so long that SQLite gave up waiting
            logger.warning("the use of a token was not noted")
    return found


def _digest(secret: str) -> str:
    # A secret has 256 random bits, so that a plain digest hides it as well as a slow one.
    return sha256(secret.encode(errors="replace")).hexdigest()
