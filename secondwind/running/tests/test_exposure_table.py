"""A table of days becomes a diary, whatever it calls its columns."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondwind.running.exposure import BadTable, Lag, Table, analyse, read_table
from secondwind.running.exposure.names import Slot, is_volume, pain_name, unit_of

FIRST = date(2026, 3, 2)


def table(header: str, *rows: str) -> Table:
    return read_table("\n".join([header, *rows]))


def sites(found: Table) -> list[tuple[str, Lag]]:
    return [(p.site, p.lag) for p in found.diary.pains]


@pytest.mark.parametrize(
    ("name", "site", "slot"),
    [
        ("pain", "", Slot.SAME),
        ("pain_next_day", "", Slot.NEXT),
        ("Pain (next morning)", "", Slot.NEXT),
        ("painNextDay", "", Slot.NEXT),
        ("next_day_pain_left_calf", "left calf", Slot.NEXT),
        ("pain_48h", "", Slot.TWO),
        ("pain_two_days", "", Slot.TWO),
        ("knee_pain_before_run", "knee", Slot.BEFORE),
        ("pain_outer_lower_leg", "outer lower leg", Slot.SAME),
        ("Pain Morning", "", Slot.MORNING),
        ("pain_score_after", "", Slot.SAME),
        ("pain_lag_1", "", Slot.NEXT),
        ("pain_lag1_hip", "hip", Slot.NEXT),
        ("Pain t+1", "", Slot.NEXT),
        ("knee pain +48 h", "knee", Slot.TWO),
        ("pain_plus_0", "", Slot.SAME),
        ("Pain (0-10) 24 h later", "", Slot.NEXT),
        ("Schmerz Knie", "knie", Slot.SAME),
    ],
)
def test_the_name_of_a_pain_tells_site_and_time(name: str, site: str, slot: Slot) -> None:
    found = pain_name(name)
    assert found is not None
    assert (found.site, found.slot) == (site, slot)


@pytest.mark.parametrize("name", ["painkiller", "pain_free_km", "campaign", "soreness", "date"])
def test_other_names_are_no_pain(name: str) -> None:
    assert pain_name(name) is None


def test_units_stand_at_the_end_of_a_name() -> None:
    assert unit_of("descent_m") == ("descent", "m")
    assert unit_of("turns_per_km") == ("turns per km", "")
    assert unit_of("Shoe age km") == ("shoe age", "km")
    assert is_volume("distance_km")
    assert unit_of("Turns/km") == ("turns per km", "")
    assert not is_volume("Turns/km")
    assert not is_volume("turns_per_km")
    assert not is_volume("shoe_age_km")


def test_numbers_words_and_yes_or_no_become_exposures() -> None:
    found = table(
        "date,distance_km,surface,evening,start,pain",
        "2026-03-02,10.5,trail,yes,07:30,1",
        "2026-03-04,8,road,no,18:15,2",
        "2026-03-05,,road,no,,0",
    )
    by_name = {e.name: e for e in found.diary.exposures}
    assert by_name["distance_km"].values.tolist() == [10.5, 8]
    assert by_name["surface: trail"].values.tolist() == [1, 0]
    assert by_name["surface: trail"].of == "surface"
    assert by_name["evening"].yes_no
    assert by_name["start"].values.tolist() == [7.5, 18.25]
    assert found.rest_days == 1
    assert found.diary.runs == ("2026-03-02", "2026-03-04")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "form",
    [
        "%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%Y%m%d", "%d %b %Y", "%Y-%m-%dT07:30:00Z", "%m/%d/%y 6:30 PM",
        '"%b %d, %Y, 6:30:00 AM"', '"%A, %dth %B %Y"',
    ],
)  # fmt: skip
def test_separators_and_dates_of_any_kind(separator: str, form: str) -> None:
    rows = [
        separator.join([(FIRST + timedelta(days=i)).strftime(form), str(i), "0"]) for i in range(0, 40, 2)
    ]
    found = read_table(
        ("\ufeff" + separator.join(["Date", "climb", "pain"]) + "\r\n" + "\r\n".join(rows)).encode()
    )
    assert not found.problems
    assert np.diff(found.diary.days).tolist() == [2] * 19


def test_decimal_commas_and_days_that_are_counted() -> None:
    found = table("day;climb;pain", "1;10,5;0", "3;2,5;1")
    assert found.diary.exposures[0].values.tolist() == [10.5, 2.5]
    assert found.diary.days.tolist() == [1, 3]


def test_units_and_fractions_stand_in_cells_as_people_write_them() -> None:
    found = table(
        "date,distance,climb,share,pain",
        '2026-03-02,5 km,"1,200",50%,2/10',
        '2026-03-04,6.5km,"1,050 m",5 %,3 / 10',
        "2026-03-05,3 mi,80,0%,4",
    )
    by_name = {e.name: e.values.tolist() for e in found.diary.exposures}
    assert by_name["distance"][:2] == [5, 6.5]
    assert by_name["climb"] == [1200, 1050, 80]
    assert by_name["share"] == [50, 5, 0]
    assert found.diary.pains[0].after.tolist() == [2, 3, 4]
    (problem,) = found.problems
    assert (problem.line, problem.column, problem.value) == (4, "distance", "3 mi")
    assert problem.why == "This is in mi, and most of the column is in km."


def test_times_are_of_the_clock_or_minutes_and_seconds_by_what_the_column_holds() -> None:
    found = table(
        "date,start,duration,pain",
        "2026-03-02,7:30 am,1:05:00,1",
        "2026-03-04,6:15 PM,45:30,1",
    )
    by_name = {e.name: (e.unit, e.values.tolist()) for e in found.diary.exposures}
    assert by_name == {"start": ("h", [7.5, 18.25]), "duration": ("min", [65, 45.5])}
    assert len(found.diary.runs) == 2


def test_what_stands_around_a_table_is_no_part_of_it() -> None:
    found = table("# my log", "sep=|", "|date|km|pain|", "0|2026-03-02|5|1|", "1|2026-03-04|6|2")
    assert [e.name for e in found.diary.exposures] == ["km"]
    assert not found.problems
    assert {o.name for o in found.passed_over} == {"(column 1)", "(column 5)"}


def test_a_column_may_say_which_days_had_a_run() -> None:
    found = table("date,run,descent,pain", "2026-03-02,1,0,1", "2026-03-03,0,0,2", "2026-03-04,1,80,0")
    assert (found.diary.runs, found.rest_days) == (("2026-03-02", "2026-03-04"), 1)


def test_places_alone_are_pain_where_nothing_else_is() -> None:
    found = table("date,km,left_calf_next_day,Knee (0-10)", "2026-03-02,10,1,2")
    assert sites(found) == [("left calf", Lag.NEXT_DAY), ("knee", Lag.SAME_DAY)]


def test_a_site_that_hardly_hurts_is_on_the_scale_of_the_others() -> None:
    rows = [f"2026-03-{d:02},5,{d % 2},{d % 5}" for d in range(1, 21)]
    found = table("date,km,pain_knee,pain_calf", *rows)
    assert [(p.top, p.rise) for p in found.diary.pains] == [(10, 2), (10, 2)]


def test_a_bad_line_is_told_with_its_line_and_value_and_the_rest_is_read() -> None:
    found = table(
        "date,climb,pain",
        "2026-03-02,10,1",
        "yesterday,10,1",
        "2026-03-04,steep,1",
        "2026-03-05,10,11",
        "2026-03-06,10",
        "2026-03-07,10,ouch",
        "2026-03-08,10,-1",
    )
    told = [(p.line, p.column, p.value) for p in found.problems]
    assert told == [
        (3, "date", "yesterday"),
        (4, "climb", "steep"),
        (5, "pain", "11"),
        (6, "", "2026-03-06,10"),
        (7, "pain", "ouch"),
        (8, "pain", "-1"),
    ]
    assert len(found.diary.runs) == 5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "a,b\n1,2",
        "date,climb\n2026-03-02,1",
        "date,date,pain\n1,1,1",
        "date,climb,pain\n2026-03-02,1,severe",
        'date,pain\n"' + "x" * 200_000,
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadTable, match=r"^[A-Z].*\.$"):
        read_table(text)


def test_each_site_and_lag_has_its_columns() -> None:
    found = table(
        "date,km,pain_knee,pain_knee_next_day,pain_left_calf_48h,pain_before",
        "2026-03-02,10,1,2,3,0",
    )
    assert sites(found) == [
        ("knee", Lag.SAME_DAY), ("knee", Lag.NEXT_DAY), ("left calf", Lag.TWO_DAYS),
    ]  # fmt: skip
    assert all(p.before.tolist() == [0] and not p.from_usual for p in found.diary.pains)


def test_pain_of_each_day_tells_the_days_after_a_run() -> None:
    rows = [f"2026-03-{d:02},{'10' if d % 3 == 1 else ''},{d}" for d in range(1, 11)]
    found = table("date,km,pain", *rows)
    by_lag = {p.lag: p.after.tolist() for p in found.diary.pains}
    assert by_lag[Lag.SAME_DAY] == [1, 4, 7, 10]
    assert by_lag[Lag.NEXT_DAY][:3] == [2, 5, 8]
    assert by_lag[Lag.TWO_DAYS][:3] == [3, 6, 9]
    assert np.isnan(by_lag[Lag.NEXT_DAY][3])


@pytest.mark.parametrize(("worst", "top", "rise"), [(10, 10, 2), (80, 100, 20), (1, 1, 1)])
def test_the_scale_is_that_of_the_values(worst: int, top: float, rise: float) -> None:
    found = table("date,km,pain", *(f"2026-03-{d:02},5,{worst if d % 2 else 0}" for d in range(1, 21)))
    (pain,) = found.diary.pains
    assert (pain.top, pain.rise) == (top, rise)


def test_ids_name_the_runs_and_two_of_a_day_differ() -> None:
    assert table("id,date,km,pain", "a,2026-03-02,5,1", "b,2026-03-02,5,1").diary.runs == ("a", "b")
    assert table("date,km,pain", "2026-03-02,5,1", "2026-03-02,6,1").diary.runs == (
        "2026-03-02",
        "2026-03-02 #2",
    )


def test_words_without_end_and_notes_are_passed_over() -> None:
    rows = [f"2026-03-{d:02},5,felt {d},route {d},0" for d in range(1, 21)]
    found = table("date,km,notes,where,pain", *rows)
    assert [o.name for o in found.passed_over] == ["notes", "where"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300) | st.binary(max_size=300))
def test_nothing_that_is_read_breaks_the_reader(content: str | bytes) -> None:
    with suppress(BadTable):
        analyse(read_table(content).diary)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(
                ["", "0", "1", "2.5", "9", "10", "trail", "road", "nan", "1e400", "-", "2026-03-02"]
            ),
            min_size=4,
            max_size=4,
        ),
        max_size=60,
    )
)
def test_no_cell_breaks_the_reader(rows: list[list[str]]) -> None:
    days = [(FIRST + timedelta(days=i)).isoformat() for i in range(len(rows))]
    lines = [",".join([day, *row]) for day, row in zip(days, rows, strict=True)]
    with suppress(BadTable):  # no level is a number
        analyse(table("date,a,b,pain,pain_next_day", *lines).diary)
