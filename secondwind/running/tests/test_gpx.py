"""GPX files, whole and broken."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondwind.running.files import Limits, NotAnActivity, Unreadable, read
from secondwind.running.files.regular import is_plain
from secondwind.running.tests.making import GPX_HEAD, START, gpx_file, gpx_point, recording

RUN = recording(200)
PLAIN = gpx_file(RUN)


def one(data: bytes):
    (activity,) = read("a.gpx", data)
    return activity


def gpx(*tracks: str) -> bytes:
    return (GPX_HEAD + "".join(tracks) + "</gpx>").encode()


def track(seconds: range, start=START, kind: str = "running") -> str:
    points = "".join(gpx_point(RUN, i, start) for i in seconds)
    return f"<trk><type>{kind}</type><trkseg>{points}</trkseg></trk>"


def test_every_value_of_a_watchs_track_is_kept() -> None:
    activity = one(PLAIN)
    samples = activity.samples
    assert (activity.start, activity.sport, activity.name) == (START, "running", "Morning Run")
    assert activity.device == "Test watch"
    np.testing.assert_array_equal(samples.time_s, RUN.time_s)
    np.testing.assert_allclose(samples.lat_deg, RUN.lat_deg, atol=1e-7)
    np.testing.assert_allclose(samples.altitude_m, RUN.altitude_m, atol=0.051)
    np.testing.assert_array_equal(samples.heart_rate_bpm, RUN.heart_rate_bpm)
    np.testing.assert_array_equal(samples.cadence_spm, RUN.cadence * 2)
    assert activity.distance_m == pytest.approx(RUN.distance_m[-1], rel=0.01)
    assert not activity.warnings


def test_leading_blanks_a_mark_and_missing_namespaces_do_no_harm() -> None:
    bare = PLAIN.replace(b"gpxtpx:", b"x:").replace(b'xmlns="http://www.topografix.com/GPX/1/1"', b"")
    for data in (b"\r\n   " + PLAIN, b"\xef\xbb\xbf" + PLAIN, b"\xef\xbb\xbf  \n" + PLAIN, bare):
        assert len(one(data).samples) == 200


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "windows-1252"])
def test_other_encodings_are_read(encoding: str) -> None:
    text = PLAIN.decode().replace("Morning Run", "Zürich früh")
    activity = one(text.replace('encoding="UTF-8"', f'encoding="{encoding}"').encode(encoding))
    assert (len(activity.samples), activity.name) == (200, "Zürich früh")


def test_a_text_that_is_not_what_it_says_is_read_all_the_same() -> None:
    data = PLAIN.replace(b"Morning Run", "Zürich".encode("latin-1"))
    assert len(one(data).samples) == 200


@pytest.mark.parametrize("share", [0.2, 0.5, 0.77, 0.99])
def test_a_cut_file_keeps_the_points_before_the_cut(share: float) -> None:
    cut = PLAIN[: int(len(PLAIN) * share)]
    activity = one(cut)
    assert len(activity.samples) == cut.count(b"</trkpt>")
    assert "breaks off in line" in activity.warnings[0]


def test_damage_in_the_middle_costs_the_points_it_hits_alone() -> None:
    data = bytearray(PLAIN)
    at = data.index(b"<ele>", len(data) // 2)
    data[at : at + 5] = b"<&l<>"
    activity = one(bytes(data))
    assert len(activity.samples) == 199
    assert activity.samples.time_s[-1] == 199
    assert "damaged" in activity.warnings[0]
    assert "line" in activity.warnings[0]


def test_segments_are_marked_and_the_gap_between_them_is_no_way() -> None:
    first, second = (range(50), range(150, 200))
    points = ["".join(gpx_point(RUN, i) for i in part) for part in (first, second)]
    data = gpx(f"<trk><trkseg>{points[0]}</trkseg><trkseg>{points[1]}</trkseg></trk>")
    activity = one(data)
    assert activity.samples.breaks.tolist() == [50]
    ways = RUN.distance_m[49] - RUN.distance_m[0] + RUN.distance_m[199] - RUN.distance_m[150]
    assert activity.distance_m == pytest.approx(ways, rel=0.02)


def test_tracks_of_one_outing_are_one_activity() -> None:
    assert len(read("a.gpx", gpx(track(range(50)), track(range(60, 100)), "<trk></trk>"))) == 1


def test_tracks_of_different_days_or_kinds_are_activities_of_their_own() -> None:
    later = START + timedelta(days=1)
    found = read(
        "a.gpx", gpx(track(range(50)), track(range(40), later), track(range(45, 60), later, "biking"))
    )
    assert [(a.sport, len(a.samples), a.part, a.parts) for a in found] == [
        ("running", 50, 1, 3),
        ("running", 40, 2, 3),
        ("cycling", 15, 3, 3),
    ]


def test_a_segment_that_is_told_twice_counts_once() -> None:
    points = "".join(gpx_point(RUN, i) for i in range(200))
    activity = one(gpx(f"<trk><trkseg>{points}</trkseg><trkseg>{points}</trkseg></trk>"))
    assert len(activity.samples) == 200
    assert activity.distance_m == pytest.approx(RUN.distance_m[-1], rel=0.02)
    assert "repeat" in activity.warnings[0]


def test_a_track_without_times_is_kept_and_asks_for_the_date() -> None:
    data = PLAIN
    while b"<time>" in data:
        at = data.index(b"<time>")
        data = data[:at] + data[data.index(b"</time>", at) + 7 :]
    activity = one(data)
    assert (activity.start, activity.elapsed_s, len(activity.samples)) == (None, None, 200)
    assert activity.distance_m == pytest.approx(RUN.distance_m[-1], rel=0.02)
    assert "date" in activity.warnings[0]


@pytest.mark.parametrize("year", [b"1901", b"1970", b"1989"])
def test_a_date_from_before_satellites_is_none(year: bytes) -> None:
    activity = one(PLAIN.replace(b"2026-05", year + b"-05"))
    assert activity.start is None
    np.testing.assert_array_equal(activity.samples.time_s, RUN.time_s)


def test_an_offset_of_local_time_is_kept() -> None:
    data = PLAIN.replace(b".000Z</time>", b"+02:00</time>")
    activity = one(data)
    assert activity.utc_offset_s == 7200
    assert activity.start == START - timedelta(hours=2)


def test_times_without_a_zone_count_as_utc_and_are_told() -> None:
    activity = one(PLAIN.replace(b".000Z</time>", b"</time>"))
    assert activity.start == START
    assert "zone" in activity.warnings[0]


def test_numbers_that_are_none_become_unknown() -> None:
    data = PLAIN.replace(b"<ele>", b"<ele>x", 3).replace(b"<gpxtpx:hr>", b"<gpxtpx:hr>NaN ", 5)
    samples = one(data.replace(b'lat="46', b'lat="inf', 2)).samples
    assert np.isnan(samples.altitude_m[:3]).all()
    assert np.isnan(samples.heart_rate_bpm[:5]).all()
    assert np.isnan(samples.lat_deg[:2]).all()
    assert np.isfinite(samples.lat_deg[2:]).all()


def test_routes_and_waypoints_are_no_activities() -> None:
    for inside, kind in (
        ('<rte><rtept lat="1" lon="2"/></rte>', "route"),
        ('<wpt lat="1" lon="2"/>', "waypoints"),
    ):
        with pytest.raises(NotAnActivity) as caught:
            read("a.gpx", gpx(inside))
        assert caught.value.kind == kind


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<gpx><trk><name>&b;</name></trk></gpx>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]><gpx><trk><name>&x;</name></trk></gpx>'


@pytest.mark.parametrize("text", [BOMB, OUTSIDE])
def test_entities_are_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="entities"):
        read("a.gpx", text.encode())


def test_elements_nested_without_end_are_refused() -> None:
    with pytest.raises(Unreadable, match="nested deeper"):
        read("a.gpx", b"<gpx>" + b"<a>" * 1_000_000)


def test_one_endless_text_is_refused() -> None:
    with pytest.raises(Unreadable, match="text longer"):
        read("a.gpx", b'<gpx creator="' + b"x" * 6_000_000)


def test_too_many_points_are_refused() -> None:
    with pytest.raises(Unreadable, match="more than 100 points"):
        read("a.gpx", PLAIN, Limits(records=100))


def test_time_is_bounded() -> None:
    with pytest.raises(Unreadable, match="computing time"):
        read("a.gpx", PLAIN, Limits(cpu_s=0.0))


def test_points_closed_at_once_are_points() -> None:
    short = b'<trkpt lat="46.5" lon="7.6"/> and <trkpt lat="46.5" lon="7.6"><ele>300</ele></trkpt>'
    assert len(one(PLAIN.replace(b"</trkseg>", short * 20 + b"</trkseg>")).samples) == 240


@given(st.lists(st.sampled_from(["<!", "<?", "<", "!", "?", "?>", "a", "<a>", " "]), max_size=12))
def test_a_document_is_plain_when_each_bracket_begins_a_tag(pieces: list[str]) -> None:
    document = "".join(pieces).encode()
    assert is_plain(document) == (b"<!" not in document and b"<?" not in document[1:])
