# ruff: noqa: S101 - asserting is what a test does
"""The scorer counts as README.md says, on labels and answers made by hand."""

import copy
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


def load() -> Any:
    """score.py is a script beside this file, not part of the package."""
    spec = importlib.util.spec_from_file_location("accuracy_score", HERE / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


score = load()

LABEL: dict[str, Any] = {
    "id": "t-1",
    "is_injury": True,
    "op": {
        "regions": ["calf", "achilles"],
        "side": "left",
        "onset": "unknown",
        "timing": ["during_run"],
        "provoked_by": [],
        "quality": ["tight"],
        "surface": [],
        "tried": ["ice"],
        "tests_negative": ["xray"],
        "tests_positive": [],
        "red_flags": [],
        "duration_days": 28,
        "suspected_by_op": [],
        "denied": ["numb_tingling", "night_pain"],
    },
    "replies_suggest": {"conditions": ["calf_strain"], "treatments": ["rest"]},
    "outcome": "improved",
}

VIGNETTES: list[dict[str, Any]] = [
    {
        "id": "v-1",
        "diagnosis": "dvt",
        "acceptable": ["pe_cardiac"],
        "urgency": "same_day",
        "urgency_also_ok": ["emergency"],
        "urgent": True,
        "difficulty": "classic",
    },
    {
        "id": "v-2",
        "diagnosis": "itbs",
        "acceptable": [],
        "urgency": "self_care",
        "urgency_also_ok": [],
        "urgent": False,
        "difficulty": "hard",
    },
]


def threads(**changes: Any) -> Any:
    """The score of the label itself with some fields of the opener changed."""
    predicted = copy.deepcopy(LABEL)
    predicted["op"].update(changes)
    return score.score_threads([LABEL], {"t-1": predicted})


def vignettes(*answers: tuple[tuple[str, ...], str]) -> Any:
    pairs = zip(VIGNETTES, answers, strict=True)
    return score.score_vignettes(VIGNETTES, {v["id"]: score.Predicted(*a) for v, a in pairs})


def test_a_perfect_reading_scores_one_everywhere() -> None:
    result = threads()
    assert all(c.f1 == 1 for c in (*result.fields().values(), *result.replies().values(), result.overall()))
    assert result.rates()["injury or not, right"].value == 1
    assert result.rates()["denied, read as affirmed"].hits == 0
    assert result.misses() == []


def test_an_empty_reading_scores_nothing() -> None:
    result = score.score_threads([LABEL], {})
    assert result.overall().f1 == 0
    assert result.overall().fn == 11
    assert result.rates()["injury or not, right"].value == 0


def test_a_denied_token_affirmed_is_a_negation_error() -> None:
    result = threads(quality=["tight", "numb_tingling"], denied=["night_pain"])
    assert result.rates()["denied, read as affirmed"] == score.Rate(1, 2)
    assert "t-1  denied, read as affirmed: numb_tingling" in result.misses()


def test_a_denied_token_merely_missed_is_not_a_negation_error() -> None:
    result = threads(denied=[])
    assert result.rates()["denied, read as affirmed"] == score.Rate(0, 2)
    assert result.fields()["denied"].recall == 0


def test_a_clear_test_read_as_abnormal_is_counted_apart() -> None:
    result = threads(tests_negative=[], tests_positive=["xray"])
    assert result.rates()["clear test, read as abnormal"] == score.Rate(1, 1)


def test_unknown_is_nothing_said() -> None:
    assert threads(side="unknown").fields()["side"] == score.Counts(fn=1)
    assert threads(onset="sudden").fields()["onset"] == score.Counts(fp=1)


@pytest.mark.parametrize(
    ("got", "right", "hit"),
    [(35, 28, True), (36, 28, False), (3, 1, True), (4, 1, False), (0, 0, True), (0, None, False)],
)
def test_a_duration_is_right_within_two_days_or_a_quarter(got: float, right: float | None, hit: bool) -> None:
    assert score.count_duration(got, right).tp == hit


def test_only_the_first_region_makes_the_first_region_right() -> None:
    result = threads(regions=["achilles", "calf"])
    assert result.fields()["regions"].f1 == 1
    assert result.rates()["first region right"].value == 0


def test_perfect_answers() -> None:
    rates = vignettes((("dvt",), "same_day"), (("itbs",), "self_care")).rates()
    right = "condition in the first 1", "urgency exact", "urgency defensible", "danger caught (at its class)"
    assert [rates[name].value for name in right] == [1, 1, 1, 1]


def test_no_answers() -> None:
    rates = score.score_vignettes(VIGNETTES, {}).rates()
    assert rates["condition in the first 5"].value == 0
    assert rates["danger caught (at its class)"] == score.Rate(0, 1)
    assert rates["urgency too low"] == score.Rate(1, 2)


def test_an_acceptable_condition_counts_at_its_place() -> None:
    rates = vignettes((("itbs", "mtss", "pe_cardiac"), "same_day"), ((), "self_care")).rates()
    assert [rates[f"condition in the first {n}"].hits for n in (1, 3, 5)] == [0, 1, 1]


def test_a_class_that_is_also_all_right_is_too_high_only_when_counted_strictly() -> None:
    rates = vignettes((("dvt",), "emergency"), (("itbs",), "same_day")).rates()
    assert rates["urgency too high"] == score.Rate(2, 2)
    assert rates["higher than defensible"] == score.Rate(1, 2)
    assert rates["self-care, told today or sooner"] == score.Rate(1, 1)


def test_a_routine_visit_counts_as_self_care() -> None:
    assert vignettes((("dvt",), "same_day"), (("itbs",), "routine")).rates()["urgency exact"].value == 1


def test_the_confusion_table_has_the_label_first() -> None:
    result = vignettes((("dvt",), "within_week"), (("itbs",), "self_care"))
    assert result.confusion()["same_day", "within_week"] == 1


def test_the_wilson_interval_of_a_known_case() -> None:
    # Newcombe, Stat Med 1998: 15 of 148 gives 0.0624 to 0.1605.
    assert score.Rate(15, 148).interval() == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert score.Rate(0, 0).value is None


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "vignettes-a.jsonl").write_text('{"id": "v-1"}\n{"id": \n', encoding="utf-8")
    with pytest.raises(score.FileError, match=r"vignettes-a\.jsonl, line 2: not JSON"):
        score.read_sets(tmp_path, "vignettes", ["a"])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(score.FileError, match=r"There is no file .*labels-b\.jsonl"):
        score.read_sets(tmp_path, "labels", ["b"])


@pytest.mark.parametrize("name", ["a", "b"])
def test_the_vignettes_keep_to_their_form(name: str) -> None:
    for vignette in score.read_sets(HERE, "vignettes", [name]):
        where = vignette["id"]
        assert 60 <= len(vignette["text"].split()) <= 130, where
        assert {vignette["urgency"], *vignette["urgency_also_ok"]} <= set(score.CLASSES), where
        assert vignette["urgency"] not in vignette["urgency_also_ok"], where
        assert not (vignette["urgency"] in ("same_day", "emergency") and not vignette["urgent"]), where
        assert vignette["difficulty"] in ("classic", "middling", "hard"), where


def test_no_id_is_in_both_sets() -> None:
    ids = [v["id"] for v in score.read_sets(HERE, "vignettes", ["a", "b"])]
    assert len(ids) == len(set(ids)) == 80


def test_scores_can_be_written_as_json() -> None:
    both = [threads().as_json(), vignettes((("dvt",), "same_day"), ((), "routine")).as_json()]
    assert json.loads(json.dumps(both))[1]["rates"]["condition in the first 1"]["hits"] == 1
