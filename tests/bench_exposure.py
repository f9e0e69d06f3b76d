"""What the question "which runs precede pain?" costs: `make bench-exposure`.

Prints the CPU time of the model of 1,000 runs with 12 exposures and pain at 3 sites (at most 300 ms is
wanted), the middle of several, and how long a new interpreter takes to import the library.
"""

import statistics
import subprocess
import sys
import time

import numpy as np

from secondwind.running.exposure import Diary, Exposure, Lag, Pain, analyse

RUNS, EXPOSURES, SITES = 1000, 12, 3
REPEATS = 9
BUDGET_MS = 300


def diary() -> Diary:
    """Four years of a run every day or two; one run in eight makes a site worse."""
    chance = np.random.default_rng(1)
    days = np.cumsum(chance.choice([1, 2], RUNS))
    exposures = [Exposure(f"exposure {i}", chance.normal(size=RUNS)) for i in range(EXPOSURES)]
    pains = []
    for site in range(SITES):
        before = chance.integers(0, 3, RUNS).astype(float)
        after = before + 3 * (chance.random(RUNS) < 0.125)
        pains.append(Pain(f"site {site}", Lag.NEXT_DAY, after, before))
    return Diary.of([f"{i:04}" for i in range(RUNS)], days, exposures, pains)


def main() -> None:
    """Print the figures."""
    whole = diary()
    answers = analyse(whole).answers
    times = []
    for _ in range(REPEATS):
        start = time.process_time_ns()
        analyse(whole)
        times.append((time.process_time_ns() - start) / 1e6)
    flares = " + ".join(str(a.flares) for a in answers)
    print(
        f"{statistics.median(times):7.1f} ms of CPU  {RUNS} runs x {EXPOSURES} exposures x {SITES} sites,"
        f" {flares} flares (at most {BUDGET_MS})"
    )
    code = (
        "import time; start = time.perf_counter();"
        "from secondwind.running.exposure import analyse; print(time.perf_counter() - start)"
    )
    imports = [float(subprocess.check_output([sys.executable, "-c", code], text=True)) for _ in range(5)]
    print(f"{statistics.median(imports) * 1000:7.1f} ms         to import the library")


if __name__ == "__main__":
    main()
