"""What this room itself keeps about somebody."""

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from secondwind.accounts.models import AccessToken, User

ABOUT = (
    "Your account: account.json has its settings, emails.json your e-mail addresses, second_steps.json the "
    "names and dates of passkeys, authenticator app and recovery codes (never the secrets themselves), "
    "sign_ins.json the open sign-ins, tokens.json the names of access tokens."
)
# A password's hash is of no use to its owner and of much use to a thief of the archive.
WITHHELD = {"password", "username_key", "groups", "user_permissions"}


def collect(user: User) -> Iterable[tuple[str, object]]:
    """The files of the folder `account`."""
    yield "account.json", _account(user)
    yield "emails.json", list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary"))
    yield "second_steps.json", [_second_step(one) for one in Authenticator.objects.filter(user=user)]
    yield (
        "sign_ins.json",
        list(UserSession.objects.filter(user=user).values("created_at", "last_seen_at", "ip", "user_agent")),
    )
    tokens = AccessToken.objects.filter(owner=user).order_by("pk")
    yield "tokens.json", list(tokens.values("name", "scopes", "made_at", "used_at", "expires_at"))


def _account(user: User) -> dict[str, Any]:
    fields = [field.name for field in User._meta.concrete_fields if field.name not in WITHHELD]
    return {name: getattr(user, name) for name in fields}


def _second_step(one: Authenticator) -> dict[str, Any]:
    return {
        "type": one.type,
        "name": one.data.get("name", ""),
        "created_at": one.created_at,
        "last_used_at": one.last_used_at,
    }
