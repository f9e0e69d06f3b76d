"""What holds for files of every format."""

from __future__ import annotations

import gzip
import io
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondwind.running.files import Limits, Unreadable, read
from secondwind.running.tests.making import fit_file, gpx_file, recording, tcx_file

RUN = recording(120)
FILES = {"fit": fit_file(RUN), "gpx": gpx_file(RUN), "tcx": tcx_file(RUN)}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("name", ["a.fit", "a.gpx", "upload", "1234.tcx.gz"])
def test_the_format_is_known_by_the_content(kind: str, name: str) -> None:
    for data in (FILES[kind], gzip.compress(FILES[kind])):
        (activity,) = read(name, data)
        assert (activity.format, len(activity.samples)) == (kind, 120)


@pytest.mark.parametrize("kind", FILES)
def test_a_cut_compressed_file_keeps_what_unpacks(kind: str) -> None:
    packed = gzip.compress(FILES[kind])
    (activity,) = read("a.gz", packed[: len(packed) * 2 // 3])
    assert 10 < len(activity.samples) < 120
    assert "compressed file breaks off" in activity.warnings[0]


def test_what_unpacks_without_end_is_refused() -> None:
    bomb = gzip.compress(b"\0" * 20_000_000)
    with pytest.raises(Unreadable, match="unpacks to more than 8 MB"):
        read("a.gz", bomb, Limits(file_bytes=8 * 2**20))


def test_a_file_beyond_the_limit_is_refused() -> None:
    with pytest.raises(Unreadable, match="at most 1000"):
        read("a.gpx", FILES["gpx"], Limits(file_bytes=1000))


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.gpx", FILES["gpx"])
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\0" * 5000, "blanks or zeros"),
        (zipped(), "zip archive"),
        (b"hello", "none of FIT, GPX and TCX"),
        (b"<html><body/></html>", "neither GPX nor TCX"),
        (b"\x1f\x8bnot at all", "gzip"),
        (b"<gpx></gpx>", "no track point"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says) as caught:
        read("upload", data)
    assert str(caught.value).endswith(".")


def test_three_formats_agree_on_one_run() -> None:
    found = [read(kind, data)[0] for kind, data in FILES.items()]
    assert len({a.start for a in found}) == 1
    assert len({a.elapsed_s for a in found}) == 1
    distances = [a.distance_m or 0.0 for a in found]
    assert max(distances) - min(distances) < 0.01 * max(distances)


@pytest.mark.parametrize("kind", ["gpx", "tcx"])
def test_points_read_by_the_hundred_are_those_that_are_read_one_by_one(kind: str) -> None:
    data = FILES[kind]
    # Some points of another look, a value that is none, one that is missing, other attributes.
    data = data.replace(b"<ele>", b"<ele>x", 1).replace(b".000Z", b"Z", 3)
    data = data.replace(b"<gpxtpx:cad>84</gpxtpx:cad>", b"", 5).replace(b'lat="46', b'lat=" 46', 2)
    data = data.replace(b"<AltitudeMeters>", b"<AltitudeMeters> ", 4)
    # A comment leaves every point to the XML parser.
    (quick,), (slow,) = read("a", data), read("a", data + b"<!-- -->")
    assert quick.samples.columns().keys() == slow.samples.columns().keys()
    for name, column in quick.samples.columns().items():
        np.testing.assert_array_equal(column, getattr(slow.samples, name))
    assert (quick.start, quick.distance_m, quick.name) == (slow.start, slow.distance_m, slow.name)


def test_points_in_a_comment_are_none() -> None:
    text = FILES["gpx"].decode()
    at = text.index("<trkpt", text.index("<trkpt") + 10)
    end = text.index("</trkpt>", at) + 8
    (activity,) = read("a", f"{text[:at]}<!-- {text[at:end]} -->{text[end:]}".encode())
    assert len(activity.samples) == 119


BEGINNINGS = [
    b"", FILES["fit"][:200], FILES["fit"][:14], b"<gpx><trk><trkseg>", b"<?xml version='1.0'?><gpx>",
    b"<TrainingCenterDatabase><Activities><Activity><Lap>", b"\x1f\x8b\x08\0", b"PK\x03\x04",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(BEGINNINGS), st.binary(max_size=400))
def test_any_bytes_give_activities_or_a_sentence(begin: bytes, rest: bytes) -> None:
    try:
        assert read("upload", begin + rest)
    except Unreadable as error:
        told = str(error)
        assert told.endswith(".")
