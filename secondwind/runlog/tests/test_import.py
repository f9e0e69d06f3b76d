"""Imports: everything in once, again nothing, killed and gone on with, paused, and its pages."""

import gzip
import io
import os
import subprocess
import sys
import time
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Sum
from django.test import override_settings
from django.utils import timezone

from secondwind.accounts import export
from secondwind.accounts.models import User
from secondwind.runlog import tasks, tracks
from secondwind.runlog.actions import imports
from secondwind.runlog.actions.undo import undo
from secondwind.runlog.errors import Refused
from secondwind.runlog.models import (
    Batch,
    BatchLine,
    BatchState,
    Original,
    Outcome,
    Run,
    Shoe,
    ShoeUse,
    SurfaceSource,
    Track,
)
from secondwind.runlog.tests import strava_export
from secondwind.runlog.uploads import Incoming, incoming_dir
from secondwind.running.tests.making import START, fit_file, fit_start, gpx_file, recording, tcx_file

RUN = recording(400)
SMALL: dict[str, Any] = {"fit": 20, "gpx": 8, "tcx": 3, "manual": 3, "twins": 3, "minutes": (5, 9)}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def strava(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, strava_export.Expected]:
    path = tmp_path_factory.mktemp("strava") / "export_1.zip"
    return path, strava_export.make(path, **SMALL)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path_factory) -> None:
    settings.VAR_DIR = tmp_path_factory.mktemp("var")


@pytest.fixture
def send(tmp_path: Path):
    """Import files given by name, or what lies at a path."""

    def send(owner: User, *paths: Path, **files: bytes) -> Batch:
        given = [Incoming(path.name, path) for path in paths]
        for name, data in files.items():
            path = tmp_path / name
            path.write_bytes(data)
            given.append(Incoming(name.replace("_", "."), path))
        batch = imports.begin(owner, given)[0]
        batch.refresh_from_db()
        return batch

    return send


def counts(batch: Batch) -> tuple[int, int, int, int]:
    batch.refresh_from_db()
    return batch.imported, batch.duplicates, batch.skipped, batch.damaged


# --- Nothing lost ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_a_strava_export_comes_in_whole_and_a_second_time_adds_nothing(alice, send, tmp_path, language):
    path = tmp_path / "export.zip"
    expected = strava_export.make(path, **SMALL, language=language)
    batch = send(alice, path)
    assert (batch.state, batch.kind) == (BatchState.DONE, "strava")
    assert counts(batch) == (expected.imported, expected.duplicates, 0, 0)
    runs = Run.objects.filter(owner=alice)
    assert runs.count() == expected.imported
    assert runs.aggregate(way=Sum("distance_m"))["way"] == pytest.approx(expected.distance_m, rel=0.003)
    assert Shoe.objects.filter(owner=alice).count() == expected.shoes
    assert Original.objects.filter(owner=alice).count() == expected.imported - SMALL["manual"]
    assert Track.objects.count() == expected.imported - SMALL["manual"]
    assert all(name.endswith("easy") for name in runs.values_list("name", flat=True))

    again = send(alice, path)
    assert counts(again) == (0, expected.imported + expected.duplicates, 0, 0)
    assert runs.count() == expected.imported
    assert not BatchLine.objects.filter(batch=again).exclude(merged={}).exists()
    assert ShoeUse.objects.count() == runs.filter(shoe_uses__isnull=False).count()


def test_a_run_has_its_figures_track_words_shoe_and_file(alice, send, strava):
    send(alice, strava[0])
    run = Run.objects.filter(owner=alice, external_id="strava:12100000005").get()
    assert (run.name, run.rpe, run.sport) == ("Run 5, easy", 6, "running")
    assert run.climb_m
    assert run.distance_m
    assert run.elapsed_s
    assert sum(one[2] for one in run.grades) == pytest.approx(run.distance_m, rel=0.01)
    assert len(run.splits) == int(run.distance_m // 1000)
    assert run.best_efforts["400"] == pytest.approx(400 / 2.9, rel=0.15)
    assert run.heart_rate_bpm == pytest.approx(145, abs=15)
    samples = tracks.unpacked(run.track.columns)
    assert len(samples) == run.elapsed_s + 1
    assert [use.share for use in run.shoe_uses.all()] == [1.0]
    kept = run.original
    assert kept is not None
    with kept.file.open("rb") as file:
        data = file.read()
    assert len(data) == kept.size
    assert gzip.decompress(data)


def test_gear_of_a_ride_makes_no_shoe(alice, send, strava):
    send(alice, strava[0])
    rides = Run.objects.filter(owner=alice, sport="cycling")
    assert rides.exists()
    assert not ShoeUse.objects.filter(run__in=rides).exists()
    assert not Shoe.objects.filter(name=strava_export.BIKE).exists()


def test_single_files_of_every_kind_come_in_as_one_import(alice, send):
    batch = send(
        alice,
        a_fit=fit_file(RUN),
        b_gpx=gpx_file(RUN, START + timedelta(days=1)),
        c_tcx=tcx_file(RUN, START + timedelta(days=2)),
        d_fit=fit_start(kind=2).bytes(),
        e_fit=b"rubbish",
    )
    assert counts(batch) == (3, 0, 1, 1)
    assert batch.name == "5 files"
    damaged = batch.lines.get(outcome=Outcome.DAMAGED)
    assert (damaged.name, "FIT header" in damaged.reason) == ("e.fit", True)
    assert batch.lines.get(outcome=Outcome.SKIPPED).reason == "settings"
    assert not batch.upload


def test_each_zip_is_an_import_of_its_own(alice, tmp_path, strava):
    loose = tmp_path / "a.fit"
    loose.write_bytes(fit_file(RUN))
    begun = imports.begin(alice, [Incoming("one.zip", strava[0]), Incoming("a.fit", loose)])
    assert [batch.name for batch in begun] == ["one.zip", "a.fit"]
    assert all(Batch.objects.get(pk=batch.pk).state == BatchState.DONE for batch in begun)


def test_the_local_day_is_that_of_the_file_else_of_the_place_else_of_home(make_user, send):
    anna = make_user("anna", time_zone="Europe/Berlin")
    late = START.replace(hour=22, minute=30)
    send(anna, a_gpx=gpx_file(RUN, late))  # 22:30 UTC is half past midnight there
    run = Run.objects.get(owner=anna)
    assert (run.day.day, run.offset_s) == (18, 7200)
    kiwi = make_user("kiwi", time_zone="Pacific/Auckland")
    send(kiwi, a_gpx=gpx_file(RUN, late))  # run in the Alps, in summer, far from home
    assert Run.objects.get(owner=kiwi).offset_s == 7200
    send(kiwi, b_fit=fit_file(RUN, start=int(late.timestamp()) - 631_065_600 + 86_400))
    assert Run.objects.get(owner=kiwi, original__name="b.fit").offset_s == 7200  # as the file says


def test_a_file_without_a_date_is_kept_and_asks_for_it(alice, send):
    points = "".join(f'<trkpt lat="{46 + n / 1e4}" lon="7.6"><ele>500</ele></trkpt>' for n in range(100))
    plan = f'<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{points}</trkseg></trk></gpx>'
    batch = send(alice, a_gpx=plan.encode())
    assert counts(batch) == (1, 0, 0, 0)
    run = Run.objects.get(owner=alice)
    assert "Set its true start" in run.warnings[-1]
    assert "Set its true start" in batch.lines.get().reason
    assert counts(send(alice, b_gpx=plan.encode())) == (0, 1, 0, 0)


def test_words_that_a_database_refuses_do_not_stop_an_import(alice, send):
    data = gpx_file(RUN).replace(b"<name>Morning Run", "<name>Morgen\ufffe 🏃".encode())
    assert counts(send(alice, a_gpx=data))[0] == 1


def test_a_file_that_is_no_archive_fails_with_a_sentence(alice, send):
    batch = send(alice, a_zip=b"PK\x03\x04 and nothing more")
    assert batch.state == BatchState.FAILED
    assert "damaged or breaks off" in batch.problem
    assert not batch.upload


def test_nothing_to_import_is_refused(alice, send):
    with pytest.raises(Refused, match="at least one file"):
        send(alice, a_fit=b"")


def test_a_logs_own_export_comes_in_whole_and_is_taken_back(alice, bob, send, strava, tmp_path):
    send(alice, strava[0])
    Run.objects.filter(owner=alice, sport="running").update(notes="felt good", feeling=4)
    own = tmp_path / "own.zip"
    with export.archive(alice) as file:
        own.write_bytes(file.read())
    batch = send(bob, own)
    assert (batch.state, batch.kind) == (BatchState.DONE, "log")
    assert counts(batch) == (strava[1].imported, 0, 0, 0)
    values = ("start", "day", "name", "notes", "feeling", "distance_m", "climb_m", "grades", "best_efforts")
    assert list(Run.objects.filter(owner=bob).values(*values)) == list(
        Run.objects.filter(owner=alice).values(*values)
    )
    assert Shoe.objects.filter(owner=bob).count() == strava[1].shoes
    assert counts(send(bob, own))[:2] == (0, strava[1].imported)
    undo(batch, edited="remove")
    for model in (Run, Original, Shoe):
        assert not model.objects.filter(owner=bob).exists()


# --- Surface -----------------------------------------------------------------------------------------------


def test_the_surface_is_the_devices_else_that_of_the_route_else_the_shoes(alice, send, a_shoe):
    def day(days: int) -> int:
        return int(START.timestamp()) - 631_065_600 + days * 86_400

    send(alice, a_fit=fit_file(recording(900), start=day(0)), b_fit=fit_file(RUN, start=day(1), sub=3))
    first, trail = Run.objects.filter(owner=alice).order_by("start")
    assert (trail.surface, trail.surface_source) == ("trail", SurfaceSource.DEVICE)
    assert first.surface == ""
    Run.objects.filter(pk=first.pk).update(surface="gravel", surface_source=SurfaceSource.OWNER)
    send(alice, c_fit=fit_file(recording(900), start=day(3)), d_fit=fit_file(recording(900, 5), start=day(4)))
    same, other = Run.objects.filter(owner=alice).order_by("start")[2:]
    assert (same.surface, same.surface_source) == ("gravel", SurfaceSource.ROUTE)
    assert (other.surface, other.route_key == first.route_key) == ("", False)


# --- Killed, paused, one after the other -------------------------------------------------------------------

WORKER = """
import os, sys
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.MEDIA_ROOT = sys.argv[3]
from secondwind.runlog.actions import imports
saved = imports._saved
def slow(batch, entries, bikes):
    result = saved(batch, entries, bikes)
    if result.position >= 8 and len(sys.argv) > 4:
        os.kill(os.getpid(), 9)  # in the middle of a transaction
    return result
imports._saved = slow
imports.SAVE_EVERY = 4
imports.work(int(sys.argv[2]))
"""


def work_elsewhere(batch: Batch, media: Path, *, die: bool) -> int:
    """Work on a batch in another process, which kills itself in the middle when told to; its end."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "secondwind.runlog.tests.on_disk"}
    name = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-c", WORKER, name, str(batch.pk), str(media), *(["die"] if die else [])]
    return subprocess.run(command, env=env, check=False, timeout=120).returncode


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_goes_on_without_loss_or_double(alice, strava, tmp_path):
    with override_settings(
        MEDIA_ROOT=tmp_path / "media",
        STORAGES={"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}},
        TASKS={"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}},
    ):
        batch = imports.begin(alice, [Incoming("export.zip", strava[0])])[0]
        assert work_elsewhere(batch, tmp_path / "media", die=True) == -9
        batch.refresh_from_db()
        assert batch.state == BatchState.RUNNING
        # What is saved at once is a matter of entries and of seconds; that it is whole is not.
        assert 0 < batch.position == Run.objects.count() < batch.total

        imports.take_up_again()
        batch.refresh_from_db()
        assert batch.state == BatchState.RUNNING  # it may still live
        Batch.objects.update(beat_at=timezone.now() - timedelta(minutes=3))
        imports.take_up_again()
        assert work_elsewhere(batch, tmp_path / "media", die=False) == 0
        batch.refresh_from_db()
        assert batch.state == BatchState.DONE
        assert counts(batch)[:2] == (strava[1].imported, strava[1].duplicates)
        assert Run.objects.count() == strava[1].imported
        assert len(set(batch.lines.values_list("index", flat=True))) == batch.total == batch.lines.count()
        files = [path for path in (tmp_path / "media" / "originals").rglob("*") if path.is_file()]
        assert len(files) == Original.objects.count()


@pytest.fixture
def by_hand(settings):
    """Imports wait until the test works on them."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def test_paused_it_stops_and_goes_on_where_it_was(alice, strava, by_hand, monkeypatch):
    batch = imports.begin(alice, [Incoming("export.zip", strava[0])])[0]
    monkeypatch.setattr(imports, "SAVE_EVERY", 5)
    seen = []

    def pause_soon(*args):
        seen.append(args)
        if len(seen) == 2:
            imports.pause(batch)
        return save(*args)

    save = imports._save
    monkeypatch.setattr(imports, "_save", pause_soon)
    imports.work(batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.PAUSED
    assert batch.position == batch.lines.count() == Run.objects.count() <= 5
    imports.work(batch.pk)
    assert Batch.objects.get(pk=batch.pk).state == BatchState.PAUSED
    with pytest.raises(Refused):
        imports.pause(batch)
    imports.go_on(batch)
    imports.work(batch.pk)
    assert counts(batch)[:2] == (strava[1].imported, strava[1].duplicates)


def test_a_slice_ends_and_the_next_goes_on(alice, strava, by_hand):
    batch = imports.begin(alice, [Incoming("export.zip", strava[0])])[0]
    rounds = 0
    while Batch.objects.get(pk=batch.pk).state != BatchState.DONE:
        imports.work(batch.pk, most_s=0.0)
        rounds += 1
        assert rounds < 60
    assert rounds > 2
    assert counts(batch)[:2] == (strava[1].imported, strava[1].duplicates)


def test_two_imports_of_one_owner_do_not_run_at_once_and_those_of_two_do(alice, bob, strava, by_hand):
    first, second = (imports.begin(alice, [Incoming("a.zip", strava[0])])[0] for _ in range(2))
    other = imports.begin(bob, [Incoming("a.zip", strava[0])])[0]
    assert imports._claimed(first.pk)
    assert imports._claimed(second.pk) is None
    assert imports._claimed(other.pk)


def test_a_waiting_import_that_was_forgotten_is_taken_up(alice, strava, by_hand, settings):
    batch = imports.begin(alice, [Incoming("a.zip", strava[0])])[0]
    Batch.objects.update(made_at=timezone.now() - timedelta(minutes=5))
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    tasks.take_up_imports()
    assert Batch.objects.get(pk=batch.pk).state == BatchState.DONE


def test_one_entry_that_cannot_be_saved_does_not_stop_the_rest(alice, strava, monkeypatch, send):
    from secondwind.runlog.actions import keep

    kept = keep._run_of

    def odd(owner, measured, facts):
        if facts and facts.id.endswith("7"):
            raise KeyError("an error of ours")
        return kept(owner, measured, facts)

    monkeypatch.setattr(keep, "_run_of", odd)
    batch = send(alice, strava[0])
    assert batch.state == BatchState.DONE
    damaged = batch.lines.filter(outcome=Outcome.DAMAGED)
    assert damaged.count() > 1
    assert all("error of this site" in line.reason for line in damaged)
    assert sum(counts(batch)) == batch.total


# --- Pages -------------------------------------------------------------------------------------------------


def uploaded(name: str, data: bytes) -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = name
    return file


def test_the_page_takes_files_and_leads_to_the_report(alice, as_):
    client = as_(alice)
    files = [uploaded("a.fit", fit_file(RUN)), uploaded("b.fit", b"rubbish")]
    response = client.post("/log/import/", {"files": files})
    assert response.status_code == 303
    page = client.get(response.url).content.decode()
    assert "What became of each" in page
    assert "FIT header" in page
    assert "Damaged (1)" in page
    assert "Morning run</a>" in client.get(response.url + "?outcome=imported").content.decode()
    assert "a.fit" in client.get("/log/import/files/").content.decode()
    assert not list((incoming_dir()).iterdir())


def test_the_form_needs_its_token(alice):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(alice, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.post("/log/import/", {"files": [uploaded("a.fit", fit_file(RUN))]}).status_code == 403
    assert not Batch.objects.exists()


def test_what_is_too_large_is_refused_with_a_sentence_and_nothing_is_left(alice, as_, settings):
    settings.IMPORT_MOST_MB = 1
    response = as_(alice).post("/log/import/", {"files": [uploaded("a.zip", b"PK" + bytes(1_500_000))]})
    assert response.status_code == 413
    assert "more than 1 MB" in response.content.decode()
    assert not Batch.objects.exists()
    assert not list(incoming_dir().iterdir())


def test_no_file_is_a_sentence(alice, as_):
    response = as_(alice).post("/log/import/", {})
    assert response.status_code == 422
    assert "at least one file" in response.content.decode()


def test_another_ones_import_file_and_key_are_not_there(alice, bob, mia, as_, send):
    batch = send(alice, a_fit=fit_file(RUN))
    original = Original.objects.get()
    for viewer in (bob, mia):
        client = as_(viewer)
        for address in (f"{batch.pk}/", f"{batch.pk}/progress/", f"files/{original.pk}/"):
            assert client.get(f"/log/import/{address}").status_code == 404
        for address in ("pause", "go-on", "undo"):
            assert client.post(f"/log/import/{batch.pk}/{address}/").status_code == 404
        assert client.post(f"/log/import/files/{original.pk}/delete/").status_code == 404
    assert as_(alice).get(f"/log/import/files/{original.pk}/").status_code == 200
    assert client.get("/log/import/").status_code == 200


def test_nobody_else_comes_in(client):
    assert client.get("/log/import/").status_code == 302
    assert client.post("/log/import/").status_code == 302


def test_a_file_may_be_deleted_and_its_run_stays(alice, as_, send, django_capture_on_commit_callbacks):
    send(alice, a_fit=fit_file(RUN))
    original = Original.objects.get()
    name = str(original.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        assert as_(alice).post(f"/log/import/files/{original.pk}/delete/").status_code == 303
    assert not default_storage.exists(name)
    assert Run.objects.get().original is None


def test_progress_is_shown_while_it_goes_and_the_page_is_loaded_anew_at_its_end(alice, as_, strava, by_hand):
    batch = imports.begin(alice, [Incoming("a.zip", strava[0])])[0]
    address = f"/log/import/{batch.pk}/"
    assert 'hx-trigger="every 1s"' in as_(alice).get(address).content.decode()
    Batch.objects.update(state=BatchState.RUNNING, position=7, total=34, imported=6)
    assert "7 of 34 things read" in as_(alice).get(address + "progress/").content.decode()
    assert as_(alice).post(address + "pause/").status_code == 303
    assert as_(alice).get(address + "progress/")["HX-Refresh"] == "true"
    assert "Go on" in as_(alice).get(address).content.decode()


def test_the_report_of_a_large_import_is_cheap(alice, as_, django_assert_max_num_queries):
    batch = Batch.objects.create(
        owner=alice, name="g", state=BatchState.DONE, made_at=timezone.now(), skipped=7000
    )
    BatchLine.objects.bulk_create(
        BatchLine(batch=batch, index=n, name=f"{n}.fit", outcome=Outcome.SKIPPED, reason="monitoring")
        for n in range(7000)
    )
    client = as_(alice)
    with django_assert_max_num_queries(12):
        page = client.get(f"/log/import/{batch.pk}/?page=3").content
    assert b"7,000 monitoring" in page
    assert len(page) < 60_000


def test_reading_goes_on_behind_a_file_that_ends_the_reader(tmp_path, monkeypatch):
    from secondwind.runlog.reader import Opened, Read, Reading

    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(4):
            archive.writestr(f"{n}.fit", fit_file(recording(60 + n)))
    with Reading(path) as reading:
        found = []
        for message in reading.messages(5):
            if isinstance(message, Opened) or (isinstance(message, Read) and message.index == 0):
                time.sleep(0.2)
                assert reading._process
                reading._process.kill()  # as the kernel does when memory is short
            if isinstance(message, Read):
                found.append((message.index, bool(message.damaged)))
    assert [index for index, _ in found] == [0, 1, 2, 3]
    assert sum(damaged for _, damaged in found) <= 1
