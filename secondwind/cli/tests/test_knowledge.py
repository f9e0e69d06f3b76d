"""`secondwind knowledge`: what is wrong with the data, and a template for a new condition."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from secondwind.cli import main
from secondwind.clinic import knowledge
from secondwind.clinic.stored import to_json
from secondwind.clinic.tests.cases import case


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the data files."""
    monkeypatch.setenv("SECONDWIND_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return shutil.copytree(
        knowledge.HERE, tmp_path / "data", ignore=shutil.ignore_patterns("*.py", "schema", "__pycache__")
    )


def test_the_shipped_knowledge_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "check"]) == 0
    assert f"{len(knowledge.load().conditions)} conditions" in capsys.readouterr().out


def test_a_mistake_is_told_as_file_line_and_words(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = copy / "conditions" / "dvt.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("return_plan: none", "return_plan: rest"), encoding="utf-8"
    )
    line = 1 + path.read_text(encoding="utf-8").splitlines().index("return_plan: rest")
    assert main(["knowledge", "--directory", "data", "check"]) == 1
    told = capsys.readouterr()
    assert told.out == f"data/conditions/dvt.yaml:{line}: unknown return plan 'rest'\n"
    assert "1 problem found" in told.err


def test_a_template_is_right_once_it_is_filled_in(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = ["knowledge", "--directory", "data"]
    assert main([*directory, "add-condition", "runners_toe", "--name", "Runner's toe: bruised"]) == 0
    assert "data/conditions/runners_toe.yaml written" in capsys.readouterr().out
    assert main([*directory, "check"]) == 1
    told = capsys.readouterr().out
    assert all(line.startswith("data/conditions/runners_toe.yaml:") for line in told.splitlines())
    path = copy / "conditions" / "runners_toe.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ("family: fill_in", "family: skin"),
        ("urgency: fill_in", "urgency: self_care"),
        ("prior: 0\n", "prior: 2\n"),
        ("regions: {}", "regions: {toes: 1.0}"),
        ("id: fill_in", "id: act_tight_shoe"),
        ("return_plan: fill_in", "return_plan: none"),
    ):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    assert main([*directory, "check"]) == 0
    assert knowledge.load(copy).conditions["runners_toe"].name == "Runner's toe: bruised"


def test_a_condition_that_exists_is_left_alone(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (copy / "conditions" / "dvt.yaml").read_bytes()
    assert main(["knowledge", "--directory", "data", "add-condition", "dvt"]) == 2
    assert "dvt.yaml exists already" in capsys.readouterr().err
    assert (copy / "conditions" / "dvt.yaml").read_bytes() == before


@pytest.mark.parametrize("name", ["Runner", "../runner", "a b", "1st", ""])
def test_a_name_that_is_no_id_is_refused(copy: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    files = sorted(copy.rglob("*"))
    assert main(["knowledge", "--directory", "data", "add-condition", name]) == 2
    assert "no id" in capsys.readouterr().err
    assert sorted(copy.rglob("*")) == files


def test_a_directory_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "--directory", str(tmp_path / "none"), "add-condition", "new_one"]) == 2
    assert "cannot write" in capsys.readouterr().err
    assert main(["knowledge", "--directory", str(tmp_path / "none"), "check"]) == 1
    assert "this file is missing" in capsys.readouterr().out


def test_confirmed_cases_give_a_report_and_a_diff_and_change_nothing(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heel = to_json(case(["heel_bottom_inner"], ["time_first_steps"], ["act_barefoot"]))
    knee = to_json(case(["knee_cap"], ["act_barefoot", "act_squat"]))
    lines = [{"diagnosis": "plantar_fasciopathy", "case": heel}] * 20 + [
        {"diagnosis": "pfp", "case": knee}
    ] * 20
    lines += [
        {"diagnosis": "pfp", "text": "My kneecap aches on stairs."},
        {"diagnosis": "gremlins", "text": "x"},
    ]
    Path("confirmed.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    before = {p: p.read_bytes() for p in copy.rglob("*") if p.is_file()}
    assert main(["knowledge", "--directory", "data", "calibrate", "confirmed.jsonl"]) == 1
    told = capsys.readouterr()
    assert "line 42: 'diagnosis' must be the id of a condition, not 'gremlins'" in told.err
    assert "41 confirmed cases: few" in told.out
    assert "+++ b/conditions/plantar_fasciopathy.yaml" in told.out
    assert before == {p: p.read_bytes() for p in copy.rglob("*") if p.is_file()}
    assert main(["knowledge", "--directory", "data", "calibrate", "missing.jsonl"]) == 2
