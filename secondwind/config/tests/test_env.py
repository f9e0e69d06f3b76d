"""A setting that cannot be used is refused by name, with its value and what would do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from secondwind.config import env
from secondwind.config.env import BadSetting

Setenv = Callable[[str], None]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Setenv:
    """Set the variable SETTING."""
    return lambda value: monkeypatch.setenv("SETTING", value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1", True), ("Yes", True), (" on ", True), ("0", False), ("FALSE", False), ("", True)],
)
def test_a_flag_is_read_in_the_usual_words(given: Setenv, written: str, meant: bool) -> None:
    given(written)
    assert env.flag("SETTING", default=True) is meant


def test_a_flag_in_other_words_is_refused(given: Setenv) -> None:
    given("maybe")
    with pytest.raises(BadSetting, match="SETTING='maybe'.* yes or no"):
        env.flag("SETTING", default=False)


def test_an_unset_variable_has_its_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SETTING", raising=False)
    assert env.text("SETTING", default="as it was") == "as it was"
    assert env.whole_number("SETTING", default=3, least=1, most=9) == 3
    assert env.words("SETTING", default=["a", "b"]) == ["a", "b"]
    assert env.path("SETTING", default=tmp_path) == tmp_path
    assert env.secret("SETTING") == ""
    assert env.site_url("SETTING") is None


@pytest.mark.parametrize("written", ["0", "10", "five", "1_0", "٣", "-1", "2.0"])
def test_a_number_out_of_bounds_or_in_another_spelling_is_refused(given: Setenv, written: str) -> None:
    given(written)
    with pytest.raises(BadSetting, match="SETTING=.* a whole number from 1 to 9"):
        env.whole_number("SETTING", default=3, least=1, most=9)


def test_a_choice_that_is_not_offered_is_refused_with_those_that_are(given: Setenv) -> None:
    given("LOUD")
    with pytest.raises(BadSetting, match="one of INFO, ERROR"):
        env.text("SETTING", default="INFO", choices=["INFO", "ERROR"])


def test_a_list_is_split_at_its_commas(given: Setenv) -> None:
    given("run.example.org, ,10.0.0.7 ")
    assert env.words("SETTING") == ["run.example.org", "10.0.0.7"]


def test_a_path_is_absolute_and_knows_the_home_folder(
    given: Setenv, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    given("~/data")
    assert env.path("SETTING", default=Path("var")) == tmp_path / "data"


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("kept apart\n", encoding="utf-8")
    monkeypatch.setenv("SETTING_FILE", str(tmp_path / "key"))
    assert env.secret("SETTING") == "kept apart"


def test_a_secret_file_that_is_missing_or_empty_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SETTING_FILE", str(tmp_path / "none"))
    with pytest.raises(BadSetting, match="SETTING_FILE=.*can be read"):
        env.secret("SETTING")
    (tmp_path / "none").touch()
    with pytest.raises(BadSetting, match="SETTING_FILE=.*something in it"):
        env.secret("SETTING")


def test_a_secret_given_twice_is_refused_without_showing_it(
    given: Setenv, monkeypatch: pytest.MonkeyPatch
) -> None:
    given("hush")
    monkeypatch.setenv("SETTING_FILE", "somewhere")
    with pytest.raises(BadSetting, match="SETTING_FILE='somewhere'") as refusal:
        env.secret("SETTING")
    assert "hush" not in str(refusal.value)


def test_the_sites_address_is_split(given: Setenv) -> None:
    given("https://run.example.org:8443/")
    url = env.site_url("SETTING")
    assert url is not None
    assert (url.scheme, url.hostname, url.port) == ("https", "run.example.org", 8443)


@pytest.mark.parametrize(
    "written",
    ["run.example.org", "ftp://run.example.org", "https://run.example.org/club", "https://", "http://h:port",
     "https://me@run.example.org", "https://run.example.org/?a=b"],
)  # fmt: skip
def test_an_address_that_is_not_a_whole_site_is_refused(given: Setenv, written: str) -> None:
    given(written)
    with pytest.raises(BadSetting, match="SETTING=.*such as https://running.example.org"):
        env.site_url("SETTING")


def test_no_database_url_means_the_sqlite_file_with_safe_concurrent_writes(tmp_path: Path) -> None:
    entry = env.database("UNSET", default=tmp_path / "site.sqlite3")
    assert entry["ENGINE"] == "django.db.backends.sqlite3"
    assert entry["NAME"] == tmp_path / "site.sqlite3"
    assert entry["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_sqlite_address_names_another_file(given: Setenv) -> None:
    given("sqlite:////srv/second%20wind.sqlite3")
    assert env.database("SETTING", default=Path("x"))["NAME"] == Path("/srv/second wind.sqlite3")
    given("sqlite:///here.sqlite3")
    assert env.database("SETTING", default=Path("x"))["NAME"] == Path.cwd() / "here.sqlite3"


def test_a_postgres_address_is_taken_apart(given: Setenv) -> None:
    given("postgres://run%40club:p%2Fw@db.example.org:5433/second?sslmode=require&connect_timeout=5")
    entry = env.database("SETTING", default=Path("x"))
    assert entry["ENGINE"] == "django.db.backends.postgresql"
    assert (entry["USER"], entry["PASSWORD"]) == ("run@club", "p/w")
    assert (entry["HOST"], entry["PORT"], entry["NAME"]) == ("db.example.org", "5433", "second")
    assert entry["OPTIONS"] == {"sslmode": "require", "connect_timeout": "5"}
    assert entry["CONN_MAX_AGE"] == 60


def test_a_postgres_socket_folder_is_the_host(given: Setenv) -> None:
    given("postgresql:///second?host=/run/postgresql")
    entry = env.database("SETTING", default=Path("x"))
    assert (entry["HOST"], entry["PORT"], entry["USER"]) == ("/run/postgresql", "", "")


def test_a_pool_keeps_the_connections_instead_of_each_thread(given: Setenv) -> None:
    given("postgres://db/second?pool=8")
    entry = env.database("SETTING", default=Path("x"))
    assert entry["OPTIONS"]["pool"] == {"min_size": 1, "max_size": 8}
    assert entry["CONN_MAX_AGE"] == 0  # Django refuses a pool together with kept connections


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("mysql://root:hush@db/second", "postgres://user"),
        ("postgres://me:hush@db", "name of one database"),
        ("postgres://me:hush@db/a/b", "name of one database"),
        ("postgres://me:hush@db:port/second", "postgres://user"),
        ("postgres://me:hush@db/second?sslmod=require", "sslmod='require'.*sslmode"),
        ("postgres://me:hush@db/second?sslmode", "can be read"),
        ("postgres://me:hush@db/second?pool=many", "pool='many'.*whole number"),
        ("sqlite://", "sqlite:///file"),
        ("me:hush@db/second", "postgres://user"),
    ],
)
def test_a_database_address_that_cannot_be_used_is_refused_without_its_password(
    given: Setenv, written: str, why: str
) -> None:
    given(written)
    with pytest.raises(BadSetting, match=f"SETTING.*{why}") as refusal:
        env.database("SETTING", default=Path("x"))
    assert "hush" not in str(refusal.value)


# --- Mail -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("smtp://me:hush@mail:2525", env.MailServer("mail", 2525, "me", "hush", True, False)),
        ("smtp://mail?tls=starttls", env.MailServer("mail", 587, "", "", True, False)),
        ("smtp://localhost?tls=none", env.MailServer("localhost", 25, "", "", False, False)),
        ("smtps://me%40home:h%2Fush@mail", env.MailServer("mail", 465, "me@home", "h/ush", False, True)),
    ],
)
def test_a_mail_server_is_read_from_one_address(given: Setenv, written: str, meant: env.MailServer) -> None:
    given(written)
    assert env.mail("SETTING") == meant


def test_without_an_address_there_is_no_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SETTING", raising=False)
    assert env.mail("SETTING") is None
    assert env.sender("SETTING", default="") == ""


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("imap://me:hush@mail", "smtp://user"),
        ("smtp://", "smtp://user"),
        ("smtp://me:hush@mail:port", "smtp://user"),
        ("smtp://me:hush@mail/folder", "smtp://user"),
        ("smtp://me:hush@mail?tls=maybe", r"\?tls=none or \?tls=starttls"),
        ("smtps://me:hush@mail?tls=none", r"nothing .* but \?tls=implicit"),
        ("smtp://me:hush@mail?timeout=3", "nothing after"),
        ("smtp://me:hush@mail?tls", "can be read"),
    ],
)
def test_a_mail_address_that_cannot_be_used_is_refused_without_its_password(
    given: Setenv, written: str, why: str
) -> None:
    given(written)
    with pytest.raises(BadSetting, match=f"SETTING.*{why}") as refusal:
        env.mail("SETTING")
    assert "hush" not in str(refusal.value)


@pytest.mark.parametrize("written", ["runs@example.org", "Second Wind <runs@example.org>"])
def test_a_sender_is_an_address_with_or_without_a_name(given: Setenv, written: str) -> None:
    given(written)
    assert env.sender("SETTING", default="") == written


@pytest.mark.parametrize("written", ["Second Wind", "runs@", "@example.org", "Second Wind <runs>"])
def test_a_sender_that_is_no_address_is_refused(given: Setenv, written: str) -> None:
    given(written)
    with pytest.raises(BadSetting, match="SETTING.*an e-mail address"):
        env.sender("SETTING", default="")


@pytest.mark.parametrize(("value", "port", "tls", "folder"), [
    ("imaps://re%40x:pa%2Fss@mail.example.org", 993, "implicit", "INBOX"),
    ("imaps://re%40x:pa%2Fss@mail.example.org:9993/Replies", 9993, "implicit", "Replies"),
    ("imap://re%40x:pa%2Fss@mail.example.org/", 143, "starttls", "INBOX"),
    ("imap://re%40x:pa%2Fss@mail.example.org?tls=none", 143, "none", "INBOX"),
])  # fmt: skip
def test_a_mailbox_says_where_it_is_and_how_it_is_kept_secret(monkeypatch, value, port, tls, folder):
    monkeypatch.setenv("REPLY_MAILBOX_URL", value)
    assert env.mailbox("REPLY_MAILBOX_URL") == ("mail.example.org", port, "re@x", "pa/ss", tls, folder)


@pytest.mark.parametrize("value", [
    "smtps://a:secret@h", "imaps://mail.example.org", "imap://a:secret@h?tls=maybe", "imaps://a:secret@h#x",
])  # fmt: skip
def test_a_mailbox_that_cannot_be_used_is_refused_without_its_password(monkeypatch, value):
    monkeypatch.setenv("REPLY_MAILBOX_URL", value)
    with pytest.raises(env.BadSetting) as caught:
        env.mailbox("REPLY_MAILBOX_URL")
    assert "secret" not in str(caught.value).replace("REPLY_MAILBOX_URL", "")
