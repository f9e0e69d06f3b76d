"""`secondwind runs read`: one object a file, whatever the files are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from secondwind.cli import main
from secondwind.running.tests.making import (
    START_FIT,
    add_session,
    fit_file,
    fit_start,
    gpx_file,
    recording,
    tcx_file,
)

KEYS = {
    "file", "sport", "start", "offset", "distance_m", "elapsed_s", "moving_s", "records", "climb_m",
    "descent_m", "switchbacks", "warnings",
}  # fmt: skip
RUN = recording(900)


def told(capsys: pytest.CaptureFixture[str], *files: Path) -> tuple[int, list[dict[str, Any]]]:
    status = main(["runs", "read", "--json", *map(str, files)])
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_file_is_an_object_with_the_agreed_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.fit").write_bytes(fit_file(RUN))
    (tmp_path / "b.gpx").write_bytes(gpx_file(RUN))
    status, (fit, gpx) = told(capsys, tmp_path / "a.fit", tmp_path / "b.gpx")
    assert status == 0
    assert set(fit) >= KEYS
    assert set(gpx) >= KEYS
    assert (fit["sport"], fit["start"], fit["offset"]) == ("running", "2026-05-17T06:30:00Z", "+02:00")
    assert (fit["elapsed_s"], fit["moving_s"], fit["records"]) == (899, 899, 900)
    assert fit["distance_m"] == pytest.approx(RUN.distance_m[-1], abs=0.02)
    assert fit["climb_m"] == pytest.approx(gpx["climb_m"], rel=0.1)
    assert gpx["offset"] == "+02:00"  # as its place tells


def test_one_unreadable_file_does_not_stop_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / f"{i}.tcx" for i in range(5)]
    for file in files:
        file.write_bytes(tcx_file(recording(30)))
    files[2].write_bytes(b"rubbish")
    files[3].unlink()
    status, objects = told(capsys, *files)
    assert status == 1
    assert [o["file"] for o in objects] == [str(f) for f in files]
    assert ["error" in o for o in objects] == [False, False, True, True, False]


def test_several_activities_of_a_file_are_listed_under_their_sum(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fit = fit_start()
    for at, length, sport in ((0, 100, 5), (100, 200, 1)):
        add_session(fit, START_FIT + at, length, length * 3, sport)
    (tmp_path / "two.fit").write_bytes(fit.bytes())
    _, (whole,) = told(capsys, tmp_path / "two.fit")
    assert [a["sport"] for a in whole["activities"]] == ["swimming", "running"]
    assert (whole["sport"], whole["distance_m"], whole["elapsed_s"]) == ("swimming|running", 900, 300)
    assert whole["climb_m"] is None


def test_people_get_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.fit").write_bytes(fit_file(RUN)[:-40])
    assert main(["runs", "read", str(tmp_path / "a.fit")]) == 0
    out = capsys.readouterr().out
    assert "2026-05-17T06:30:00Z" in out
    assert "2.6" in out
    assert "km" in out
    assert "breaks off" in out
