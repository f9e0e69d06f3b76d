"""Whether a mail comes from whom it says: what the operator's own mail server has found out.

A header can be written by anybody, so only what the configured host has written counts: the topmost
Authentication-Results with its name (RFC 8601 §5), since a server puts its own above those that came along.
"""

import re
from email.message import EmailMessage

_PROPERTY = re.compile(
    r"(?:header\.d|header\.i|smtp\.mailfrom|header\.from)\s*=\s*\"?<?([^\s;\">]+)", re.IGNORECASE
)


def is_vouched_for(message: EmailMessage, sender: str, host: str) -> bool:
    """Whether `host` says that DMARC passed, or DKIM or SPF for the domain of the sender or one above it."""
    for value in message.get_all("Authentication-Results", []):
        text = re.sub(r"\([^()]*\)", " ", str(value))  # comments
        name, _, results = text.partition(";")
        if name.split()[:1] == [host]:
            domain = sender.rpartition("@")[2]
            return any(_passes(result, domain) for result in results.split(";"))
    return False


def _passes(result: str, domain: str) -> bool:
    method, _, outcome = result.strip().partition("=")
    if outcome.split()[:1] != ["pass"]:
        return False
    found = _PROPERTY.search(result)
    by = found[1].rpartition("@")[2].lower() if found else ""
    if method.strip().lower() == "dmarc":
        return not by or _is_within(domain, by)
    return method.strip().lower() in {"dkim", "spf"} and _is_within(domain, by)


def _is_within(domain: str, by: str) -> bool:
    """Whether one domain is the other or lies above it; a single label, such as "org", vouches for nobody."""
    return "." in by and (domain == by or domain.endswith(f".{by}"))
