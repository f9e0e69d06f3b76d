"""The switchback line."""

import re

import pytest

from secondwind.look.switchback import Switchback


@pytest.mark.parametrize("here", [1, 2, 3, 4])
def test_the_way_walked_ends_where_the_way_ahead_begins(here):
    line = Switchback(4, here)
    numbers = re.findall(r"[\d.]+ [\d.]+", line.walked)

    assert line.ahead.startswith("M" + numbers[-1])


@pytest.mark.parametrize("here", [1, 3, 5])
def test_every_step_has_one_mark(here):
    line = Switchback(5, here)

    assert len({*line.passed_marks, line.here_mark, *line.coming_marks}) == 5
    assert len(line.passed_marks) == here - 1


def test_it_climbs_from_left_to_right():
    line = Switchback(4, 4)
    points = [
        tuple(map(float, re.findall(r"[\d.]+", mark)[:2])) for mark in [*line.passed_marks, line.here_mark]
    ]

    assert points == sorted(points)
    assert [y for _, y in points] == sorted((y for _, y in points), reverse=True)
