"""Keys with which a program sends files for somebody. They are shown once; what is kept is a digest."""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.http import Http404
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.runlog.errors import Refused
from secondwind.runlog.models import UploadToken

BEGINNING = "swlog_"  # so that a program that looks for lost secrets knows one
BYTES = 32
MOST = 20
LONGEST_NAME = 60
USED_EVERY = timedelta(minutes=1)


def make(owner: User, name: str) -> str:
    """A new key under a name of the owner's. Raises Refused without a name, or when there are too many."""
    told = " ".join(name.replace("\0", "").split())[:LONGEST_NAME]
    if not told:
        raise Refused("Say what the key is for, so that you know it again.")
    if UploadToken.objects.filter(owner=owner).count() >= MOST:
        raise Refused(f"You have {MOST} keys. Revoke one that you do not use.")
    key = BEGINNING + secrets.token_urlsafe(BYTES)
    UploadToken.objects.create(owner=owner, name=told, hash=_digest(key), made_at=timezone.now())
    return key


def revoke(owner: User, id: int) -> None:
    """Let a key open nothing any more. Raises Http404 for one that is not the owner's."""
    if not UploadToken.objects.filter(owner=owner, pk=id).delete()[0]:
        raise Http404("no such key")


def owner_of(key: str) -> User | None:
    """Whose key it is; None when it opens nothing."""
    found = UploadToken.objects.filter(hash=_digest(key)).select_related("owner").first()
    if found is None or not found.owner.is_active:
        return None
    now = timezone.now()
    if found.used_at is None or now - found.used_at > USED_EVERY:
        UploadToken.objects.filter(pk=found.pk).update(used_at=now)
    return found.owner


def _digest(key: str) -> str:
    # The key has 256 random bits, so that a plain digest hides it as well as a slow one.
    return sha256(key.encode()).hexdigest()
