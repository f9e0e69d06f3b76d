"""What a log knows of its runs becomes exposures, by hand-counted days."""

from __future__ import annotations

from datetime import date, timedelta
from math import isnan, nan

import pytest

from secondwind.running.exposure import Exposure, RunRecord, exposures_of, temperature_c

DAY = date(2026, 5, 1)


def runs(*ways: float, **same: object) -> list[RunRecord]:
    return [
        RunRecord(str(i), DAY + timedelta(days=i), distance_m=way, time_s=way * 0.36, **same)  # type: ignore[arg-type]  # of `same`
        for i, way in enumerate(ways)
    ]


def named(records: list[RunRecord]) -> dict[str, Exposure]:
    return {e.name: e for e in exposures_of(records)}


def values(found: dict[str, Exposure], name: str) -> list[float | None]:
    return [None if isnan(v) else round(v, 3) for v in found[name].values]


def test_distances_spikes_and_breaks() -> None:
    records = [
        RunRecord("a", DAY, distance_m=10_000),
        RunRecord("b", DAY + timedelta(days=1), distance_m=11_000),
        RunRecord("c", DAY + timedelta(days=4), distance_m=12_200),
        RunRecord("d", DAY + timedelta(days=60), distance_m=5_000),
    ]
    found = named(records)
    assert values(found, "distance") == [10, 11, 12.2, 5]
    assert values(found, "a single-session spike") == [None, 0, 1, None]
    assert values(found, "days since the last run") == [None, 1, 3, None]
    assert values(found, "the day after a run") == [None, 1, 0, None]


def test_climb_is_held_against_the_thirty_days_before() -> None:
    records = [
        RunRecord(str(i), DAY + timedelta(days=i), climb_m=climb, descent_m=2 * climb)
        for i, climb in enumerate([100.0, 200, 300, 400])
    ]
    found = named(records)
    assert values(found, "climb above your usual") == [None, None, None, 200]
    assert values(found, "descent above your usual") == [None, None, None, 400]
    assert found["descent"].volume


def test_turns_are_told_by_the_kilometre() -> None:
    found = named([RunRecord("a", DAY, distance_m=5_000, switchbacks=10, turns=20), RunRecord("b", DAY)])
    assert values(found, "switchbacks per km") == [2, None]
    assert values(found, "turns per km") == [4, None]


def test_fast_kilometres_are_fast_for_this_runner() -> None:
    records = runs(3000, 3000, 3000)
    records.append(RunRecord("fast", DAY + timedelta(days=4), distance_m=4000, splits_s=[360, 320, 324, 330]))
    records.append(RunRecord("whole", DAY + timedelta(days=5), distance_m=4000, time_s=1200))
    assert values(named(records), "fast running") == [None, None, None, 2, 4]


def test_surfaces_shoes_and_hours_are_choices() -> None:
    records = [
        RunRecord("a", DAY, hour=7, surfaces={"trail": 0.6, "road": 0.4}, shoes={"Old": 1}, shoe_m=250_000),
        RunRecord("b", DAY, hour=12.5, surfaces={"road": 1}, shoes={"New": 0.7, "Old": 0.3}),
        RunRecord("c", DAY, hour=19),
    ]
    found = named(records)
    assert values(found, "surface: trail") == [1, 0, None]
    assert values(found, "shoe: New") == [0, 1, None]
    assert values(found, "shoe age") == [250, None, None]
    assert values(found, "time of day: evening") == [0, 0, 1]
    assert found["surface: trail"].of == "surface"
    assert found["surface: trail"].words == "trail"


@pytest.mark.parametrize(
    ("words", "celsius"),
    [
        ("12 °C, rain", 12),
        ("-3C and wind", -3),
        ("7,5°", 7.5),
        ("68F", 20),
        ("hot, 30 degrees c", 30),
        ("rain", None),
        ("", None),
        ("5 crossings", None),
    ],
)
def test_the_temperature_as_typed(words: str, celsius: float | None) -> None:
    found = temperature_c(words)
    assert (nan if found is None else found) == pytest.approx(
        nan if celsius is None else celsius, nan_ok=True
    )


def test_runs_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="order"):
        exposures_of([RunRecord("a", DAY), RunRecord("b", DAY - timedelta(days=1))])
