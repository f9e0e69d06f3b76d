"""A sample of `make fuzz`: damaged files neither crash, nor hang, nor swell."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("fuzz_files.py")
MUTATIONS = "600"


def test_a_sample_of_damaged_files_holds() -> None:
    run = subprocess.run([sys.executable, SCRIPT, MUTATIONS], capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{MUTATIONS} mutations" in run.stdout
    assert "0 failed" in run.stdout
