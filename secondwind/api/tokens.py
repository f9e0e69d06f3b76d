"""Who asks: a visitor, or a member whose token opens what is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from ninja.security import HttpBearer

from secondwind.accounts import tokens
from secondwind.accounts.models import AccessToken, Scope, User
from secondwind.api import limits
from secondwind.api.problems import Problem
from secondwind.forums.access import Viewer

REALM = 'Bearer realm="Second Wind"'


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request. `token` is None for a visitor."""

    viewer: Viewer
    token: AccessToken | None = None

    @property
    def member(self) -> User:
        """The owner of the token, where one was asked for."""
        if self.token is None:
            raise Problem(401, headers={"WWW-Authenticate": REALM})
        return self.token.owner


class ApiRequest(HttpRequest):
    """A request whose sender is known."""

    auth: Caller


class Bearer(HttpBearer):
    """Lets in whose token has a scope (any token when it is None), and with `visitors` who sends none. Each
    is counted."""

    def __init__(self, scope: Scope | None, *, visitors: bool = False) -> None:
        super().__init__()
        self.scope = scope
        self.visitors = visitors

    def __call__(self, request: HttpRequest) -> Caller:
        """Who asks. Raises Problem."""
        scheme, _, secret = request.headers.get("Authorization", "").strip().partition(" ")
        if not scheme and self.visitors:
            limits.count_visitor(request)
            return Caller(AnonymousUser())
        return self.authenticate(request, secret.strip() if scheme.lower() == "bearer" else "")

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Whose token it is, if it opens this. Raises Problem."""
        found = tokens.opened_by(token) if token else None
        if found is None:
            limits.count_wrong_token(request)
            told = REALM + (', error="invalid_token"' if token else "")
            raise Problem(401, _WRONG if token else "", headers={"WWW-Authenticate": told})
        limits.count_token(request, found.pk)
        if self.scope is not None and self.scope not in found.scopes:
            told = f'{REALM}, error="insufficient_scope", scope="{self.scope}"'
            raise Problem(
                403,
                f"This token does not have the scope {self.scope}. Make one that has it on the page “Access "
                "tokens” of your account.",
                headers={"WWW-Authenticate": told},
            )
        return Caller(found.owner, found)


_WRONG = "This token opens nothing: it is not whole, was revoked, or its time is over."

READ = Bearer(Scope.READ, visitors=True)
WRITE = Bearer(Scope.WRITE)
SEND_RUNS = Bearer(Scope.RUNS_WRITE)
ANY = Bearer(None)
