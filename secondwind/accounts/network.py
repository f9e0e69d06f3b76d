"""Where a request comes from, as far as the operator's proxies can be believed."""

from collections.abc import Mapping

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The visitor's IP address by `TRUSTED_PROXIES`; the nearest machine's where the header does not tell."""
    try:
        return str(get_adapter().get_client_ip(request))
    except (ImproperlyConfigured, PermissionDenied):
        return str(request.META.get("REMOTE_ADDR", ""))


def address_told(meta: Mapping[str, str]) -> str:
    """The same, of the two headers of a request that is over: REMOTE_ADDR and HTTP_X_FORWARDED_FOR."""
    request = HttpRequest()
    request.META = {name: value for name, value in meta.items() if value}
    return address_of(request)
