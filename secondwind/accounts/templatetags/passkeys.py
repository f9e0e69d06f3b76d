"""Whether passkeys can work at the address that the visitor used."""

import ipaddress
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django import template
from django.http import HttpRequest

register = template.Library()


class Place(NamedTuple):
    """Whether a browser offers passkeys here, and, where not, the same page at an address where it does."""

    works: bool
    elsewhere: str = ""


@register.simple_tag(takes_context=True)
def passkey_place(context: dict[str, Any]) -> Place:
    """What browsers make of the request's address: a passkey needs a host name, over HTTPS or `localhost`."""
    return place_of(context["request"])


def place_of(request: HttpRequest) -> Place:
    """The same, for a request."""
    host = urlsplit(f"//{request.get_host()}")
    name = host.hostname or ""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        is_local = name == "localhost" or name.endswith(".localhost")
        return Place(works=request.is_secure() or is_local)
    if not address.is_loopback:
        return Place(works=False)
    port = f":{host.port}" if host.port else ""
    return Place(works=False, elsewhere=f"{request.scheme}://localhost{port}{request.get_full_path()}")
