"""The addresses that stand in mails."""

from django.conf import settings
from django.http import HttpRequest


def site_address(path: str, request: HttpRequest | None = None) -> str:
    """The whole address of a path such as `/account/`, to be put into a mail.

    SITE_URL stands first where it is set. Without it the address is the one that `request` came to, and
    without a request the path alone is all that is known.
    """
    if settings.SITE_URL:
        return f"{settings.SITE_URL.scheme}://{settings.SITE_URL.netloc}{path}"
    return request.build_absolute_uri(path) if request else path
