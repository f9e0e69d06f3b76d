"""The forms of this room, and allauth's in the words of this site."""

import zoneinfo
from functools import cache
from typing import Any, ClassVar, cast

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.utils.translation import gettext_lazy as _

from secondwind.accounts.models import Scope, User
from secondwind.accounts.pseudonyms import RULE, key_of

CONTINENTS = frozenset(
    "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split()
)
Zones = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


LABELS = {
    "code": _("Code"),
    "email": _("E-mail address"),
    "login": _("Pseudonym or e-mail address"),
    "name": _("Name, so that you can tell your passkeys apart"),
    "oldpassword": _("Current password"),
    "password": _("Password"),
    "password1": _("New password"),
    "password2": _("New password again"),
    "passwordless": _("Let me sign in with this passkey alone, without my password"),
    "remember": _("Keep me signed in on this device for two weeks"),
    "username": _("Pseudonym"),
}


class InOurWords(forms.Form):
    """A form of allauth's with our labels, and without placeholders: a label stays while one types."""

    helps: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = self.helps.get(name, "")
            field.widget.attrs.pop("placeholder", None)


class LoginForm(InOurWords, account.LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Pseudonym or e-mail address, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class SignupForm(InOurWords, account.SignupForm):  # type: ignore[misc]  # allauth ships no types
    """A pseudonym, an e-mail address, and a password unless a passkey takes its place."""

    field_order = ("username", "email", "password1")
    helps: ClassVar = {
        "username": RULE,
        "email": _("Nobody else sees it. You get a code there to confirm it."),
        "password1": _("10 signs or more. A few words in a row are good."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "password1" in self.fields:
            self.fields["password1"].label = _("Password")

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponseBase | None]:
        """Make the account. Whoever took the pseudonym between the look and the writing has it: the same form
        is asked once more, and now says so."""
        try:
            with transaction.atomic():
                saved: tuple[User | None, HttpResponseBase | None] = super().try_save(request)
                return saved
        except IntegrityError:
            if not User.objects.filter(username_key=key_of(self.cleaned_data["username"])).exists():
                raise
            return None, resolve(request.path).func(request)


class AddPasskeyForm(InOurWords, webauthn.AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A passkey and the name its owner gives it; it takes the password's place unless they say otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


def _in_our_words(form: type[forms.Form]) -> type[forms.Form]:
    return type(form.__name__, (InOurWords, form), {})


AddEmailForm = _in_our_words(account.AddEmailForm)
ChangeEmailForm = _in_our_words(account.ChangeEmailForm)
ChangePasswordForm = _in_our_words(account.ChangePasswordForm)
SetPasswordForm = _in_our_words(account.SetPasswordForm)
ResetPasswordForm = _in_our_words(account.ResetPasswordForm)
ResetPasswordKeyForm = _in_our_words(account.ResetPasswordKeyForm)
ConfirmEmailForm = _in_our_words(account.ConfirmEmailVerificationCodeForm)
ConfirmResetForm = _in_our_words(account.ConfirmPasswordResetCodeForm)
ReauthenticateForm = _in_our_words(account.ReauthenticateForm)
CodeForm = _in_our_words(mfa.AuthenticateForm)
ReauthenticateByCodeForm = _in_our_words(mfa.ReauthenticateForm)
ActivateAppForm = _in_our_words(totp.ActivateTOTPForm)
SignupPasskeyForm = _in_our_words(webauthn.SignupWebAuthnForm)
RenamePasskeyForm = _in_our_words(webauthn.EditWebAuthnForm)


class SettingsForm(forms.ModelForm[User]):
    """How the site is shown to somebody, and what others see of them."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=[])

    class Meta:
        model = User
        fields = (
            "units",
            "time_zone",
            "theme",
            "signature",
            "profile_audience",
            "posts_audience",
            "mail_questions",
        )
        widgets = dict.fromkeys(("units", "theme", "profile_audience", "posts_audience"), forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = cast(forms.ChoiceField, self.fields["time_zone"])
        zone.choices = _zones_with(self.instance.time_zone)


class TokenForm(forms.Form):
    """What a new access token is for, what it may do, and for how long."""

    name = forms.CharField(
        label=_("What is the token for?"),
        max_length=60,
        help_text=_("Such as “script on my laptop”, so that you know it again."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Say what the token is for, so that you know it again.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing that the token may do.")},
    )
    lasts = forms.ChoiceField(
        label=_("For how long?"),
        choices=[
            ("30", _("30 days")),
            ("90", _("90 days")),
            ("365", _("one year")),
            ("0", _("until I revoke it")),
        ],
        initial="90",
        widget=forms.RadioSelect,
        error_messages={"required": _("Say for how long it may be used.")},
    )


class EraseForm(forms.Form):
    """What becomes of the posts, and the pseudonym once more, so that nobody leaves by mistake."""

    posts = forms.ChoiceField(
        choices=[("keep", _("Leave them")), ("remove", _("Take them away"))], widget=forms.RadioSelect
    )
    pseudonym = forms.CharField(label=_("Your pseudonym"), max_length=100)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_pseudonym(self) -> str:
        """The pseudonym as it was typed. Raises ValidationError when it is another."""
        typed: str = self.cleaned_data["pseudonym"]
        if key_of(typed) != self._user.username_key:
            raise ValidationError(
                _("Type your own pseudonym: %(name)s"), params={"name": self._user.username}
            )
        return typed


def _zones_with(chosen: str) -> Zones:
    """All zones, and the chosen one in front when it is an old name that is no longer offered."""
    offered = {name for _place, names in time_zones() for name, _label in names}
    return time_zones() if chosen in offered else (("", ((chosen, chosen),)), *time_zones())


@cache
def time_zones() -> Zones:
    """The time zones of places, by continent, as choices of a form: (name, name as people read it)."""
    names = sorted(name for name in zoneinfo.available_timezones() if _is_of_a_place(name))
    continents = sorted({name.split("/")[0] for name in names})
    return (
        ("UTC", (("UTC", "UTC"),)),
        *((c, tuple((n, _readable(n)) for n in names if n.startswith(f"{c}/"))) for c in continents),
    )


def _is_of_a_place(name: str) -> bool:
    continent = name.partition("/")[0]
    return continent in CONTINENTS


def _readable(name: str) -> str:
    return " / ".join(name.split("/")[1:]).replace("_", " ")
