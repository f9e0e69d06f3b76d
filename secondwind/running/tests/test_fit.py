"""FIT files: read as fitdecode reads them, and further where they are odd, cut or damaged."""

from __future__ import annotations

import io
import struct
from datetime import timedelta
from typing import Any

import fitdecode  # type: ignore[import-untyped] # it has no types
import numpy as np
import pytest

from secondwind.running.files import Limits, NotAnActivity, Unreadable, read
from secondwind.running.files.fit import kind_of
from secondwind.running.tests.making import (
    ENUM,
    EVENT,
    FILE_ID,
    I32,
    LAP,
    RECORD,
    RECORD_FIELDS,
    START,
    START_FIT,
    STRING,
    U8,
    U16,
    U32,
    Fit,
    add_session,
    fit_file,
    fit_start,
    record_values,
    recording,
    semicircles,
)

RUN = recording(300)


def fit_of(*records: int, look=RECORD_FIELDS, big: bool = False) -> Fit:
    """A file with records of `RUN` at these seconds and nothing behind them."""
    fit = fit_start(big).define(2, RECORD, look)
    for i in records:
        fit.add(2, *record_values(RUN, i))
    return fit


def one(data: bytes):
    (activity,) = read("a.fit", data)
    return activity


def oracle(data: bytes, field: str) -> list[Any]:
    """A field of the records as fitdecode reads it."""
    with fitdecode.FitReader(io.BytesIO(data)) as reader:
        frames = [f for f in reader if f.frame_type == fitdecode.FIT_FRAME_DATA and f.name == "record"]
        return [f.get_value(field, fallback=None) for f in frames]


@pytest.mark.parametrize("big", [False, True])
def test_every_value_is_the_one_that_fitdecode_reads(big: bool) -> None:
    data = fit_file(RUN, big=big)
    samples = one(data).samples
    pairs = {
        "heart_rate_bpm": "heart_rate", "distance_m": "distance", "speed_mps": "enhanced_speed",
        "altitude_m": "enhanced_altitude",
    }  # fmt: skip
    for column, field in pairs.items():
        np.testing.assert_allclose(getattr(samples, column), oracle(data, field), rtol=1e-12)
    np.testing.assert_allclose(samples.lat_deg, np.array(oracle(data, "position_lat")) * 180 / 2**31)
    times = [(t - START).total_seconds() for t in oracle(data, "timestamp")]
    np.testing.assert_array_equal(samples.time_s, times)


def test_the_facts_of_a_plain_run() -> None:
    activity = one(fit_file(RUN, sub=3))
    assert activity.start == START
    assert activity.utc_offset_s == 7200
    assert (activity.sport, activity.sub_sport, activity.format) == ("running", "trail", "fit")
    assert activity.elapsed_s == 299
    assert activity.distance_m == pytest.approx(RUN.distance_m[-1], abs=0.01)
    assert activity.laps[0].elapsed_s == 299
    assert activity.device == "Garmin"
    assert not activity.warnings
    assert np.nanmedian(activity.samples.cadence_spm) == pytest.approx(168, abs=6)


def test_a_twelve_byte_header_is_read() -> None:
    assert len(one(fit_of(*range(20)).bytes(header=12)).samples) == 20


def test_a_run_without_a_session_is_made_of_its_samples_and_says_so() -> None:
    activity = one(fit_of(*range(100)).bytes())
    assert activity.elapsed_s == 99
    assert activity.distance_m == pytest.approx(RUN.distance_m[99], abs=0.01)
    assert "no summary" in activity.warnings[0]


def test_a_session_without_samples_is_a_run_typed_by_hand() -> None:
    activity = one(add_session(fit_start(), START_FIT, 1800, 5000).bytes())
    assert (len(activity.samples), activity.elapsed_s, activity.distance_m) == (0, 1800, 5000)
    assert activity.start == START


def test_laps_alone_are_a_run_too() -> None:
    fit = fit_start().define(4, LAP, ((253, U32), (2, U32), (7, U32), (9, U32)))
    for i in range(3):
        fit.add(4, START_FIT + 300 * i + 300, START_FIT + 300 * i, 300_000, 100_000)
    activity = one(fit.bytes())
    assert (activity.start, activity.elapsed_s, activity.distance_m) == (START, 900, 3000)
    assert len(activity.laps) == 3


def test_compressed_timestamps_count_on_from_the_last_full_one() -> None:
    fit = fit_start().define(2, RECORD, ((253, U32), (3, U8))).add(2, START_FIT + 30, 100)
    fit.define(1, RECORD, ((3, U8),))
    for step in range(1, 200):
        fit.add(1, 100 + step % 50, compressed=(START_FIT + 30 + step) % 32)
    data = fit.bytes()
    samples = one(data).samples
    np.testing.assert_array_equal(samples.time_s, np.arange(200))
    assert [t.timestamp() - START.timestamp() - 30 for t in oracle(data, "timestamp")] == list(range(200))


def test_a_compressed_timestamp_counts_on_from_a_message_of_another_kind() -> None:
    fit = fit_start().define(3, EVENT, ((253, U32), (0, ENUM), (1, ENUM))).define(1, RECORD, ((3, U8),))
    fit.add(3, START_FIT, 0, 0).add(1, 100, compressed=(START_FIT + 5) % 32)
    fit.add(3, START_FIT + 100, 36, 3).add(1, 101, compressed=(START_FIT + 102) % 32)
    np.testing.assert_array_equal(one(fit.bytes()).samples.time_s, [0, 97])


def test_records_of_several_looks_stay_in_order() -> None:
    fit = fit_start()
    fit.define(2, RECORD, RECORD_FIELDS).define(4, RECORD, ((253, U32), (3, U8), (13, 0x01)))
    for i in range(60):
        if i % 3:
            fit.add(2, *record_values(RUN, i))
        else:
            fit.add(4, START_FIT + i, RUN.heart_rate_bpm[i], 21)
    samples = one(fit.bytes()).samples
    np.testing.assert_array_equal(samples.time_s, np.arange(60))
    np.testing.assert_array_equal(samples.heart_rate_bpm, RUN.heart_rate_bpm[:60])
    assert np.isnan(samples.lat_deg[::3]).all()
    np.testing.assert_array_equal(np.isfinite(samples.temperature_c), np.arange(60) % 3 == 0)


def test_a_definition_may_change_on_the_way() -> None:
    fit = fit_of(*range(10)).define(2, RECORD, ((253, U32), (3, U8)))
    for i in range(10, 20):
        fit.add(2, START_FIT + i, 150)
    assert len(one(fit.bytes()).samples) == 20


def test_developer_fields_are_kept_under_their_names() -> None:
    fit = fit_start()
    fit.define(6, 207, ((3, U8),)).add(6, 0)
    fit.define(7, 206, ((0, U8), (1, U8), (2, U8), (3, STRING, 12), (8, STRING, 8)))
    fit.add(7, 0, 5, U16, "Form Power", "Watts")
    fit.define(2, RECORD, ((253, U32), (3, U8)), developer=((5, 2, 0),))
    for i in range(8):
        fit.add(2, START_FIT + i, 140, struct.pack("<H", 60 + i))
    data = fit.bytes()
    extra = one(data).samples.extra
    np.testing.assert_array_equal(extra["Form Power (Watts)"], oracle(data, "Form Power"))


def test_a_developer_field_fills_the_column_that_it_stands_for() -> None:
    fit = fit_start()
    fit.define(6, 207, ((3, U8),)).add(6, 0)
    fit.define(7, 206, ((0, U8), (1, U8), (2, U8), (3, STRING, 8), (14, U16), (15, U8)))
    fit.add(7, 0, 0, U16, "Power", RECORD, 7)
    fit.define(2, RECORD, ((253, U32),), developer=((0, 2, 0),))
    for i in range(5):
        fit.add(2, START_FIT + i, struct.pack("<H", 250))
    np.testing.assert_array_equal(one(fit.bytes()).samples.power_w, [250] * 5)


def test_unknown_fields_and_values_are_no_obstacle() -> None:
    fit = fit_start().define(2, RECORD, ((253, U32), (3, U8), (201, U16), (202, 0x0D, 5)))
    fit.add(2, START_FIT, None, 7, b"12345").add(2, START_FIT + 1, 150, None, b"12345")
    samples = one(fit.bytes()).samples
    np.testing.assert_array_equal(samples.heart_rate_bpm, [np.nan, 150])
    np.testing.assert_array_equal(samples.extra["field_201"], [7, np.nan])


def test_a_field_shorter_than_its_type_is_read_by_its_size() -> None:
    fit = fit_start().define(2, RECORD, ((253, U32), (7, U16, 1), (5, U32, 2)))
    fit.add(2, START_FIT, b"\xc8", b"\x10\x27").add(2, START_FIT + 1, b"\xff", b"\x20\x4e")
    samples = one(fit.bytes()).samples
    np.testing.assert_array_equal(samples.power_w, [200, np.nan])
    np.testing.assert_array_equal(samples.distance_m, [100, 200])


def test_speed_and_distance_packed_into_three_bytes_are_unpacked() -> None:
    fit = fit_start().define(2, RECORD, ((253, U32), (8, 0x0D, 3)))
    for i in range(300):
        speed, way = 300, (i * 48) % 4096  # 3 m/s, in hundredths and sixteenths
        fit.add(2, START_FIT + i, bytes([speed & 0xFF, speed >> 8 | (way & 0x0F) << 4, way >> 4]))
    data = fit.bytes()
    samples = one(data).samples
    np.testing.assert_allclose(samples.distance_m, np.arange(300) * 3)
    np.testing.assert_allclose(samples.speed_mps, 3)
    np.testing.assert_allclose(samples.distance_m, oracle(data, "distance"))


def test_several_sessions_become_several_activities_and_share_out_every_sample() -> None:
    fit = fit_of(*range(300))
    for at, length, sport in ((0, 100, 5), (100, 20, 3), (120, 180, 1)):
        add_session(fit, START_FIT + at, length, length * 3, sport)
    legs = read("tri.fit", fit.bytes())
    assert [a.sport for a in legs] == ["swimming", "transition", "running"]
    assert [len(a.samples) for a in legs] == [100, 20, 180]
    assert [(a.part, a.parts) for a in legs] == [(1, 3), (2, 3), (3, 3)]
    assert [a.start for a in legs] == [START + timedelta(seconds=s) for s in (0, 100, 120)]
    assert legs[2].samples.columns()["distance_m"][0] == 0
    assert [a.is_run for a in legs] == [False, False, True]


def test_a_session_that_is_told_twice_counts_once() -> None:
    fit = fit_of(*range(100))
    add_session(fit, START_FIT, 99, 300)
    add_session(fit, START_FIT, 99, 300)
    assert len(read("a.fit", fit.bytes())) == 1


def test_laps_and_pauses_go_to_the_leg_in_which_they_lie() -> None:
    fit = fit_of(*range(300)).define(1, EVENT, ((253, U32), (0, ENUM), (1, ENUM)))
    for at, kind in ((0, 0), (150, 4), (180, 0), (299, 4)):
        fit.add(1, START_FIT + at, 0, kind)
    fit.define(4, LAP, ((253, U32), (2, U32), (7, U32), (9, U32)))
    fit.add(4, START_FIT + 90, START_FIT, 90_000, 27_000)
    add_session(fit, START_FIT, 100, 300, sport=2)
    add_session(fit, START_FIT + 100, 199, 600)
    ride, run = read("a.fit", fit.bytes())
    assert (len(ride.laps), len(run.laps)) == (1, 0)
    assert not ride.pauses
    assert (run.pauses[0].start_s, run.pauses[0].end_s) == (50, 80)


def test_chained_files_are_all_read() -> None:
    later = recording(200, seed=2)
    both = fit_file(RUN) + fit_file(later, start=START_FIT + 86_400)
    found = read("a.fit", both)
    assert [len(a.samples) for a in found] == [300, 200]
    assert found[1].start == START + timedelta(days=1)


def test_a_chained_file_without_an_activity_adds_nothing() -> None:
    settings = fit_start(kind=2).bytes()
    assert len(read("a.fit", settings + fit_file(RUN) + settings)) == 1


def test_a_cut_second_file_leaves_the_first_and_is_told() -> None:
    activity = one(fit_file(RUN) + fit_start(kind=2).bytes()[:-9])
    assert len(activity.samples) == 300
    assert "breaks off" in activity.warnings[0]


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.999])
def test_a_cut_file_keeps_every_whole_record(share: float) -> None:
    data = fit_file(RUN)
    cut = data[: int(len(data) * share)]
    activity = one(cut)
    size = 1 + 4 + 4 + 4 + 2 + 1 + 1 + 4 + 2
    first = data.index(bytes([2]) + struct.pack("<I", START_FIT))
    assert len(activity.samples) == min((len(cut) - first) // size, 300)
    assert "breaks off" in activity.warnings[0]
    assert activity.start == START


def test_a_file_that_was_never_closed_is_read_to_its_end() -> None:
    activity = one(fit_of(*range(50)).bytes(size=0)[:-2])
    assert len(activity.samples) == 50
    assert "never closed" in activity.warnings[0]


def test_a_header_that_tells_too_small_a_size_does_not_hide_the_rest() -> None:
    fit = fit_of(*range(100))
    assert len(one(fit.bytes(size=len(fit.body) // 2)).samples) == 100


def test_garbage_behind_a_whole_file_does_no_harm() -> None:
    activity = one(fit_file(RUN) + b"\0" * 500)
    assert len(activity.samples) == 300


def test_a_wrong_checksum_alone_is_no_reason_to_refuse() -> None:
    fit = fit_of(*range(40))
    activity = one(fit.bytes(crc=0x1234))
    assert len(activity.samples) == 40


@pytest.mark.parametrize("length", [1, 3, 40, 3000])
def test_damage_in_the_middle_costs_the_records_that_it_hits_alone(length: int) -> None:
    data = bytearray(fit_file(RUN))
    hit = data.index(bytes([2]) + struct.pack("<I", START_FIT + 100))
    data[hit : hit + length] = b"\x0e" * length
    activity = one(bytes(data))
    size = 1 + 4 + 4 + 4 + 2 + 1 + 1 + 4 + 2
    assert len(activity.samples) == 300 - (length + size - 1) // size
    assert activity.sport == "running"
    assert "nothing defined" in activity.warnings[0]
    assert "passed over" in activity.warnings[0]


def test_damage_that_nothing_follows_keeps_what_stands_before_it() -> None:
    data = fit_file(RUN)
    hit = data.index(bytes([2]) + struct.pack("<I", START_FIT + 150))
    activity = one(data[:hit] + b"\x0e" * 500)
    assert len(activity.samples) == 150


def test_a_device_that_counts_from_its_switching_on_gives_times_but_no_date() -> None:
    fit = fit_start().define(2, RECORD, ((253, U32), (3, U8)))
    for i in range(10):
        fit.add(2, 5000 + i, 140)
    activity = one(fit.bytes())
    assert activity.start is None
    np.testing.assert_array_equal(activity.samples.time_s, np.arange(10))
    assert "date" in activity.warnings[-1]


def test_a_correlation_message_gives_such_a_device_its_date() -> None:
    fit = fit_start().define(2, RECORD, ((253, U32), (3, U8)))
    for i in range(10):
        fit.add(2, 5000 + i, 140)
    fit.define(6, 162, ((253, U32), (1, U32))).add(6, START_FIT, 5000)
    assert one(fit.bytes()).start == START


def test_a_clock_that_was_set_on_the_way_loses_no_sample() -> None:
    fit = fit_start().define(2, RECORD, ((253, U32), (3, U8)))
    for i in range(5):
        fit.add(2, 4000 + i, 140)
    for i in range(100):
        fit.add(2, START_FIT + i, 150)
    activity = one(fit.bytes())
    assert len(activity.samples) == 105
    assert activity.elapsed_s == pytest.approx(104)
    assert (np.diff(activity.samples.time_s) == 1).all()
    assert "far from all others" in " ".join(activity.warnings)


def test_a_clock_set_back_an_hour_does_not_weave_the_samples() -> None:
    fit = fit_start().define(2, RECORD, RECORD_FIELDS)
    for i in range(200):
        values = record_values(RUN, i)
        fit.add(2, values[0] - (100 if i >= 100 else 0), *values[1:])
    activity = one(fit.bytes())
    assert len(activity.samples) == 200
    np.testing.assert_allclose(activity.samples.distance_m, RUN.distance_m[:200], atol=0.01)
    assert (np.diff(activity.samples.time_s) > 0).all()
    assert "set back" in " ".join(activity.warnings)


def test_ten_years_in_a_session_are_not_believed() -> None:
    fit = add_session(fit_of(*range(60)), START_FIT, 3e6 + 1e6, 100)
    assert one(fit.bytes()).elapsed_s == 59


def test_impossible_values_become_unknown() -> None:
    fit = fit_start().define(2, RECORD, ((253, U32), (0, I32), (1, I32), (3, U8), (2, U16)))
    fit.add(2, START_FIT, semicircles(46), semicircles(7), 0, 65_000)
    fit.add(2, START_FIT + 1, 0, 0, 150, 4000)
    fit.add(2, START_FIT + 2, 2**30 + 10**8, semicircles(7), 150, 4000)
    samples = one(fit.bytes()).samples
    np.testing.assert_array_equal(np.isfinite(samples.lat_deg), [True, False, False])
    np.testing.assert_array_equal(samples.heart_rate_bpm, [np.nan, 150, 150])
    np.testing.assert_array_equal(samples.altitude_m, [np.nan, 300, 300])


@pytest.mark.parametrize(
    ("kind", "name"), [(2, "settings"), (6, "course"), (5, "workout"), (32, "monitoring"), (4, "activity")]
)
def test_the_kind_of_a_file_is_known_from_its_first_bytes(kind: int, name: str) -> None:
    assert kind_of(fit_start(kind=kind).bytes()[:64]) == name


@pytest.mark.parametrize("kind", [2, 6, 32])
def test_a_file_of_another_kind_is_refused_by_name(kind: int) -> None:
    fit = fit_start(kind=kind)
    if kind == 6:
        fit.define(2, RECORD, RECORD_FIELDS).add(2, *record_values(RUN, 0))
    with pytest.raises(NotAnActivity) as caught:
        read("a.fit", fit.bytes())
    assert caught.value.kind in {"settings", "course", "monitoring"}
    assert "not an activity" in str(caught.value)


def test_an_activity_file_with_nothing_in_it_says_so() -> None:
    with pytest.raises(NotAnActivity, match="neither samples nor a session"):
        read("a.fit", fit_start().bytes())


def test_a_header_alone_is_unreadable_with_the_place() -> None:
    with pytest.raises(Unreadable, match="byte"):
        read("a.fit", fit_file(RUN)[:30])


def test_more_samples_than_the_limit_are_refused() -> None:
    with pytest.raises(Unreadable, match="300 samples; at most 250"):
        read("a.fit", fit_file(RUN), Limits(records=250))


def test_a_flood_of_messages_ends() -> None:
    flood = fit_start().define(1, 200, ()).define(2, 201, ())
    flood.body += bytes([1, 2]) * 400_000
    with pytest.raises(Unreadable, match="more than 300000 messages"):
        read("a.fit", flood.bytes(crc=0), Limits(messages=300_000))


def test_a_flood_of_definitions_ends() -> None:
    flood = Fit()
    for number in range(30_000):
        flood.body += bytes([0x40, 0, 0]) + struct.pack("<HB", number, 1) + bytes([0, 1, number % 200])
    with pytest.raises(Unreadable, match="kinds of messages"):
        read("a.fit", flood.bytes(crc=0))


def test_a_file_id_anywhere_but_first_is_found() -> None:
    fit = Fit().define(2, RECORD, ((253, U32), (3, U8))).add(2, START_FIT, 100)
    fit.define(0, FILE_ID, ((0, ENUM),)).add(0, 4)
    assert len(one(fit.bytes()).samples) == 1
