"""Drawings of runs: what they say, that it is true, and that they keep to the policy of the pages."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from secondwind.runlog import pictures
from secondwind.runlog.pictures import KILOMETRES, MILES
from secondwind.runlog.pictures.route import MOST_POINTS, projected, thinned
from secondwind.runlog.pictures.svg import steps
from secondwind.runlog.pictures.way import stretches
from secondwind.runlog.tests.recorded import loop
from secondwind.running.activity import Activity
from secondwind.running.terrain import stops

MONDAY = date(2026, 1, 5)
WEEKS = [(MONDAY + timedelta(weeks=i), 1000.0 * (20 + i)) for i in range(30)]
SAMPLES = loop(10.0)


def even(samples=SAMPLES) -> Any:
    pauses = [(stop.start_s, stop.end_s) for stop in stops(Activity(samples=samples))]
    return stretches(
        samples.distance_m, samples.time_s, heart_rate_bpm=samples.heart_rate_bpm,
        altitude_m=samples.altitude_m, stops=pauses,
    )  # fmt: skip


def route(samples=SAMPLES, units=KILOMETRES, **options) -> Any:
    return pictures.route(
        "route", samples.lat_deg, samples.lon_deg, samples.distance_m, units, breaks=samples.breaks, **options
    )


ALL: dict[str, Any] = {
    "route": route(),
    "pace": pictures.pace("pace", even(), KILOMETRES),
    "heart": pictures.heart_rate("heart", even(), KILOMETRES),
    "height": pictures.elevation("height", even(), KILOMETRES),
    "weeks": pictures.weeks(
        "weeks", "Distance a week", WEEKS, KILOMETRES.far, per=1000, unit="km",
        line=[(MONDAY, 15_000.0)], line_words="longest of 30 days",
    ),
    "shoes": pictures.shoes("shoes", [("A <b>& B", {"road": 9000, "trail": 3000})], KILOMETRES),
    "month": pictures.month("month", 2026, 2, {date(2026, 2, 14): 12_000.0}, KILOMETRES),
}  # fmt: skip


def drawn(draw, *given) -> Any:
    """A picture that is there."""
    return draw(*given)


def parsed(svg) -> Any:
    """Its elements."""
    return ET.fromstring(svg)


def found(pattern, text) -> Any:
    """The first match, which is there."""
    return re.search(pattern, text)


def points(picture):
    return json.loads(parsed(picture.svg).get("data-points"))


@pytest.mark.parametrize("name", ALL)
def test_a_drawing_has_a_name_a_description_and_a_table(name):
    picture = ALL[name]
    root = parsed(picture.svg)
    labels = root.get("aria-labelledby").split()

    assert root.get("role") == "img"
    assert [root.find(f".//*[@id='{label}']").text for label in labels] == [
        picture.title,
        picture.description,
    ]
    assert picture.table.rows
    assert {len(row) for row in picture.table.rows} == {len(picture.table.columns)}


@pytest.mark.parametrize("name", ALL)
def test_a_drawing_has_no_style_and_no_script_of_its_own_and_no_unknown_number(name):
    svg = ALL[name].svg

    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|#[0-9a-f]{6}|nan|inf\b", svg, re.IGNORECASE)


@pytest.mark.parametrize("name", ALL)
def test_ids_of_a_drawing_begin_with_its_name(name):
    ids = re.findall(r'\sid="([^"]+)"', "".join([ALL[name].svg, *(k.swatch for k in ALL[name].keys)]))

    assert len(ids) == len(set(ids))
    assert all(id.startswith(f"{name}-") for id in ids)


def test_words_of_people_cannot_become_markup():
    assert "A &lt;b&gt;&amp; B" in ALL["shoes"].svg


def test_pace_is_that_of_the_run_by_the_units_of_its_reader():
    samples = loop(10.0)
    steady = replace(samples, distance_m=samples.time_s * (1000 / 300))

    for units, pace in ((KILOMETRES, "5:00 /km"), (MILES, "8:03 /mi")):
        picture = drawn(pictures.pace, "pace", even(steady), units)
        assert {row[1] for row in picture.table.rows} == {pace}
        assert f"{pace} on average" in picture.description


def test_a_stop_leaves_a_gap_and_does_not_slow_the_pace():
    samples = loop(10.0)
    late = np.where(samples.time_s > 1200, samples.time_s + 600, samples.time_s)
    stopped, run = (
        drawn(pictures.pace, "pace", even(s), KILOMETRES) for s in (replace(samples, time_s=late), samples)
    )

    line = r'class="pic-line" |<path d="([^"]+)" class="pic-line"'
    assert found(line, run.svg)[1].count("M") == 1
    assert found(line, stopped.svg)[1].count("M") == 2
    assert "1 stop left out" in stopped.description
    assert [row[1] for row in stopped.table.rows[1:3]] == [row[1] for row in run.table.rows[1:3]]


def test_a_ramp_has_its_grade_in_words_table_and_pattern():
    way = np.arange(0, 4000, 3.0)
    altitude = 100 + np.where(way < 2000, way * 0.06, 240 - way * 0.06)
    run = stretches(way, way / 3, altitude_m=altitude)
    picture = drawn(pictures.elevation, "height", run, KILOMETRES)

    grades = [float(row[2].rstrip("%")) for row in picture.table.rows]
    assert grades == pytest.approx([6, 6, -6, -6], abs=0.3)
    assert [key.words for key in picture.keys if "flat" not in key.words] == [
        "down, 3 to 10 %",
        "up, 3 to 10 %",
    ]
    assert points(picture)["say"][20].endswith("+6%")


def test_no_height_no_pulse_no_times_no_way_draw_nothing():
    bare = replace(SAMPLES, altitude_m=None, heart_rate_bpm=None, time_s=np.full(len(SAMPLES), np.nan))
    run = stretches(bare.distance_m, bare.time_s)

    assert run is not None
    for draw in (pictures.pace, pictures.heart_rate, pictures.elevation):
        assert draw("x", run, KILOMETRES) is None
    assert stretches(np.zeros(100), np.arange(100.0)) is None
    assert route(replace(SAMPLES, lat_deg=np.full(len(SAMPLES), np.nan))) is None


def test_a_route_keeps_its_shape_with_at_most_400_points():
    rng = np.random.default_rng(2)
    x, y = np.cumsum(rng.normal(0, 5, (2, 20_000)), axis=1)
    keep = thinned(x, y, MOST_POINTS)
    picture = drawn(pictures.route, "r", 46 + y / 111_000, 7 + x / 77_000, np.arange(20_000.0), KILOMETRES)

    assert (len(keep), keep[0], keep[-1]) == (MOST_POINTS, 0, 19_999)
    d = found(r'<path d="([^"]+)" class="pic-way"', picture.svg)[1]
    assert len(re.findall("[Ml]", d)) <= MOST_POINTS
    # What is left out lies near the line: a shape of kilometres, drawn to some ten metres.
    nearest = np.interp(np.arange(20_000), keep, x[keep])
    assert np.sqrt(np.mean((nearest - x) ** 2)) < 40


@pytest.mark.parametrize("lat", [-64.0, 0.0, 46.5, 69.0])
def test_the_projection_keeps_areas(lat):
    side_lat, side_lon = 500 / 111_200, 500 / (111_320 * np.cos(np.radians(lat)))
    for east in (0.0, 0.3):
        corners = np.array([0, 0, 1, 1, 0]) * side_lat + lat, np.array([0, 1, 1, 0, 0]) * side_lon + east
        x, y = projected(np.append(corners[0], lat - 0.05), np.append(corners[1], 0.0))
        area = abs(np.sum(x[:4] * y[1:5] - x[1:5] * y[:4])) / 2
        assert area == pytest.approx(250_000, rel=0.01)


def test_a_route_over_the_date_line_is_as_wide_as_it_is():
    samples = replace(SAMPLES, lon_deg=(SAMPLES.lon_deg - 7.6 + 180 + 180) % 360 - 180)

    assert route(samples).description == route().description


def test_no_coordinate_of_the_earth_is_in_a_route():
    assert not re.search(r"46\.5\d|7\.6\d\d", ALL["route"].svg + ALL["route"].description)


def test_a_route_has_a_mark_at_each_distance_and_names_its_ends():
    svg = ALL["route"].svg

    assert re.findall(r'class="pic-mark-words">(\d+)<', svg) == [str(i) for i in range(1, 10)]
    assert "Start and end" in svg
    assert "Start" not in route(cut=True).svg
    assert "left out" in route(cut=True).description


def test_weeks_stand_in_order_with_the_line_over_them():
    picture = ALL["weeks"]

    assert picture.svg.count('class="pic-bar"') == len(WEEKS)
    assert picture.table.rows[0] == ("27 Jul 2026", "49.0 km")
    assert [key.words for key in picture.keys] == ["the week", "longest of 30 days"]
    assert points(picture)["say"][0] == "Week of 5 Jan 2026: 20.0 km"
    assert pictures.weeks("w", "Distance", [], KILOMETRES.far) is None
    assert pictures.weeks("w", "Distance", [(MONDAY, 0.0)], KILOMETRES.far) is not None


def test_a_month_has_a_day_for_each_day_and_a_dot_for_each_run():
    svg = ALL["month"].svg

    assert svg.count("<circle") == 1
    assert all(f">{day}<" in svg for day in range(1, 29))
    assert ALL["month"].table.rows == (("Sat 14", "12.0 km"),)


def test_levels_are_round_numbers_within_the_values():
    assert steps(0, 53, 4) == [0, 20, 40]
    assert steps(281, 402, 4, (5, 15, 30, 60, 120)) == [300, 360]
    assert steps(-0.4, 0.7, 3) == pytest.approx([0.0, 0.5])


@pytest.mark.parametrize("seed", range(5))
def test_odd_recordings_are_drawn_without_a_fault(seed):
    rng = np.random.default_rng(seed)
    count = 400
    holes = lambda values: np.where(rng.random(count) < 0.3, np.nan, values)  # noqa: E731  one word for it
    way = holes(np.cumsum(rng.exponential(3, count)))
    time = holes(np.cumsum(rng.exponential(20, count)))
    run = stretches(
        way,
        time,
        heart_rate_bpm=holes(rng.normal(150, 20, count)),
        altitude_m=holes(rng.normal(0, 900, count)),
    )

    for draw in (pictures.pace, pictures.heart_rate, pictures.elevation):
        picture = drawn(draw, "x", run, MILES)
        assert picture is None or "nan" not in picture.svg.lower()
