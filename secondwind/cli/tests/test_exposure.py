"""`secondwind exposure`: a table in, a model or a refusal out."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from secondwind.cli import main


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    """Forty weeks, three runs a week: trail hurts the next day, the shoe has nothing to do with it."""
    chance = np.random.default_rng(4)
    path = tmp_path / "diary.csv"
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["date", "surface", "shoe", "distance_km", "pain_calf", "pain_calf_next_day"])
        for i in range(120):
            trail = chance.random() < 0.3
            hurts = chance.random() < (0.7 if trail else 0.05)
            out.writerow(
                [
                    date(2026, 1, 5) + timedelta(days=7 * (i // 3) + 2 * (i % 3)),
                    "trail" if trail else "road",
                    chance.choice(["A", "B", "C"]),
                    round(float(chance.normal(9, 2)), 1),
                    0,
                    int(chance.integers(0, 2)) + (4 if hurts else 0),
                ]
            )
    return path


def told(capsys: pytest.CaptureFixture[str], path: Path) -> tuple[int, dict[str, Any]]:
    status = main(["exposure", str(path), "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_it_prints_the_model(diary: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, found = told(capsys, diary)
    assert status == 0
    assert [f["exposure"] for f in found["flagged"]] == ["surface: trail"]
    first, *rest = (e for e in found["exposures"] if e["lag"] == "next morning")
    assert (first["exposure"], first["rank"], first["step"]) == ("surface: trail", 1, "rather than road")
    assert first["interval_95"][0] > 1
    assert first["flares"] >= 10
    assert not any(e["flagged"] for e in rest)
    counts = first["counts"]
    assert counts[0]["worse"] == len(counts[0]["runs_worse"]) > counts[1]["worse"]
    (model,) = found["models"]
    assert (model["site"], model["lag"], model["flares"]) == ("calf", "next morning", len(model["cases"]))
    (refusal,) = found["refusals"]
    assert (refusal["lag"], refusal["flares"], refusal["missing_flares"]) == ("same day", 0, 10)
    assert refusal["missing_days"] is None


def test_people_get_sentences(diary: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exposure", str(diary)]) == 0
    out = capsys.readouterr().out
    assert "trail goes with more flares: trail: worse after" in out
    assert "nothing is said. There are 0 flares" in out
    assert "not what causes it" in out


def test_a_bad_value_is_told_and_the_rest_is_answered(
    diary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    diary.write_text(diary.read_text() + "2026-12-01,road,A,far,0,0\n2026-12-02,road,A,5,0,0,0\n")
    status, found = told(capsys, diary)
    assert status == 1
    assert [(p["line"], p["column"], p["value"]) for p in found["problems"]] == [
        (122, "distance_km", "far"),
        (123, "", "2026-12-02,road,A,5,0,0,0"),
    ]
    assert found["flagged"]
    assert main(["exposure", str(diary)]) == 1
    assert "line 122, distance_km: 'far'" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "date,km\n2026-03-02,5\n", "km,pain\n5,1\n"])
def test_what_is_no_table_is_a_sentence_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    (tmp_path / "bad.csv").write_text(content)
    assert main(["exposure", str(tmp_path / "bad.csv")]) == 2
    assert capsys.readouterr().err.strip().endswith(".")
    assert main(["exposure", str(tmp_path / "none.csv")]) == 2


def test_the_help_explains_the_columns(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["exposure", "--help"])
    out = capsys.readouterr().out
    for word in ("pain_next_day", "surface: trail, road", "pain_before", "day of rest"):
        assert word in out
