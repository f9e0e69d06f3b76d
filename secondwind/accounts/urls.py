"""Addresses under `account/`: this room's own pages, then allauth's."""

from allauth.account.views import password_set
from django.urls import include, path

from secondwind.accounts import pages, token_pages

own = [
    path("", pages.overview, name="overview"),
    path("settings/", pages.settings, name="settings"),
    path("tokens/", token_pages.page, name="tokens"),
    path("tokens/<int:id>/revoke/", token_pages.revoke, name="token_revoke"),
    path("data/", pages.data, name="data"),
    path("erase/", pages.erase, name="erase"),
    path("erased/<str:posts>/", pages.erased, name="erased"),
]

urlpatterns = [
    path("", include((own, "accounts"))),
    # allauth lets whoever sits at an open browser add a password to an account that has none.
    path("password/set/", pages.sure_it_is_you(password_set), name="account_set_password"),
    path("", include("allauth.urls")),
]
