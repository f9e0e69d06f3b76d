"""Where allauth asks the site: names, mails, and what a browser calls a passkey here."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from secondwind.accounts.mail import site_address
from secondwind.accounts.models import User
from secondwind.accounts.pseudonyms import key_of, normal_form

logger = logging.getLogger(__name__)

_NOT_RIGHT = gettext_lazy(
    "That does not fit together. Check the pseudonym or e-mail address, and the password."
)

_WAYS = {
    "reauthenticate": gettext_lazy("Type my password"),
    "mfa_reauthenticate": gettext_lazy("Type a code from my app, or a recovery code"),
    "mfa_reauthenticate:webauthn": gettext_lazy("Use a passkey"),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts in the words and by the rules of this site."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_taken": gettext_lazy("Somebody has this pseudonym already. Please choose another."),
        "username_password_mismatch": _NOT_RIGHT,
        "email_password_mismatch": _NOT_RIGHT,
        "incorrect_code": gettext_lazy("This is not the code. Check the digits, or ask for a new one."),
        "incorrect_password": gettext_lazy("This is not your password."),
        "too_many_login_attempts": gettext_lazy(
            "Too many attempts went wrong. Wait five minutes, or reset your password."
        ),
    }

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """The pseudonym in its normal form. Raises ValidationError when it may not be taken, or is."""
        name = normal_form(username)
        super().clean_username(name, shallow=True)
        if not shallow and User.objects.filter(username_key=key_of(name)).exists():
            raise self.validation_error("username_taken")
        return name

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one mail; when the mail server does not take it, say so on the page and in the log."""
        addresses = {
            "site_address": site_address("/", self.request),
            "signup_url": site_address(reverse("account_signup"), self.request),
            "password_reset_url": site_address(reverse("account_reset_password"), self.request),
        }
        try:
            super().send_mail(template_prefix, email, context | addresses)
        except OSError as error:
            # every fault of a mail server is an OSError
            logger.error("A mail could not be sent: %s", error)
            sentence = _("The mail server does not answer, so no mail was sent. Please try again later.")
            messages.error(self.request, sentence)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """The ways in which somebody can show once more that it is they, in our words."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [way | {"description": _WAYS.get(way["id"], way["description"])} for way in ways]

    def format_email_subject(self, subject: str) -> str:
        """The subject after the name of the site."""
        return f"[Second Wind] {subject}"


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Passkeys and codes in the words of this site."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("That did not work. Check the code, or try the passkey once more."),
    }

    def get_totp_label(self, user: User) -> str:
        """Who the code is for, as the app on the phone shows it."""
        return user.username

    def get_totp_issuer(self) -> str:
        """What the code is for, as the app on the phone shows it."""
        return f"Second Wind ({self._get_site_name()})"

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """A name for a new passkey, to be changed by its owner."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)d") % {"number": count + 1}

    def _get_user_identifier(self, user: User) -> str:
        return user.username

    def _get_site_name(self) -> str:
        host: str = settings.SITE_URL.netloc if settings.SITE_URL else context.request.get_host()
        return host
