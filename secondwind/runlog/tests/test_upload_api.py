"""For people who automate: files sent with a key, and a folder that is watched."""

import io
import os
import time
from pathlib import Path

import pytest
from django.test import Client

from secondwind.runlog import tasks
from secondwind.runlog.actions import tokens
from secondwind.runlog.errors import Refused
from secondwind.runlog.models import Batch, Run, UploadToken
from secondwind.running.tests.making import fit_file, fit_start, recording

pytestmark = pytest.mark.django_db
DATA = fit_file(recording(300))


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path_factory) -> None:
    settings.VAR_DIR = tmp_path_factory.mktemp("var")


def file(name: str, data: bytes = DATA) -> io.BytesIO:
    out = io.BytesIO(data)
    out.name = name
    return out


def with_key(key: str) -> Client:
    return Client(enforce_csrf_checks=True, headers={"authorization": f"Bearer {key}"})


# --- Keys --------------------------------------------------------------------------------------------------


def test_a_key_is_shown_once_and_only_its_digest_is_kept(alice, as_):
    client = as_(alice)
    page = client.post("/log/tokens/", {"name": "laptop"})
    key = page.context["key"]
    assert key in page.content.decode()
    assert "Content-Encoding" not in page.headers
    assert key not in client.get("/log/tokens/").content.decode()
    row = UploadToken.objects.get()
    assert key not in (row.hash, row.name)
    assert tokens.owner_of(key) == alice


def test_a_key_needs_a_name_and_there_are_only_so_many(alice, as_):
    assert as_(alice).post("/log/tokens/", {"name": "  "}).status_code == 422
    for n in range(tokens.MOST):
        tokens.make(alice, str(n))
    with pytest.raises(Refused, match="Revoke one"):
        tokens.make(alice, "one more")


def test_a_revoked_key_a_wrong_one_and_that_of_a_shut_account_open_nothing(alice, bob, as_):
    key = tokens.make(alice, "laptop")
    assert as_(bob).post(f"/log/tokens/{UploadToken.objects.get().pk}/revoke/").status_code == 404
    assert as_(alice).post(f"/log/tokens/{UploadToken.objects.get().pk}/revoke/").status_code == 303
    shut = tokens.make(bob, "laptop")
    bob.is_active = False
    bob.save()
    for wrong in (key, shut, "", "x"):
        response = with_key(wrong).post("/log/api/upload", {"a": file("a.fit")})
        assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
        assert "Authorization: Bearer" in response.json()["problem"]
    assert not Batch.objects.exists()


# --- Upload ------------------------------------------------------------------------------------------------


def test_a_program_sends_files_and_asks_how_it_went(alice, bob):
    client = with_key(tokens.make(alice, "laptop"))
    response = client.post("/log/api/upload", {"one": file("a.fit"), "two": file("b.fit", b"rubbish")})
    assert response.status_code == 202
    told = response.json()
    assert told["batches"][0]["batch"] == told["batch"]
    state = client.get(f"/log/api/batches/{told['batch']}").json()
    assert (state["state"], state["imported"], state["damaged"], state["read"]) == ("done", 1, 1, 2)
    assert state["problems"][0]["file"] == "b.fit"
    assert Run.objects.get().owner == alice
    other = with_key(tokens.make(bob, "laptop")).get(f"/log/api/batches/{told['batch']}")
    assert (other.status_code, other.json()) == (404, {"problem": "You have no such import."})


def test_a_session_opens_nothing_there(alice, as_):
    assert as_(alice).post("/log/api/upload", {"a": file("a.fit")}).status_code == 401
    assert as_(alice).get("/log/api/batches/1").status_code == 401


def test_nothing_and_too_much_are_sentences(alice, settings):
    client = with_key(tokens.make(alice, "laptop"))
    assert "at least one file" in client.post("/log/api/upload", {"a": "b"}).json()["problem"]
    settings.IMPORT_MOST_MB = 1
    response = client.post("/log/api/upload", {"a": file("a.zip", bytes(1_100_000))})
    assert (response.status_code, "1 MB" in response.json()["problem"]) == (413, True)


def test_requests_are_counted(alice, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.ACCOUNT_RATE_LIMITS = {"log_api": "3/m/key", "log_api_key": "2/m/ip"}
    client = with_key(tokens.make(alice, "laptop"))
    assert [client.post("/log/api/upload", {}).status_code for _ in range(4)] == [422, 422, 422, 429]
    stranger = with_key("wrong")
    assert [stranger.post("/log/api/upload", {}).status_code for _ in range(3)] == [401, 401, 429]


# --- The watched folder ------------------------------------------------------------------------------------


@pytest.fixture
def folder(settings, tmp_path: Path, alice) -> Path:
    settings.WATCH_DIR = tmp_path
    (tmp_path / "alice").mkdir()
    return tmp_path / "alice"


def put(path: Path, data: bytes = DATA, age_s: float = 60) -> Path:
    path.write_bytes(data)
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def names(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_what_is_put_into_the_folder_is_imported_and_put_away(folder, alice):
    put(folder / "run.fit")
    put(folder / "bad.fit", b"rubbish")
    put(folder / "course.fit", fit_start(kind=6).bytes())
    put(folder / "export.zip", b"PK and nothing")
    tasks.watch_folder()
    assert Run.objects.get().owner == alice
    tasks.watch_folder()
    assert names(folder) == [
        "done/run.fit",
        "refused/bad.fit",
        "refused/bad.fit.txt",
        "refused/course.fit",
        "refused/course.fit.txt",
        "refused/export.zip",
        "refused/export.zip.txt",
    ]
    assert "FIT header" in (folder / "refused" / "bad.fit.txt").read_text()
    assert "course" in (folder / "refused" / "course.fit.txt").read_text()

    put(folder / "run.fit")
    tasks.watch_folder()
    tasks.watch_folder()
    assert "done/run (2).fit" in names(folder)
    assert Run.objects.count() == 1


def test_a_file_that_may_still_grow_is_left_and_so_are_links_and_hidden_ones(folder, tmp_path):
    put(folder / "run.fit", age_s=1)
    put(folder / ".run.fit.part")
    (folder / "link.fit").symlink_to(put(tmp_path / "elsewhere.fit"))
    tasks.watch_folder()
    assert not Batch.objects.exists()
    assert "run.fit" in names(folder)


def test_a_folder_of_nobody_is_left_alone(folder, tmp_path):
    (tmp_path / "nobody").mkdir()
    put(tmp_path / "nobody" / "run.fit")
    tasks.watch_folder()
    assert not Batch.objects.exists()


def test_without_the_setting_nothing_is_watched(settings):
    settings.WATCH_DIR = None
    tasks.watch_folder()
