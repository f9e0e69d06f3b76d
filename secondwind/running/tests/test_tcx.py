"""TCX files, whole and broken."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from secondwind.running.files import NotAnActivity, read
from secondwind.running.tests.making import START, TCX_HEAD, recording, tcx_activity, tcx_file, tcx_point

RUN = recording(200)
PLAIN = tcx_file(RUN)
FOOT = b"</Activities></TrainingCenterDatabase>"


def one(data: bytes):
    (activity,) = read("a.tcx", data)
    return activity


def test_every_value_is_kept() -> None:
    activity = one(PLAIN)
    samples = activity.samples
    assert (activity.start, activity.sport, activity.device) == (START, "running", "Test watch")
    assert (activity.elapsed_s, activity.timer_s, activity.calories_kcal) == (199, 199, 77)
    assert activity.distance_m == RUN.distance_m[-1]
    np.testing.assert_allclose(samples.distance_m, RUN.distance_m)
    np.testing.assert_allclose(samples.speed_mps, RUN.speed_mps)
    np.testing.assert_array_equal(samples.heart_rate_bpm, RUN.heart_rate_bpm)
    np.testing.assert_array_equal(samples.cadence_spm, RUN.cadence * 2)
    assert activity.laps[0].distance_m == RUN.distance_m[-1]


def test_a_run_without_positions_keeps_all_else() -> None:
    activity = one(tcx_file(RUN, position=False))
    assert len(activity.samples) == 200
    assert not activity.samples.has_track
    assert activity.distance_m == RUN.distance_m[-1]
    np.testing.assert_allclose(activity.samples.distance_m, RUN.distance_m)


def test_several_activities_stay_apart() -> None:
    parts = [tcx_activity(recording(50 + i, i), START + timedelta(days=i), sport="Running") for i in range(4)]
    found = read("a.tcx", TCX_HEAD.encode() + "".join(parts).encode() + FOOT)
    assert [len(a.samples) for a in found] == [50, 51, 52, 53]
    assert [a.start for a in found] == [START + timedelta(days=i) for i in range(4)]
    assert [(a.part, a.parts) for a in found] == [(i, 4) for i in range(1, 5)]


def test_stravas_leading_blanks_do_no_harm() -> None:
    assert len(one(b"          " + PLAIN).samples) == 200


def test_missing_namespaces_do_no_harm() -> None:
    bare = PLAIN.replace(TCX_HEAD.encode(), b"<TrainingCenterDatabase><Activities>").replace(b"ns3:", b"")
    assert len(one(bare).samples) == 200


@pytest.mark.parametrize("share", [0.3, 0.8])
def test_a_cut_file_keeps_the_points_before_the_cut(share: float) -> None:
    cut = PLAIN[: int(len(PLAIN) * share)]
    activity = one(cut)
    assert len(activity.samples) == cut.count(b"</Trackpoint>")
    assert "breaks off in line" in activity.warnings[0]
    assert activity.start == START


def test_damage_in_the_middle_costs_the_points_it_hits_alone() -> None:
    data = PLAIN.replace(b"<AltitudeMeters>", b"<Altitude<Meters>", 1)
    activity = one(data)
    assert len(activity.samples) == 199
    assert "damaged" in activity.warnings[0]


def test_a_lap_without_points_is_a_run_all_the_same() -> None:
    lap = (
        f'<Activity Sport="Running"><Id>{START.isoformat()}</Id><Lap StartTime="{START.isoformat()}">'
        "<TotalTimeSeconds>1800</TotalTimeSeconds><DistanceMeters>5000</DistanceMeters></Lap></Activity>"
    )
    activity = one((TCX_HEAD + lap).encode() + FOOT)
    assert (activity.start, activity.elapsed_s, activity.distance_m) == (START, 1800, 5000)
    assert len(activity.samples) == 0


def test_a_distance_that_begins_anew_with_each_lap_is_added_up() -> None:
    points = [tcx_point(RUN, i) for i in range(200)]
    for i in range(100, 200):
        lap = f"<DistanceMeters>{RUN.distance_m[i] - RUN.distance_m[99]:.2f}"
        points[i] = points[i].replace(f"<DistanceMeters>{RUN.distance_m[i]:.2f}", lap)
    text = PLAIN.decode()
    inside = text[text.index("<Track>") + 7 : text.index("</Track>")]
    found = one(text.replace(inside, "".join(points)).encode()).samples.distance_m
    np.testing.assert_allclose(found, RUN.distance_m, atol=0.02)


def test_a_course_is_no_activity() -> None:
    course = PLAIN.replace(b"Activity Sport", b"Course Sport").replace(b"</Activity>", b"</Course>")
    with pytest.raises(NotAnActivity) as caught:
        read("a.tcx", course)
    assert caught.value.kind == "course"


def test_points_without_a_word_are_counted() -> None:
    empty = PLAIN.replace(b"</Track>", b"<Trackpoint><Other>text</Other></Trackpoint>" * 30 + b"</Track>")
    assert len(one(empty).samples) == 230
    assert (
        len(one(PLAIN.replace(b"</Track>", b"<Trackpoint></Trackpoint>" * 30 + b"</Track>")).samples) == 230
    )


def test_a_time_with_much_between_date_and_clock_is_read_alike_in_both_ways() -> None:
    odd = tcx_file(RUN).replace(b"T06:30:05", b"T" * 31 + b"06:30:05", 1)
    for document in (odd, odd + b"<!-- each point by itself -->"):
        assert read("a.tcx", document)[0].samples.time_s[5] == 5
