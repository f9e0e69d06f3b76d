"""Runs sent by a program."""

import io

import pytest

from secondwind.runlog.models import Batch, Run
from secondwind.running.tests.making import fit_file, recording

DATA = fit_file(recording(300))


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path_factory) -> None:
    settings.VAR_DIR = tmp_path_factory.mktemp("var")


def file(name: str, data: bytes = DATA) -> io.BytesIO:
    out = io.BytesIO(data)
    out.name = name
    return out


def test_a_program_sends_files_and_asks_how_it_went(as_token, alice, bob):
    program = as_token(alice, "runs:write")
    answer = program.post("/api/v1/imports", {"one": file("a.fit"), "two": file("b.fit", b"rubbish")})
    assert answer.status_code == 202
    (told,) = answer.json()["items"]
    assert answer["Location"] == f"/api/v1/imports/{told['id']}"
    state = program.get(told["address"]).json()
    assert (state["state"], state["imported"], state["damaged"], state["read"]) == ("done", 1, 1, 2)
    assert state["damaged_files"][0]["file"] == "b.fit"
    assert Run.objects.get().owner == alice
    assert as_token(bob, "runs:write").get(told["address"]).status_code == 404


def test_nothing_and_too_much_are_sentences(as_token, alice, settings):
    program = as_token(alice, "runs:write")
    nothing = program.post("/api/v1/imports", {"a": "b"})
    assert (nothing.status_code, "at least one file" in nothing.json()["detail"]) == (422, True)
    assert program.post("/api/v1/imports", {"a": 1}, "application/json").status_code == 422
    settings.IMPORT_MOST_MB = 1
    answer = program.post("/api/v1/imports", {"a": file("a.zip", bytes(1_100_000))})
    assert (answer.status_code, "1 MB" in answer.json()["detail"]) == (413, True)


def test_nobodys_files_are_not_even_read(client, as_token, alice):
    assert client.post("/api/v1/imports", {"a": file("a.fit")}).status_code == 401
    assert as_token(alice, "read", "write").post("/api/v1/imports", {"a": file("a.fit")}).status_code == 403
    assert not Batch.objects.exists()


def test_a_key_of_before_goes_on_opening_the_log(alice, django_db_blocker):
    from hashlib import sha256
    from importlib import import_module
    from types import SimpleNamespace

    from django.utils import timezone

    from secondwind.accounts import tokens
    from secondwind.accounts.models import AccessToken

    key = SimpleNamespace(
        owner_id=alice.pk,
        name="laptop",
        hash=sha256(b"swlog_key").hexdigest(),
        made_at=timezone.now(),
        used_at=None,
    )
    keys = SimpleNamespace(
        objects=SimpleNamespace(order_by=lambda _: SimpleNamespace(iterator=lambda: [key]))
    )
    apps = SimpleNamespace(get_model=lambda app, name: AccessToken if app == "accounts" else keys)
    import_module("secondwind.runlog.migrations.0004_tokens_are_of_accounts").hand_over(apps, None)
    found = tokens.opened_by("swlog_key")
    assert found is not None
    assert found.scopes == ["runs:write"]
