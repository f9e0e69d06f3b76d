"""How many requests a minute: by token, or by network address without one.

They are counted in one statement of the database, so that any number of processes and machines meet one
count. Writing has the limits of the forums and of the log besides, which count what was written.
"""

from __future__ import annotations

import ipaddress
import logging
from datetime import datetime, timedelta

from django.db import OperationalError, connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from secondwind.accounts.network import address_of
from secondwind.api.models import Tally
from secondwind.api.problems import Problem

logger = logging.getLogger(__name__)

BY_TOKEN = 300
BY_ADDRESS = 120
BY_WRONG_TOKEN = 30  # with a token that opens nothing, of an address
KEPT = timedelta(minutes=10)
IPV6_PREFIX = 64


def count_token(request: HttpRequest, id: int) -> None:
    """Count a request with a token. Raises Problem when it is one too many. 1 query."""
    _count(request, f"token {id}", BY_TOKEN)


def count_visitor(request: HttpRequest) -> None:
    """Count a request without a token, by its address."""
    _count(request, f"address {_network(request)}", BY_ADDRESS)


def count_wrong_token(request: HttpRequest) -> None:
    """Count a request with a token that opens nothing."""
    _count(request, f"wrong {_network(request)}", BY_WRONG_TOKEN)


def forget() -> None:
    """Delete what is over."""
    Tally.objects.filter(minute__lt=timezone.now() - KEPT).delete()


def _count(request: HttpRequest, who: str, most: int) -> None:
    now = timezone.now()
    try:
        count = _tally(salted_hmac("api.limits", who, algorithm="sha256").hexdigest(), now)
    except OperationalError:  # somebody writes for so long that SQLite gave up waiting
        if request.method not in ("GET", "HEAD"):
            raise
        logger.warning("a request was not counted")
        return
    if count > most:
        raise Problem(
            429,
            f"That is more than {most} requests in a minute. Wait until the next minute.",
            headers={"Retry-After": str(60 - now.second)},
        )


def _tally(who: str, now: datetime) -> int:
    minute = now.replace(second=0, microsecond=0)
    # One statement, which Django's ORM cannot say: add to the row or make it, and tell what stands there now.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_tally (who, minute, count) VALUES (%s, %s, 1) "
            "ON CONFLICT (who, minute) DO UPDATE SET count = api_tally.count + 1 RETURNING count",
            [who, connection.ops.adapt_datetimefield_value(minute)],
        )
        return int(cursor.fetchone()[0])


def _network(request: HttpRequest) -> str:
    """The visitor's address; of IPv6 the network of 64 bits, which one household has."""
    address = address_of(request)
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return address
    return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))
