"""How a notification looks as a mail, and the headers that mail programs go by."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from secondwind import writing
from secondwind.accounts import links
from secondwind.accounts.mail import site_address
from secondwind.accounts.models import User
from secondwind.notifications.incoming.addresses import address_for
from secondwind.notifications.models import Notification, Rhythm
from secondwind.notifications.registry import Happening, Key, subjects_for

STOP = "notifications.stop"  # the purpose of the signed links
MAILS = "mails"  # in the place of a kind: every mail of a rhythm


@dataclass(frozen=True, slots=True)
class Item:
    """A happening as a mail shows it. Addresses are whole; without a title it is not public."""

    happening: Happening
    heading: str
    address: str
    html: str
    text: str


def single(user: User, note: Notification, happening: Happening) -> EmailMultiAlternatives:
    """The mail about one happening."""
    item = _item(happening)
    about = _about(user, note.why)
    subject = f"Re: {happening.title}" if happening.answers else happening.title
    reply_address = address_for(user, happening.reply_to) if happening.reply_to else ""
    message = _message(
        user, "notification", subject if happening.is_public else "Something new for you on Second Wind",
        note.why or Key(MAILS, note.mail),
        {"item": item, "about": about, "reply_by": bool(reply_address)},
    )  # fmt: skip
    headers = message.extra_headers
    headers["Message-ID"] = message_id(note.key, user)
    if reply_address:
        message.reply_to = [reply_address]
    if happening.by:
        message.from_email = formataddr((f"{happening.by} (Second Wind)", _sender()))
    if happening.topic:
        headers["List-Id"] = f"<{happening.topic.kind}-{happening.topic.id}.{_host()}>"
        before = [_id(*happening.topic), *(message_id(key, user) for key in happening.answers)]
        before = [one for one in before if one != headers["Message-ID"]]
        headers["In-Reply-To"], headers["References"] = before[-1], " ".join(before)
    return message


def digest(user: User, rhythm: Rhythm, happenings: Sequence[Happening], name: str) -> EmailMultiAlternatives:
    """The mail about all that happened since the last one; `name` makes its Message-ID its own."""
    items = [_item(one) for one in happenings]
    count = f"{len(items)} new thing{'s' if len(items) != 1 else ''}"
    message = _message(
        user, "digest", f"{count} on Second Wind", Key(MAILS, rhythm),
        {"items": items, "rhythm": Rhythm(rhythm).label, "count": count},
    )  # fmt: skip
    message.extra_headers["Message-ID"] = _id("digest", name, f"u{user.pk}")
    message.extra_headers["List-Id"] = f"<{rhythm}-mail.{_host()}>"
    return message


def stop_address(user: User, key: Key) -> str:
    """The whole address where one tap ends what `key` names for this person alone."""
    token = links.seal(STOP, user.pk, key.kind, key.id)
    return site_address(reverse("notifications:stop", args=[token]))


def message_id(key: Key, user: User) -> str:
    """The Message-ID of the mail about a happening to a person: the same whenever it is made."""
    return _id(key.kind, key.id, f"u{user.pk}")


def _message(
    user: User, template: str, subject: str, stops: Key, context: dict[str, object]
) -> EmailMultiAlternatives:
    stop = stop_address(user, stops)
    context |= {
        "name": user.username,
        "stop": stop,
        "settings": site_address(reverse("notifications:following")),
        "site": site_address("/"),
    }
    text = render_to_string(f"notifications/mail/{template}.txt", context)
    headers = {"Auto-Submitted": "auto-generated"}
    if settings.SITE_URL:  # a path alone would be of no use
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    message = EmailMultiAlternatives(_line(subject), text, to=[user.email], headers=headers)
    message.attach_alternative(render_to_string(f"notifications/mail/{template}.html", context), "text/html")
    return message


def _item(happening: Happening) -> Item:
    public = happening.is_public
    return Item(
        happening=happening,
        heading=f"{happening.what} “{happening.title}”" if public else "Something new that is for you alone",
        address=site_address(happening.address if public else reverse("notifications:news")),
        html=writing.absolute(happening.html, site_address("")) if public else "",
        text=happening.text if public else "",
    )


def _about(user: User, why: Key | None) -> str:
    """What they follow, in words; empty when it was for them alone."""
    subject = subjects_for(user, [why]).get(why) if why else None
    return f"the {subject.kind_name} “{subject.label}”" if subject else ""


def _id(*parts: str) -> str:
    return f"<{'.'.join(parts)}@{_host()}>"


def _host() -> str:
    host = settings.SITE_URL.hostname if settings.SITE_URL else _sender().rpartition("@")[2]
    return host or "localhost"


def _sender() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _line(subject: str) -> str:
    return " ".join(subject.split())
