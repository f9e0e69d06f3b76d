# ruff: noqa: S101 - asserting is what a test does
"""The simulated runners are found as well as the bars say; always the same diaries."""

import importlib.util
import sys
from pathlib import Path
from typing import Any


def load() -> Any:
    """diaries.py is a script beside this file, not part of the package."""
    spec = importlib.util.spec_from_file_location("accuracy_diaries", Path(__file__).parent / "diaries.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


diaries = load()
BY_NAME = {runner.name: runner for runner in diaries.RUNNERS}
COUNT = 40


def test_without_an_effect_hardly_anything_is_flagged() -> None:
    found = diaries.score(BY_NAME["no effect, 40 weeks"], COUNT)
    assert found.any_flag <= 0.05 * COUNT


def test_a_strong_cause_comes_first_and_what_goes_with_it_does_not_pass_for_it() -> None:
    found = diaries.score(BY_NAME["strong effect, 40 weeks"], COUNT)
    assert found.first >= 0.8 * COUNT
    assert found.nulls <= 0.15 * COUNT
    assert found.trail <= 0.05 * COUNT


def test_of_too_short_a_time_most_is_refused() -> None:
    found = diaries.score(BY_NAME["strong effect, 10 weeks"], 20)
    assert found.answered <= 1


def test_a_row_has_a_cell_for_each_head() -> None:
    runner = BY_NAME["strong effect, 40 weeks"]
    line = diaries.row(runner, diaries.score(runner, 2))
    assert len(line[len(runner.name) :].split()) == len(diaries.HEADS)
