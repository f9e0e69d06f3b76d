"""Whole exports: Strava in four languages, Garmin, zips and folders, and hostile ones."""

from __future__ import annotations

import csv
import gzip
import io
import json
import struct
import time
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from secondwind.running.archives import Archive, Entry, open_archive
from secondwind.running.archives.facts import number, when
from secondwind.running.files import Unreadable
from secondwind.running.tests.making import (
    HEADERS,
    START,
    fit_file,
    fit_start,
    gpx_file,
    recording,
    tcx_file,
)

RUN = recording(60)

DATES = {
    "en": "May 17, 2026, 6:30:00 AM",
    "de": "17.05.2026, 06:30:00",
    "es": "17 may 2026, 6:30:00",
    "fr": "17 mai 2026 à 06:30:00",
}
TYPES = {"en": "Run", "de": "Lauf", "es": "Carrera", "fr": "Course à pied"}


def row(language: str, **told: str) -> list[str]:
    """A row of the table, with what is told and the rest as an export has it."""
    comma = "." if language == "en" else ","
    return [
        told.get("id", "12116271787"), told.get("date", DATES[language]), told.get("name", "Morning, easy"),
        told.get("type", TYPES[language]), told.get("notes", "two\nlines, and a comma"), "3000",
        told.get("shown", f"10{comma}02"), "", "", "false", told.get("private", ""),
        told.get("gear", "Brand Model"),
        told.get("file", "activities/11343979900.fit.gz"), "", "", "3000.0", "2950.0",
        told.get("metres", "10020.5"), "", "", "120.0", told.get("rpe", "6.0"), told.get("media", ""),
    ]  # fmt: skip


def table(language: str, *rows: list[str]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADERS[language].split(","))
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def all_of(path: Path) -> tuple[Archive, list[Entry]]:
    with open_archive(path) as archive:
        return archive, list(archive.entries())


# Strava.


@pytest.mark.parametrize("language", HEADERS)
def test_a_strava_export_is_joined_with_its_table(language: str, tmp_path: Path) -> None:
    files = {
        "activities.csv": table(
            language,
            row(language, media="media/a.jpg|media/b.jpg", private="sore calf"),
            row(language, id="2", file="", name="On the belt"),
            row(language, id="3", file="activities/22.gpx.gz"),
        ),
        "activities/11343979900.fit.gz": gzip.compress(fit_file(RUN)),
        "activities/22.gpx.gz": gzip.compress(gpx_file(RUN, START + timedelta(days=1))),
        "activities/33.tcx.gz": gzip.compress(b"      " + tcx_file(RUN, START + timedelta(days=2))),
        "shoes.csv": b"Shoe Name,Shoe Brand,Shoe Model,Shoe Default Sport Types\n,Brand,Model,Run\n"
        b"Old,Brand,Two,\n",
        "bikes.csv": b"Bike Name,Bike Brand,Bike Model,Bike Default Sport Types\nCommuter,A,B,Ride\n",
        "media/a.jpg": b"picture",
        "profile.csv": b"a,b\n",
    }
    with open_archive(put(tmp_path / "export.zip", zipped(files))) as archive:
        entries = list(archive.entries())
        assert archive.media("media/a.jpg") == b"picture"
    assert archive.kind == "strava"
    assert [g.label for g in archive.gear] == ["Brand Model", "Brand Two Old", "Commuter"]
    first, typed, second, unnamed = entries
    assert first.facts is not None
    assert first.facts.start == START
    assert (first.facts.distance_m, first.facts.elapsed_s, first.facts.moving_s) == (10020.5, 3000, 2950)
    assert (first.facts.gear, first.facts.rpe, first.facts.climb_m) == ("Brand Model", 6, 120)
    assert first.facts.media == ("media/a.jpg", "media/b.jpg")
    assert first.facts.private_notes == "sore calf"
    (activity,) = first.activities
    assert (activity.name, activity.notes) == ("Morning, easy", "two\nlines, and a comma")
    assert len(activity.samples) == 60
    assert gzip.decompress(first.data) == fit_file(RUN)
    (run,) = typed.activities
    assert (run.name, run.format, run.sport, run.distance_m) == ("On the belt", "manual", "running", 10020.5)
    assert run.start == START
    assert second.activities[0].format == "gpx"
    assert unnamed.name == "activities/33.tcx.gz"
    assert len(unnamed.activities[0].samples) == 60


def test_an_export_in_a_language_that_is_not_known_is_read_by_its_columns(tmp_path: Path) -> None:
    strange = ",".join(f"見出し{i}" for i in range(40)).encode()
    body = table("en", row("en")).split(b"\r\n", 1)[1]
    files = {
        "activities.csv": strange + b"\r\n" + body,
        "activities/11343979900.fit.gz": gzip.compress(fit_file(RUN)),
    }
    _, (entry,) = all_of(put(tmp_path / "a.zip", zipped(files)))
    assert entry.facts is not None
    assert (entry.facts.name, entry.facts.gear, entry.facts.distance_m) == (
        "Morning, easy",
        "Brand Model",
        10020.5,
    )


def test_an_old_export_with_one_distance_has_kilometres(tmp_path: Path) -> None:
    header = "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,Filename"
    body = '1,"May 17, 2026, 6:30:00 AM",A,Run,3000,"10,02",'
    files = {"activities.csv": f"{header}\n{body}\n".encode()}
    _, (entry,) = all_of(put(tmp_path / "a.zip", zipped(files)))
    assert entry.activities[0].distance_m == 10_020


def test_a_file_that_the_export_does_not_hold_leaves_its_figures(tmp_path: Path) -> None:
    _, (entry,) = all_of(put(tmp_path / "a.zip", zipped({"activities.csv": table("en", row("en"))})))
    assert entry.activities[0].distance_m == 10020.5
    assert "does not hold it" in entry.activities[0].warnings[-1]


def test_a_folder_and_an_inner_folder_are_read_like_a_zip(tmp_path: Path) -> None:
    inner = tmp_path / "export_1"
    (inner / "activities").mkdir(parents=True)
    put(inner / "activities.csv", table("de", row("de")))
    put(inner / "activities" / "11343979900.fit.gz", gzip.compress(fit_file(RUN)))
    archive, (entry,) = all_of(tmp_path)
    assert archive.kind == "strava"
    assert entry.activities[0].name == "Morning, easy"
    assert len(entry.activities[0].samples) == 60


def test_a_table_cannot_reach_outside_its_folder(tmp_path: Path) -> None:
    put(tmp_path / "secret.gpx", gpx_file(RUN))
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "link.gpx").symlink_to(tmp_path / "secret.gpx")
    put(
        folder / "activities.csv", table("en", row("en", file="../secret.gpx"), row("en", file="/etc/passwd"))
    )
    _, entries = all_of(folder)
    assert all(len(a.samples) == 0 for e in entries for a in e.activities)
    assert len(entries) == 2


def test_one_damaged_file_does_not_stop_the_rest_and_none_is_forgotten(tmp_path: Path) -> None:
    rows = [row("en", id=str(i), file=f"activities/{i}.fit") for i in range(5)]
    files = {f"activities/{i}.fit": fit_file(RUN) for i in range(5)} | {"activities.csv": table("en", *rows)}
    files["activities/2.fit"] = b"rubbish"
    files["activities/3.fit"] = fit_start(kind=2).bytes()
    _, entries = all_of(put(tmp_path / "a.zip", zipped(files)))
    assert [bool(e.activities) for e in entries] == [True, True, False, False, True]
    assert "FIT header" in entries[2].damaged
    assert entries[3].skipped == "settings"
    assert [e.index for e in entries] == list(range(5))


def test_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    rows = [row("en", id=str(i), file=f"activities/{i}.fit") for i in range(6)]
    files = {f"activities/{i}.fit": fit_file(RUN) for i in range(6)} | {"activities.csv": table("en", *rows)}
    path = put(tmp_path / "a.zip", zipped(files))
    with open_archive(path) as archive:
        assert len(archive) == 6
        first = [e.name for e, _ in zip(archive.entries(), range(2), strict=False)]
    with open_archive(path) as archive:
        rest = [e.name for e in archive.entries(start=2)]
    assert first + rest == [f"activities/{i}.fit" for i in range(6)]


# Garmin.

BASE = "DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip"
LIST = "DI_CONNECT/DI-Connect-Fitness/someone@example.org_0_summarizedActivities.json"


def garmin_item(start: datetime, **more: object) -> dict[str, object]:
    begin = start.timestamp() * 1000
    return {
        "activityId": 111, "name": "City Running", "activityType": "trail_running", "beginTimestamp": begin,
        "startTimeGmt": begin, "startTimeLocal": begin + 7_200_000, "duration": 1_800_500.0,
        "distance": 512_345.0, "elevationGain": 12_300.0, **more,
    }  # fmt: skip


def garmin_zip(items: list[dict[str, object]], uploads: dict[str, bytes]) -> bytes:
    listed = json.dumps([{"summarizedActivitiesExport": items}]).encode()
    return zipped({LIST: listed, BASE: zipped(uploads), "customer_data/customer.json": b"{}"})


def test_a_garmin_export_sorts_out_what_is_no_activity(tmp_path: Path) -> None:
    uploads = {f"someone@example.org_{i}.fit": fit_start(kind=32).bytes() for i in range(50)}
    uploads["someone@example.org_a.fit"] = fit_file(RUN)
    uploads["someone@example.org_s.fit"] = fit_start(kind=2).bytes()
    path = put(tmp_path / "g.zip", garmin_zip([garmin_item(START)], uploads))
    archive, entries = all_of(path)
    assert archive.kind == "garmin"
    assert sum(e.skipped == "monitoring" for e in entries) == 50
    assert sum(e.skipped == "settings" for e in entries) == 1
    (found,) = [e for e in entries if e.activities]
    assert found.activities[0].name == "City Running"
    assert found.activities[0].sub_sport == "trail"
    assert not any("example.org" in e.name for e in entries)


def test_garmins_centimetres_and_milliseconds_are_metres_and_seconds(tmp_path: Path) -> None:
    item = garmin_item(START + timedelta(days=3), activityType="treadmill_running")
    _, (entry,) = all_of(put(tmp_path / "g.zip", garmin_zip([item], {})))
    (run,) = entry.activities
    assert (run.distance_m, run.elapsed_s, run.device_climb_m) == (5123.45, 1800.5, 123)
    assert (run.sport, run.sub_sport, run.format) == ("running", "treadmill", "manual")
    assert (run.start, run.utc_offset_s) == (START + timedelta(days=3), 7200)


def test_a_long_list_is_read_piece_by_piece(tmp_path: Path) -> None:
    items = [garmin_item(START + timedelta(hours=i), note="x" * 3000) for i in range(1000)]
    _, entries = all_of(put(tmp_path / "g.zip", garmin_zip(items, {})))
    assert len(entries) == 1000


def test_a_cut_list_keeps_what_stands_before_the_cut(tmp_path: Path) -> None:
    listed = json.dumps([{"summarizedActivitiesExport": [garmin_item(START)] * 3}])
    path = put(tmp_path / "g.zip", zipped({LIST: listed[:-60].encode()}))
    _, entries = all_of(path)
    assert len(entries) == 2


def test_thousands_of_other_files_are_sorted_out_quickly(tmp_path: Path) -> None:
    other = fit_start(kind=32).bytes() + bytes(2000)
    uploads = {f"{i}.fit": other for i in range(3000)}
    path = put(tmp_path / "g.zip", garmin_zip([], uploads))
    begin = time.process_time()
    _, entries = all_of(path)
    assert len(entries) == 3000
    assert time.process_time() - begin < 2


# Zips, folders, single files.


def test_a_plain_zip_and_a_single_file_are_read(tmp_path: Path) -> None:
    files = {"b.gpx": gpx_file(RUN), "notes.txt": b"hello", "deep/a.fit": fit_file(RUN), "readme": b""}
    archive, entries = all_of(put(tmp_path / "a.zip", zipped(files)))
    assert archive.kind == "zip"
    assert [(e.name, e.skipped) for e in entries] == [
        ("b.gpx", ""), ("deep/a.fit", ""), ("notes.txt", "txt file"), ("readme", "other file"),
    ]  # fmt: skip
    single, (entry,) = all_of(put(tmp_path / "run.tcx", tcx_file(RUN)))
    assert single.kind == "file"
    assert len(entry.activities[0].samples) == 60


@pytest.mark.parametrize(
    "name", ["../../up.fit", "/etc/run.fit", "..\\up.fit", "C:\\run.fit", "a/../../b.fit"]
)
def test_a_name_that_leads_outside_is_told_and_not_opened(name: str, tmp_path: Path) -> None:
    _, (entry,) = all_of(put(tmp_path / "a.zip", zipped({name: fit_file(RUN)})))
    assert "outside" in entry.damaged
    assert ".." not in entry.name
    assert not entry.activities


def claiming(data: bytes, size: int) -> bytes:
    """A zip whose first member claims another unpacked size, in both places where that stands."""
    at, central = data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02")
    claim = struct.pack("<I", size)
    data = data[: at + 22] + claim + data[at + 26 :]
    return data[: central + 24] + claim + data[central + 28 :]


@pytest.mark.parametrize("name", ["a.fit", "inner.zip"])
def test_a_claimed_size_of_gigabytes_is_refused_at_once(name: str, tmp_path: Path) -> None:
    path = put(tmp_path / "a.zip", claiming(zipped({name: fit_file(RUN)}), 4_000_000_000))
    begin = time.process_time()
    _, (entry,) = all_of(path)
    assert "claims to unpack" in entry.damaged
    assert time.process_time() - begin < 1


def test_a_zip_that_grows_beyond_its_claim_is_refused(tmp_path: Path) -> None:
    inner = zipped({"a.fit": fit_file(RUN)}, zipfile.ZIP_STORED)
    path = put(tmp_path / "a.zip", claiming(zipped({"inner.zip": inner}), 100))
    _, (entry,) = all_of(path)
    assert entry.damaged


def test_a_bomb_within_a_zip_is_not_opened(tmp_path: Path) -> None:
    bomb = zipped({"zeros.zip": b"\0" * 60_000_000})
    _, (entry,) = all_of(put(tmp_path / "a.zip", bomb))
    assert "times its size" in entry.damaged


def test_zips_nested_without_end_are_not_opened(tmp_path: Path) -> None:
    data = zipped({"a.fit": fit_file(RUN)})
    for _ in range(4):
        data = zipped({"inner.zip": data})
    _, (entry,) = all_of(put(tmp_path / "a.zip", data))
    assert "nested deeper" in entry.damaged


def test_a_damaged_zip_is_a_sentence(tmp_path: Path) -> None:
    whole = zipped({"a.fit": fit_file(RUN)})
    with pytest.raises(Unreadable, match="damaged or breaks off"):
        open_archive(put(tmp_path / "a.zip", whole[:-30]))


def test_a_damaged_member_is_told_and_the_rest_read(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.gpx": gpx_file(RUN), "b.gpx": gpx_file(RUN)}))
    data[200:260] = b"\xff" * 60
    _, (first, second) = all_of(put(tmp_path / "a.zip", bytes(data)))
    assert first.damaged
    assert second.activities


def test_a_locked_member_says_so(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.gpx": gpx_file(RUN)}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    _, (entry,) = all_of(put(tmp_path / "a.zip", bytes(data)))
    assert "password" in entry.damaged


def test_an_endless_table_of_contents_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.gpx": b"x"}))
    end = data.index(b"PK\x05\x06")
    data[end + 12 : end + 16] = struct.pack("<I", 900_000_000)
    with pytest.raises(Unreadable, match="table of contents"):
        open_archive(put(tmp_path / "a.zip", bytes(data)))


# Dates and numbers of four languages.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sep 26, 2026, 10:56:05 AM", (2026, 9, 26, 10, 56, 5)),
        ("Sep 26, 2026, 12:56:05 AM", (2026, 9, 26, 0, 56, 5)),
        ("Sep 26, 2026, 12:56:05 PM", (2026, 9, 26, 12, 56, 5)),
        ("26 Sept 2026, 22:56:05", (2026, 9, 26, 22, 56, 5)),
        ("26.09.2026, 10:56:05", (2026, 9, 26, 10, 56, 5)),
        ("26 sept 2026, 10:56:05", (2026, 9, 26, 10, 56, 5)),
        ("26 ene. 2026 10:56:05 p. m.", (2026, 1, 26, 22, 56, 5)),
        ("26 août 2026 à 10:56:05", (2026, 8, 26, 10, 56, 5)),
        ("1 juil. 2026 à 00:00:05", (2026, 7, 1, 0, 0, 5)),
        ("1 juin 2026, 00:00:05", (2026, 6, 1, 0, 0, 5)),
        ("3. März 2026, 09:00:00", (2026, 3, 3, 9, 0, 0)),
        ("26/09/2026 10:56:05", (2026, 9, 26, 10, 56, 5)),
        ("9/26/2026, 10:56:05 PM", (2026, 9, 26, 22, 56, 5)),
        ("2026-09-26 10:56:05", (2026, 9, 26, 10, 56, 5)),
        ("31 Feb 2026", None),
        ("soon", None),
        ("", None),
    ],
)
def test_dates_of_four_languages(text: str, expected: tuple[int, ...] | None) -> None:
    found = when(text)
    assert (found.timetuple()[:6] if found else None) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [("10.5", 10.5), ("10,5", 10.5), ("1,234.5", 1234.5), ("1.234,5", 1234.5), ("1 234,5", 1234.5),
     ("", None), ("x", None), ("nan", None), ("inf", None)],
)  # fmt: skip
def test_numbers_of_four_languages(text: str, value: float | None) -> None:
    assert number(text) == value
