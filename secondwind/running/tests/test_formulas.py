"""Units, paces, times."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondwind.running.formulas import (
    MARATHON_M,
    clock,
    energy_cost,
    equivalent_time_s,
    pace_s_per_km,
    seconds_of,
    speed_mps,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1:02:03", 3723), ("42:30", 2550), ("42:30,5", 2550.5), ("90", 90), (" 0:59.25 ", 59.25),
     ("100:00", None), ("1:60", None), ("1:60:00", None), ("", None), ("-5", None), ("1:2:3:4", None),
     ("fast", None)],
)  # fmt: skip
def test_times_as_people_type_them(text: str, seconds: float | None) -> None:
    assert seconds_of(text) == seconds


@given(st.integers(0, 300_000))
def test_a_time_that_was_written_is_read_again(seconds: int) -> None:
    assert seconds_of(clock(seconds)) == seconds


def test_pace_and_speed_are_each_others_inverse() -> None:
    pace = pace_s_per_km(10_000, 3000)
    assert pace == 300
    assert speed_mps(300) == pytest.approx(10 / 3)
    assert pace_s_per_km(0, 100) is None
    assert speed_mps(0) is None


def test_riegels_own_example() -> None:
    # Twice the distance takes 2^1.06 = 2.085 times as long.
    assert equivalent_time_s(1800, 5000, 10_000) == pytest.approx(1800 * 2.0849, rel=1e-4)
    assert equivalent_time_s(2700, 10_000, MARATHON_M) == pytest.approx(12_415, rel=0.01)
    with pytest.raises(ValueError, match="above 0"):
        equivalent_time_s(0, 5000, 10_000)


def test_the_cost_of_grades_is_minettis() -> None:
    found = energy_cost(np.array([0.0, 0.1, -0.2, 0.45, 2.0]))
    np.testing.assert_allclose(found[:3], [3.6, 5.968, 1.800], atol=0.02)
    assert found[4] == found[3]
