"""The page of one's access tokens."""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from secondwind.accounts import tokens
from secondwind.accounts.forms import TokenForm
from secondwind.accounts.models import AccessToken, User
from secondwind.accounts.pages import member_of, sure_it_is_you

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)  # and not compressed: the page may hold a new secret
@sure_it_is_you
def page(request: HttpRequest) -> HttpResponse:
    """The tokens with which programs act for somebody; a new one is shown here once."""
    user = member_of(request)
    form, secret = TokenForm(request.POST if request.method == "POST" else None), ""
    if request.method == "POST" and form.is_valid():
        try:
            secret = _made(request, user, form)
        except tokens.Refused as refused:
            form.add_error(None, str(refused))
    rows = AccessToken.objects.filter(owner=user).order_by("-made_at", "-pk")
    context = {"form": form if form.errors else TokenForm(), "secret": secret, "rows": rows}
    return render(request, "accounts/tokens.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
@sure_it_is_you
def revoke(request: HttpRequest, id: int) -> HttpResponse:
    """Let a token open nothing any more."""
    if not tokens.revoke(member_of(request), id):
        raise Http404("no such token")
    messages.success(request, _("The token is revoked. It opens nothing any more."))
    return redirect("accounts:tokens")


def _made(request: HttpRequest, user: User, form: TokenForm) -> str:
    days = int(form.cleaned_data["lasts"])
    lasts = timedelta(days=days) if days else None
    secret = tokens.make(user, form.cleaned_data["name"], form.cleaned_data["scopes"], lasts=lasts)
    get_adapter().send_notification_mail("accounts/email/token_made", user)
    return secret
