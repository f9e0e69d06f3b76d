"""Taking one's data along."""

import io
import json
import zipfile

import pytest

from secondwind.accounts import export
from secondwind.accounts.models import User


@pytest.fixture
def rooms(monkeypatch):
    """What rooms have registered, to be added to; it is as before after the test."""
    monkeypatch.setattr(export, "_rooms", dict(export._rooms))
    return export.register


def opened(answer):
    """The archive that was sent."""
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_the_archive_holds_what_each_room_has(at_home, rooms):
    def collect(user):
        yield "runs.json", [{"km": 12.5, "by": user.username}]
        yield "files/12.fit", b"\x0e\x10"
        yield "files/13.gpx", io.BytesIO(b"<gpx/>")

    rooms("log", collect, "Your runs.")
    answer = at_home.post("/account/data/")
    archive = opened(answer)

    assert answer["Content-Disposition"].startswith('attachment; filename="second-wind-hilltop-')
    assert json.loads(archive.read("log/runs.json")) == [{"km": 12.5, "by": "hilltop"}]
    assert archive.read("log/files/12.fit") == b"\x0e\x10"
    assert archive.read("log/files/13.gpx") == b"<gpx/>"
    readme = archive.read("README.txt").decode()
    assert all(name in readme for name in archive.namelist() if name != "README.txt")
    assert "Your runs." in readme


def test_it_holds_the_whole_account_but_no_secret(at_home, member):
    archive = opened(at_home.post("/account/data/"))
    account = json.loads(archive.read("account/account.json"))
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()

    fields = {field.name for field in User._meta.concrete_fields}
    assert set(account) == fields - {"password", "username_key"}
    assert account["email"] == member.email
    assert json.loads(archive.read("account/emails.json"))[0]["verified"]
    assert len(json.loads(archive.read("account/sign_ins.json"))) == 1
    assert member.password not in everything
    assert at_home.session.session_key not in everything


def test_the_secret_of_an_app_stays_out(member):
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(member, "SECRETSECRETSECRET")
    with export.archive(member) as file, zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read("account/second_steps.json"))[0]["type"] == "totp"
        assert b"SECRETSECRET" not in b"".join(archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize("name", ["../other/x", "/etc/passwd", "a/../../b", "", "a\\b"])
def test_no_file_stands_outside_its_room(member, rooms, name):
    rooms("log", lambda user: [(name, b"")])

    with pytest.raises(ValueError, match="within the folder"):
        export.archive(member)


def test_no_file_is_written_over_another(member, rooms):
    rooms("log", lambda user: [("a.json", 1), ("a.json", 2)])

    with pytest.raises(ValueError, match="two files"):
        export.archive(member)


def test_a_large_archive_is_not_held_in_memory(member, rooms):
    rooms("log", lambda user: ((f"{i}.bin", random_bytes(i)) for i in range(12)))

    with export.archive(member) as archive:
        assert vars(archive)["_rolled"]  # tempfile's own sign that it is on disk


def random_bytes(seed):
    import random

    return random.Random(seed).randbytes(200_000)


def test_it_is_asked_once_more_who_sits_there(sign_in, member):
    answer = sign_in(member).post("/account/data/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/reauthenticate/")


def test_it_is_made_six_times_an_hour_at_most(at_home, counting):
    codes = []
    for _ in range(7):
        answer = at_home.post("/account/data/")
        codes.append(answer.status_code)
        if answer.streaming:
            opened(answer).close()

    assert codes == [200] * 6 + [429]
