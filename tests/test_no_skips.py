"""SECONDWIND_NO_SKIPS makes a failure of a test that is left out, so that nothing goes unseen in CI."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Tests that leave themselves out, one in its body and one with its file: written to a folder of their own and
# run there, to see that a skip is counted or refused. Nothing of this suite is skipped by them.
IN_A_TEST = """
import pytest

def test_of_something():
    pytest.skip("no such machine")
"""
OF_A_FILE = """
import pytest

pytest.importorskip("a_package_that_nobody_wrote", reason="no such package")
"""


@pytest.mark.parametrize("source", [IN_A_TEST, OF_A_FILE])
@pytest.mark.parametrize(("value", "status"), [("1", "fails"), ("", "passes")])
def test_a_test_that_is_left_out(tmp_path: Path, source: str, value: str, status: str) -> None:
    (tmp_path / "test_left_out.py").write_text(source, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "conftest", "-c", "pyproject.toml", str(tmp_path)],
        env=os.environ | {"SECONDWIND_NO_SKIPS": value}, cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ("1 skipped" in run.stdout) is (status == "passes")
    assert ("SECONDWIND_NO_SKIPS is set" in run.stdout) is (status == "fails")
    assert "no such" in run.stdout
    assert (run.returncode in {0, 5}) is (status == "passes")  # 5: nothing was left to run
