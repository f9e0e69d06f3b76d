"""This room's own pages: the overview, the settings, one's data, and leaving."""

import logging
from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from django.conf import settings as site
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.mail import send_mail
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from secondwind.accounts import erasure, export, queries
from secondwind.accounts.forms import EraseForm, SettingsForm
from secondwind.accounts.models import User

logger = logging.getLogger(__name__)


def sure_it_is_you(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page for who is signed in and has shown within five minutes that it is they who sit there."""
    asked_again: Callable[..., HttpResponseBase] = reauthentication_required(app="allauth.account")(view)
    return login_required(asked_again)


@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Where everything about one's account is found."""
    return render(request, "accounts/overview.html", {"needs_codes": _needs_codes(member_of(request))})


@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """Units, time zone, colours, mails, signature, and who sees what."""
    # A row of its own, so that a form with a mistake does not show its values in the head of the page.
    user = User.objects.get(pk=member_of(request).pk)
    form = SettingsForm(_posted(request), instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your settings are saved."))
        return redirect("accounts:settings")
    return render(request, "accounts/settings.html", {"form": form, "now": timezone.now()})


@sure_it_is_you
def data(request: HttpRequest) -> HttpResponseBase:
    """All that the site keeps about somebody, as a zip archive."""
    if request.method != "POST":
        return render(request, "accounts/data.html")
    refused: HttpResponse | None = ratelimit.consume_or_429(request, action="export")
    if refused:
        return refused
    user = member_of(request)
    name = f"second-wind-{user.username}-{timezone.now():%Y-%m-%d}.zip"
    return FileResponse(export.archive(user), as_attachment=True, filename=name)


@sure_it_is_you
def erase(request: HttpRequest) -> HttpResponse:
    """Leave for good, after saying what becomes of the posts and typing the pseudonym."""
    user = member_of(request)
    form = EraseForm(_posted(request), user=user)
    if request.method == "POST" and form.is_valid():
        posts = form.cleaned_data["posts"]
        _leave(request, user, keep_posts=posts == "keep")
        return redirect("accounts:erased", posts="kept" if posts == "keep" else "removed")
    last_moderator = user.may_moderate and not queries.has_moderator_besides(user)
    return render(request, "accounts/erase.html", {"form": form, "last_moderator": last_moderator})


@require_safe
def erased(request: HttpRequest, posts: str) -> HttpResponse:
    """What happened, for somebody who has just left."""
    if posts not in {"kept", "removed"}:
        raise Http404
    return render(request, "accounts/erased.html", {"kept": posts == "kept"})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form came without its token, mostly because it lay open for long or cookies are off."""
    return render(request, "403_csrf.html", status=403)


def _needs_codes(user: User) -> bool:
    """Whether a lost passkey or phone would lock them out: they have one, and no recovery code."""
    types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return bool(types) and Authenticator.Type.RECOVERY_CODES not in types


def _posted(request: HttpRequest) -> QueryDict | None:
    """The fields of a form that was sent, even of an empty one; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def _leave(request: HttpRequest, user: User, *, keep_posts: bool) -> None:
    name, email = user.username, user.email
    erasure.erase(user, keep_posts=keep_posts)
    logout(request)
    _confirm(name, email, keep_posts=keep_posts)


def _confirm(name: str, email: str, *, keep_posts: bool) -> None:
    text = render_to_string("accounts/erased.txt", {"name": name, "kept": keep_posts})
    try:
        send_mail("[Second Wind] " + _("Your account is gone"), text, site.DEFAULT_FROM_EMAIL, [email])
    except OSError as error:  # every fault of a mail server is one; the account is gone all the same
        logger.error("A mail could not be sent: %s", error)


def member_of(request: HttpRequest) -> User:
    """Who is signed in, on a page that asks for it."""
    assert isinstance(request.user, User)  # noqa: S101  # `login_required` has seen to it
    return request.user
