"""A log goes out whole, comes back whole, and leaves nothing behind when its owner goes."""

import io
import json
import struct
import zipfile
import zlib
from datetime import UTC, date, datetime
from hashlib import sha256

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from secondwind.accounts import erasure, export
from secondwind.runlog import tracks
from secondwind.runlog.actions import restore
from secondwind.runlog.actions import shoes as shoe_actions
from secondwind.runlog.models import (
    Batch,
    Original,
    Run,
    Share,
    Shoe,
    ShoeUse,
    SurfacePart,
    Track,
    Zone,
)
from secondwind.running.activity import Samples

NOW = datetime(2026, 3, 14, 8, 0, 0, 123456, tzinfo=UTC)
FIT = b"\x0e\x10 not a real FIT file \x00\xff" * 40


def photo():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "darkgreen").save(out, "JPEG")
    out.seek(0)
    return out


@pytest.fixture
def full_log(alice, a_run):
    """A log that has something of everything."""
    trail = shoe_actions.keep(
        Shoe(owner=alice, name="Trail", note="wide", before_m=12_345.678, default_for="trail"),
        photo=shoe_actions.new_photo(photo()),
    )
    road = Shoe.objects.create(owner=alice, name="Road", retired_on=date(2026, 1, 2), why_retired="flat")
    batch = Batch.objects.create(owner=alice, name="export.zip", kind="strava", made_at=NOW)
    original = Original(owner=alice, name="morning run?.fit", sha256=sha256(FIT).hexdigest(), size=len(FIT))
    original.file.save("a.fit", ContentFile(FIT))
    samples = Samples(
        time_s=np.arange(50.0), lat_deg=np.linspace(47, 47.01, 50), lon_deg=np.linspace(8, 8.01, 50)
    )
    run = a_run(
        alice, date(2026, 3, 12), start=datetime(2026, 3, 12, 5, 30, 17, 123456, tzinfo=UTC), offset_s=3600,
        name="Ridge “loop”", notes="Left calf.\n\nGone after km 6 ☂", distance_m=10_123.456789012345,
        elapsed_s=3723.75, moving_s=3600.2, climb_m=212.3, descent_m=208.9, heart_rate_bpm=148.6, rpe=7,
        feeling=4, weather="sleet", switchbacks=12, turns=40, heading_change_deg=5012.3, part=2,
        flat_equivalent_m=11_900.1, steep_descent_m=310.0, splits=[360.1, 355.2],
        grades=[[None, -0.02, 900.5], [-0.02, None, 9000.0]], laps=[[0, 300.5, 1000], [300, None, None]],
        best_efforts={"1000": 250.5, "1609.344": 420.25}, warnings=["The clock jumped once."],
        surface="trail", surface_source="owner", route_key="k1", sub_sport="trail", device="Watch 5",
        external_id="strava:12", has_track=True, edited_at=NOW, original=original, batch=batch,
    )  # fmt: skip
    Track.objects.create(run=run, columns=tracks.packed(samples))
    SurfacePart.objects.create(run=run, surface="trail", share=0.7)
    SurfacePart.objects.create(run=run, surface="road", share=0.30000000000000004)
    ShoeUse.objects.create(run=run, shoe=trail, share=2 / 3)
    ShoeUse.objects.create(run=run, shoe=road, share=1 / 3)
    for distance in (5000.0, 5000.0, 8000.0):  # two alike on one day, typed without an hour
        a_run(alice, date(2026, 3, 13), distance_m=distance)
    a_run(alice, date(2026, 3, 13), sport="cycling", distance_m=30_000.0)
    Zone.objects.create(owner=alice, name="Home", lat_deg=47.000001, lon_deg=8.1, radius_m=450)
    Share.objects.create(run=run, shared_at=NOW)
    return run


def taken(user):
    """The archive of somebody, as they save it."""
    with export.archive(user) as file:
        return io.BytesIO(file.read())


def state(user):
    """All that a log says, without the numbers that rows have in one database only."""
    skip = {"id", "owner_id", "batch_id", "original_id"}
    runs = []
    for run in Run.objects.filter(owner=user).order_by("start", "distance_m", "sport"):
        values = {k: v for k, v in Run.objects.filter(pk=run.pk).values().get().items() if k not in skip}
        values["surfaces"] = sorted(run.surface_parts.values_list("surface", "share"))
        values["shoes"] = sorted(run.shoe_uses.values_list("shoe__name", "share"))
        values["track"] = bytes(run.track.columns) if run.has_track else None
        values["file"] = run.original and (run.original.name, run.original.file.read())
        runs.append(values)
    shoes = []
    for shoe in Shoe.objects.filter(owner=user).order_by("name"):
        row = Shoe.objects.filter(pk=shoe.pk).values().get()
        shoes.append({k: v for k, v in row.items() if k not in skip | {"photo"}})
        shoes[-1]["photo"] = shoe.photo.read() if shoe.photo else None
    zones = list(Zone.objects.filter(owner=user).values("name", "lat_deg", "lon_deg", "radius_m"))
    return {"runs": runs, "shoes": shoes, "zones": zones}


def wipe(user):
    for model in (Run, Shoe, Original, Batch, Zone):
        model.objects.filter(owner=user).delete()


def rewritten(archive, change):
    """The archive with some of its files changed; None leaves one out."""
    out = io.BytesIO()
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    out.seek(0)
    return out


def with_run(archive, **values):
    """The archive with one run's values changed."""

    def change(name, data):
        if name != "log/runs.json":
            return data
        rows = json.loads(data)
        rows = [row | values if row["external_id"] else row for row in rows]
        return ("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n").encode()

    return rewritten(archive, change)


# --- There and back ----------------------------------------------------------------------------------------


def test_an_export_read_again_gives_the_same_log_to_the_digit_and_the_byte(alice, full_log):
    archive, before = taken(alice), state(alice)
    wipe(alice)
    counts = restore.restore(alice, archive)
    assert counts.problems == []
    assert state(alice) == before
    assert (counts.runs, counts.present, counts.shoes, counts.zones, counts.originals) == (5, 0, 2, 1, 1)


def test_it_comes_back_into_another_account_too(alice, bob, full_log):
    restore.restore(bob, taken(alice))
    assert state(bob) == state(alice)


def test_reading_it_twice_adds_nothing(alice, full_log):
    archive, before = taken(alice), state(alice)
    counts = restore.restore(alice, archive)
    assert (counts.runs, counts.present, counts.shoes, counts.zones, counts.originals) == (0, 5, 0, 0, 0)
    assert state(alice) == before


def test_only_what_is_missing_comes_back_and_later_edits_stay(alice, full_log):
    archive = taken(alice)
    Run.objects.filter(pk=full_log.pk).update(distance_m=1, name="Edited since")
    Run.objects.filter(distance_m=8000).delete()
    Run.objects.filter(distance_m=5000)[0].delete()
    counts = restore.restore(alice, archive)
    assert (counts.runs, counts.present) == (2, 3)
    assert Run.objects.get(pk=full_log.pk).name == "Edited since"
    ways = Run.objects.order_by("distance_m").values_list("distance_m", flat=True)
    assert list(ways) == [1, 5000, 5000, 8000, 30_000]


def test_what_was_shared_is_not_shared_again(alice, full_log):
    archive = taken(alice)
    wipe(alice)
    restore.restore(alice, archive)
    assert not Share.objects.exists()


def test_runs_are_of_the_batch_so_that_the_import_can_be_taken_back(alice, full_log):
    archive = taken(alice)
    wipe(alice)
    batch = Batch.objects.create(owner=alice, name="log.zip", made_at=NOW)
    restore.restore(alice, archive, batch)
    assert Run.objects.filter(batch=batch).count() == 5
    assert Shoe.objects.filter(batch=batch).count() == 2
    assert Original.objects.filter(batch=batch).count() == 1


def test_an_export_says_all_and_keeps_secrets_out(alice, full_log):
    with zipfile.ZipFile(taken(alice)) as archive:
        names = [name for name in archive.namelist() if name.startswith("log/")]
        assert f"log/originals/{sha256(FIT).hexdigest()[:16]}-morning run_.fit" in names
        for name in names:
            if name.endswith(".json"):
                assert json.loads(archive.read(name)) != []
        assert "log/runs.json" in archive.read("README.txt").decode()


def test_a_log_with_a_lost_file_can_still_be_taken_along(alice, full_log):
    default_storage.delete(str(Original.objects.get().file.name))
    archive = taken(alice)
    wipe(alice)
    assert restore.restore(alice, archive).runs == 5
    assert not Original.objects.exists()


def test_another_zip_is_no_export_of_ours(alice, full_log):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("activities.csv", "Activity ID")
    assert restore.is_own_export(taken(alice))
    assert not restore.is_own_export(out)
    assert not restore.is_own_export(io.BytesIO(b"no zip"))


# --- What anybody may send ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"distance_m": "far"}, {"distance_m": -1}, {"distance_m": 1e300}, {"distance_m": [1]},
        {"start": "soon"}, {"start": None}, {"start": "2026-03-12T05:30:17"}, {"day": "x"},
        {"start": "2026-99-12T05:30:17Z"}, {"sport": "x" * 500}, {"name": "x\x00y"}, {"name": ["x" * 300]},
        {"surface": "lava"}, {"rpe": 11}, {"part": -1}, {"grades": "steep"}, {"grades": [[1, 2]]},
        {"grades": [["<b>", 1, 2]]}, {"splits": {"a": 1}}, {"laps": [[1, 2, True]]}, {"warnings": [5]},
        {"best_efforts": {"far": 1}}, {"best_efforts": [1]}, {"offset_s": 10**9}, {"grades": None},
        {"name": None}, {"day": "9999-12-30"}, {"start": "0001-01-01T00:00:00Z"},
        {"edited_at": "9999-12-31T23:59:59-12:00"},
        {"surfaces": {"road": 2}}, {"surfaces": {"road": "x"}}, {"shoes": {"Trail": 0.9, "Road": 0.9}},
    ],
)  # fmt: skip
def test_a_damaged_run_is_named_and_left_out_and_the_others_come(alice, full_log, values):
    archive = with_run(taken(alice), **values)
    wipe(alice)
    counts = restore.restore(alice, archive)
    assert counts.runs == Run.objects.count() == 4
    assert len(counts.problems) == 1
    assert counts.problems[0].startswith("The run of")


def bomb():
    """A track that asks for more memory than there is."""
    head = json.dumps({"points": 10**12, "columns": []}).encode()
    return tracks.MAGIC + zlib.compress(struct.pack("<I", len(head)) + head)


@pytest.mark.parametrize("data", [b"", b"no track", tracks.MAGIC + b"xx", bomb(), b"\x00" * 5_000_000, None])
def test_a_damaged_track_is_left_out_and_its_run_comes(alice, full_log, data):
    archive = rewritten(taken(alice), lambda name, old: data if name.startswith("log/tracks/") else old)
    wipe(alice)
    counts = restore.restore(alice, archive)
    assert counts.runs == 5
    assert "track" in counts.problems[0]
    assert not Track.objects.exists()
    assert not Run.objects.filter(has_track=True).exists()


def test_a_file_that_is_not_what_it_was_is_left_out(alice, full_log):
    archive = rewritten(taken(alice), lambda name, old: old + b"!" if "originals/" in name else old)
    wipe(alice)
    counts = restore.restore(alice, archive)
    assert counts.runs == 5
    assert "is not what it was" in counts.problems[0]
    assert not Original.objects.exists()


def test_a_photo_that_is_none_is_left_out(alice, full_log):
    archive = rewritten(
        taken(alice), lambda name, old: b"<svg onload=alert(1)>" if name.endswith(".webp") else old
    )
    wipe(alice)
    counts = restore.restore(alice, archive)
    assert counts.shoes == 2
    assert not Shoe.objects.get(name="Trail").photo


@pytest.mark.parametrize(
    "data",
    [b"", b"[", b"{}", b"[\n5\n]", b"[\n[[[[\n", b"[\n{}\n]", b'[\n{"start": NaN}\n]', b"\xff\xfe" * 99],
)
def test_lists_of_any_bytes_restore_nothing_and_break_nothing(alice, full_log, data):
    for which in ("runs", "shoes", "zones", "originals"):
        archive = rewritten(
            taken(alice), lambda name, old, which=which: data if name == f"log/{which}.json" else old
        )
        restore.restore(alice, archive)
    assert Run.objects.count() == 5


def test_the_names_in_an_archive_lead_to_no_file_outside_it(alice, full_log):
    def change(name, data):
        return data.replace(b'"file": "originals/', b'"file": "../../originals/')

    archive = rewritten(taken(alice), change)
    wipe(alice)
    counts = restore.restore(alice, archive)
    assert "the archive has no file" in counts.problems[0]


# --- Leaving -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keep_posts", [True, False])
def test_who_leaves_takes_the_whole_log_and_its_files_with_them(
    alice, bob, full_log, a_run, keep_posts, django_capture_on_commit_callbacks
):
    a_run(bob, date(2026, 3, 12))
    batch = Batch.objects.get()
    batch.upload.save("waiting.zip", ContentFile(b"PK"))
    shoe = Shoe.objects.get(name="Trail")
    files = [str(one) for one in (Original.objects.get().file.name, shoe.photo.name, batch.upload.name)]
    assert all(default_storage.exists(name) for name in files)
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(alice, keep_posts=keep_posts)
    for model in (Shoe, Original, Batch, Zone, Track, Share, SurfacePart, ShoeUse):
        assert not model.objects.exists()
    assert [run.owner for run in Run.objects.all()] == [bob]
    assert not any(default_storage.exists(name) for name in files)
