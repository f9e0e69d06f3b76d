"""Signed links for mails: a tap does one thing for one person, without signing in.

    token = links.seal("notifications.stop", user.pk, "thread", "12")
    ...
    user_id, kind, id = links.unseal("notifications.stop", token)

A token opens nothing but its own purpose, and whoever changes a sign of it has none. It is no secret from
those who get the mail forwarded, so what it does must be small, said on the page, and easily taken back;
it never signs anybody in. Programs that look through mails open every link, so a page shows what a GET
asks for and acts on a POST alone; one that mail programs press themselves (RFC 8058) takes the POST
without a cookie.
"""

from datetime import timedelta

from django.core import signing


class BadLink(ValueError):
    """A token is not ours, is for something else, or is too old; the message is a sentence for the page."""


def seal(purpose: str, *parts: str | int) -> str:
    """A token of URL-safe signs for `purpose` (such as "cases.outcome") that carries `parts`."""
    return signing.dumps([str(part) for part in parts], salt=_salt(purpose), compress=True)


def unseal(purpose: str, token: str, *, within: timedelta | None = None) -> list[str]:
    """The parts of a token that was sealed for `purpose`, as text. Raises BadLink."""
    try:
        parts: list[str] = signing.loads(token, salt=_salt(purpose), max_age=within)
    except signing.SignatureExpired as error:
        raise BadLink("This link is too old. A newer mail has one that works.") from error
    except (signing.BadSignature, ValueError) as error:  # what is signed and cannot be read is not ours
        raise BadLink("This link is not complete. Open it once more from the mail, whole.") from error
    return parts


def _salt(purpose: str) -> str:
    return f"secondwind.links.{purpose}"
