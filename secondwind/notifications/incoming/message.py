"""A mail that came in, as far as it matters here."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError, ObsoleteHeaderDefect
from email.message import EmailMessage, Message
from email.utils import getaddresses, parseaddr
from hashlib import sha256

MOST_BYTES = 25_000_000
MOST_PICTURES = 4
LEAST_PICTURE_BYTES = 8_000  # smaller ones are the logo of a signature
_AUTOMATIC_SUBJECT = re.compile(
    r"^(?:automatic reply|auto(?:-|\s)?reply|out of office|undeliver|delivery status|returned mail|"
    r"mail delivery fail|failure notice|abwesenheit)",
    re.IGNORECASE,
)
_ROBOTS = ("mailer-daemon", "postmaster", "noreply", "no-reply", "bounce")


class Unreadable(ValueError):
    """What came in is no mail that can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail. `token` is what stands after the plus in the address that it was sent to, empty without one;
    `key` is the same for the same mail and differs between two."""

    message: EmailMessage
    token: str
    sender: str  # the one address in From, in small letters; empty when there is none, or several
    is_automatic: bool
    key: str

    @property
    def answers(self) -> str:
        """The Message-ID of the mail that it answers."""
        return str(self.message.get("In-Reply-To", "")).strip()

    @property
    def pictures(self) -> list[bytes]:
        """The pictures that were attached, as they came."""
        found = []
        for part in self.message.walk():
            if part.get_content_maintype() == "image" and isinstance(part, Message):
                content = part.get_payload(decode=True)
                if isinstance(content, bytes) and len(content) >= LEAST_PICTURE_BYTES:
                    found.append(content)
        return found[:MOST_PICTURES]


def read(raw: bytes, reply_address: str) -> Incoming:
    """A mail from its bytes. Raises Unreadable."""
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"The mail has {len(raw):,} bytes, and {MOST_BYTES:,} are read at most.")
    try:
        message = message_from_bytes(raw, policy=policy.default)
        sender = _sender(message)
        token = _token(message, reply_address)
    except (MessageError, ValueError, LookupError, IndexError, AttributeError, TypeError) as error:
        # what the library raises on headers that are no headers
        raise Unreadable(f"The headers of the mail cannot be read ({type(error).__name__}).") from error
    if not isinstance(message, EmailMessage) or not message.keys():
        raise Unreadable("This is no mail: it has no headers.")
    name = str(message.get("Message-ID", "")).strip()
    key = sha256(f"{token} {name}".encode() if name else raw).hexdigest()
    return Incoming(message, token, sender, _is_automatic(message, sender), key)


def _sender(message: EmailMessage) -> str:
    """The one address in From. What can be read in two ways has none: a forger's name may be an address."""
    headers: list[object] = message.get_all("From", [])
    header = headers[0] if len(headers) == 1 else None
    found = list(getattr(header, "addresses", ()))
    faults = [one for one in getattr(header, "defects", ()) if not isinstance(one, ObsoleteHeaderDefect)]
    return str(found[0].addr_spec).lower() if len(found) == 1 and not faults else ""


def _addresses(message: EmailMessage, header: str) -> list[str]:
    values = [str(value) for value in message.get_all(header, [])]
    return [address.lower() for _, address in getaddresses(values) if "@" in address]


def _token(message: EmailMessage, reply_address: str) -> str:
    local, _, domain = reply_address.lower().rpartition("@")
    for header in ("Delivered-To", "X-Original-To", "To", "Cc"):
        for address in _addresses(message, header):
            name, _, host = address.rpartition("@")
            base, plus, token = name.partition("+")
            if plus and base == local and host == domain:
                return token
    return ""


def _is_automatic(message: EmailMessage, sender: str) -> bool:
    """Whether a program wrote it: an answer while away, a bounce, a list (RFC 3834, RFC 5436)."""
    submitted = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    return_path = message.get("Return-Path")
    return (
        submitted != "no"
        or precedence in {"bulk", "junk", "list", "auto_reply"}
        or message.get_content_type() == "multipart/report"
        or (return_path is not None and not parseaddr(str(return_path))[1])
        or any(name in message for name in ("X-Autoreply", "X-Autorespond", "List-Id"))
        or sender.partition("@")[0] in _ROBOTS
        or bool(_AUTOMATIC_SUBJECT.match(str(message.get("Subject", "")).strip()))
    )
