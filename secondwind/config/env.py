"""Typed readers for settings that come from the environment.

Each reader takes the variable's name and what an unset or empty variable means, and raises `BadSetting`
with the name, the bad value and what is expected. Every variable read here has a row in docs/configure.md.
"""

import os
from collections.abc import Iterable, Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off"})

# What an operator has a reason to say about a PostgreSQL connection; libpq reads these words.
POSTGRES_OPTIONS = frozenset(
    "application_name connect_timeout options sslcert sslkey sslmode sslrootcert target_session_attrs".split()
)

# Wait for another writer rather than fail, take the write lock when a transaction begins rather than in its
# middle (where SQLite cannot wait), and let readers go on while somebody writes.
SQLITE_OPTIONS: Mapping[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 10,
    "init_command": (
        "PRAGMA journal_mode=WAL;"
        "PRAGMA synchronous=NORMAL;"
        "PRAGMA foreign_keys=ON;"
        "PRAGMA cache_size=-20000;"  # in kilobytes: 20 MB
        "PRAGMA mmap_size=1073741824;"  # up to 1 GB of the file: what is mapped is neither read nor copied
    ),
}


KEPT_S = 60  # for which a thread keeps its connection to the database

# How a connection to a mail server is kept secret: from its first byte, from STARTTLS on, or not at all.
TLS_WORDS = {
    "smtp": {"starttls", "none"},
    "smtps": {"implicit"},
    "imap": {"starttls", "none"},
    "imaps": {"implicit"},
}


class MailServer(NamedTuple):
    """Where mail is handed over: host, port, name and password (may be empty), how it is kept secret."""

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    implicit_tls: bool


class Mailbox(NamedTuple):
    """A mailbox that is read by IMAP; `tls` is "implicit", "starttls" or "none"."""

    host: str
    port: int
    user: str
    password: str
    tls: str
    folder: str


class BadSetting(ValueError):
    """A variable of the environment cannot be used as it is; the message is a sentence for the operator."""

    def __init__(self, name: str, value: str, expected: str) -> None:
        super().__init__(f"{name}={value!r} cannot be used: expected {expected}. See docs/configure.md.")


def text(name: str, default: str = "", *, choices: Iterable[str] = ()) -> str:
    """The variable's text without white space around it; one of `choices` when they are given."""
    value = os.environ.get(name, "").strip() or default
    allowed = list(choices)
    if allowed and value not in allowed:
        raise BadSetting(name, value, "one of " + ", ".join(allowed))
    return value


def flag(name: str, default: bool) -> bool:
    """True for 1, true, yes, on; False for 0, false, no, off; capitals do not matter."""
    value = text(name)
    if not value:
        return default
    if value.lower() in YES:
        return True
    if value.lower() in NO:
        return False
    raise BadSetting(name, value, "yes or no")


def whole_number(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number from `least` to `most`, both included."""
    value = text(name)
    return _whole_number(name, value, least, most) if value else default


def words(name: str, default: Iterable[str] = ()) -> list[str]:
    """The items of a list written with commas, in order, without empty ones."""
    value = text(name)
    return [item.strip() for item in value.split(",") if item.strip()] if value else list(default)


def path(name: str, default: Path) -> Path:
    """An absolute path; `~` is the home folder, and a relative path starts at the working folder."""
    value = text(name)
    return (Path(value).expanduser() if value else default).absolute()


def secret(name: str) -> str:
    """The variable's text, or what stands in the file that `<name>_FILE` names; empty when neither is set."""
    value, file_name = text(name), text(f"{name}_FILE")
    if value and file_name:
        raise BadSetting(f"{name}_FILE", file_name, f"it to be unset while {name} is set")
    if not file_name:
        return value
    try:
        value = Path(file_name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{name}_FILE", file_name, f"a text file that can be read ({error})") from error
    if not value:
        raise BadSetting(f"{name}_FILE", file_name, "a file with something in it")
    return value


def site_url(name: str) -> SplitResult | None:
    """The address people type, split: scheme http or https, a host, perhaps a port, nothing after it."""
    value = text(name)
    if not value:
        return None
    expected = "an address such as https://running.example.org, without a path"
    url = _split(name, value, expected)
    if url.scheme not in {"http", "https"} or not url.hostname or url.path.strip("/"):
        raise BadSetting(name, value, expected)
    if url.query or url.fragment or url.username:
        raise BadSetting(name, value, expected)
    return url


def mail(name: str) -> MailServer | None:
    """The mail server of an address; None when there is none.

    `smtp://user:password@host:587` speaks STARTTLS, and `?tls=none` leaves it out, for a server on the same
    machine. `smtps://user:password@host:465` is encrypted from its first byte.
    """
    value = secret(name)
    if not value:
        return None
    hidden = value.split(":", 1)[0] + ":…"  # an error message must not show the password
    expected = "smtp://user:password@host:587 or smtps://user:password@host:465"
    url = _split(name, value, expected, shown=hidden)
    if url.scheme not in {"smtp", "smtps"} or not url.hostname or url.path.strip("/") or url.fragment:
        raise BadSetting(name, hidden, expected)
    tls = _tls_word(name, url, hidden)
    return MailServer(
        host=url.hostname,
        port=url.port or {"implicit": 465, "starttls": 587, "none": 25}[tls],
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        starttls=tls == "starttls",
        implicit_tls=tls == "implicit",
    )


def mailbox(name: str) -> Mailbox | None:
    """The mailbox of an address; None when there is none.

    `imaps://user:password@host:993/INBOX` is encrypted from its first byte; `imap://…:143` speaks STARTTLS,
    and `?tls=none` leaves it out, for a server on the same machine.
    """
    value = secret(name)
    if not value:
        return None
    hidden = value.split(":", 1)[0] + ":…"  # an error message must not show the password
    expected = "imaps://user:password@host:993/INBOX"
    url = _split(name, value, expected, shown=hidden)
    if url.scheme not in {"imap", "imaps"} or not url.hostname or not url.username or url.fragment:
        raise BadSetting(name, hidden, expected)
    tls = _tls_word(name, url, hidden)
    return Mailbox(
        host=url.hostname,
        port=url.port or (993 if tls == "implicit" else 143),
        user=unquote(url.username),
        password=unquote(url.password or ""),
        tls=tls,
        folder=unquote(url.path.strip("/")) or "INBOX",
    )


def _tls_word(name: str, url: SplitResult, hidden: str) -> str:
    """What follows `?tls=`, or what the scheme means by itself."""
    try:
        query = dict(parse_qsl(url.query, strict_parsing=bool(url.query)))
    except ValueError as error:
        raise BadSetting(name, hidden, f"an address that can be read ({error})") from error
    tls = query.pop("tls", "implicit" if url.scheme.endswith("s") else "starttls")
    if query or tls not in TLS_WORDS[url.scheme]:
        allowed = " or ".join(f"?tls={word}" for word in sorted(TLS_WORDS[url.scheme]))
        raise BadSetting(name, hidden, f"nothing after the question mark but {allowed}")
    return tls


def sender(name: str, default: str) -> str:
    """Who mails are from: `runs@example.org` or `Second Wind <runs@example.org>`."""
    value = text(name)
    if not value:
        return default
    local, at, domain = parseaddr(value)[1].rpartition("@")
    if not (local and at and domain) or set(" \r\n") & set(local + domain):
        raise BadSetting(name, value, "an e-mail address such as Second Wind <runs@example.org>")
    return value


def database(name: str, default: Path) -> dict[str, Any]:
    """One entry of Django's DATABASES from an address; the SQLite file `default` when there is none.

    `postgres://user:password@host:port/name` takes libpq's words after a question mark (`?sslmode=require`),
    a socket folder as `?host=/run/postgresql`, and `?pool=8` for a pool of up to eight connections in each
    process. `sqlite:///relative.sqlite3` and `sqlite:////absolute.sqlite3` name another file.
    """
    value = secret(name)
    if not value:
        return _sqlite(default)
    hidden = value.split(":", 1)[0] + ":…"  # an error message must not show the password
    expected = "postgres://user:password@host:port/name or sqlite:///file"
    url = _split(name, value, expected, shown=hidden)
    if url.scheme in {"postgres", "postgresql"}:
        return _postgres(name, url, hidden)
    if url.scheme == "sqlite" and not url.netloc and len(url.path) > 1:
        return _sqlite(Path(unquote(url.path[1:])).absolute())
    raise BadSetting(name, hidden, expected)


def _sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        # A new connection reads the whole schema first, which costs more than the queries of a page.
        "CONN_MAX_AGE": KEPT_S,
        "OPTIONS": dict(SQLITE_OPTIONS),
    }


def _postgres(name: str, url: SplitResult, hidden: str) -> dict[str, Any]:
    try:
        query = dict(parse_qsl(url.query, strict_parsing=bool(url.query)))
        port = url.port
    except ValueError as error:
        raise BadSetting(name, hidden, f"an address that can be read ({error})") from error
    database_name = unquote(url.path[1:])
    if not database_name or "/" in database_name:
        raise BadSetting(name, hidden, "the name of one database at the end: postgres://user@host/name")
    host = query.pop("host", "") or unquote(url.hostname or "")
    options: dict[str, Any] = {}
    pool = query.pop("pool", "")
    if pool:
        options["pool"] = {"min_size": 1, "max_size": _whole_number(f"{name} ?pool", pool, 1, 100)}
    unknown = sorted(set(query) - POSTGRES_OPTIONS)
    if unknown:
        known = ", ".join(sorted(POSTGRES_OPTIONS | {"host", "pool"}))
        raise BadSetting(
            f"{name} ?{unknown[0]}", query[unknown[0]], f"only these after the question mark: {known}"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_name,
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 0 if pool else KEPT_S,  # a pool keeps connections itself
        "OPTIONS": options | query,
    }


def _split(name: str, value: str, expected: str, *, shown: str = "") -> SplitResult:
    try:
        url = urlsplit(value)
        _ = url.port  # raises on a port that is no number
    except ValueError as error:
        raise BadSetting(name, shown or value, expected) from error
    return url


def _whole_number(name: str, value: str, least: int, most: int) -> int:
    # int() would also take "1_000", "٣" and "+5"
    if value.isascii() and value.isdigit() and least <= int(value) <= most:
        return int(value)
    raise BadSetting(name, value, f"a whole number from {least} to {most}")
