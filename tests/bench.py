"""What one check costs: `make bench`.

Prints the CPU time of a warm check of an account of about 150 words (at most 30 ms is wanted), how long the
library takes to import (at most 300 ms), and the share of each step. Times are the middle of many runs; the
shares come from a profiler, which slows small functions, so read them as "about".
"""

import cProfile
import pstats
import random
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import PurePath

from secondwind.clinic import check, load

RUNS = 60
IMPORTS = 7
CHECK_BUDGET_MS = 30
IMPORT_BUDGET_MS = 300
NASTY_LENGTH = 100_000
NASTY_BUDGET_S = 1

ACCOUNTS = {
    "next day, both legs": """
        I have run on roads for about nine years without anything worse than a blister. In March I started
        doing one trail run a week with some friends, mostly on a rutted path that leans to one side. Since
        then the outside of both lower legs aches the day after, from just above the ankle bone to about
        half way up. It is never there during the run, and I have not once had it after a road run, not even
        the long one. Going up stairs and pushing off are the worst; by the second morning it has gone. I
        have tried it in two old pairs of shoes and one new pair and it makes no difference. Rolling the
        muscle helps a bit, ice does nothing. There is no swelling, no numbness and no tingling, and
        pressing on the bone does not hurt. I rested for ten days and it came back on the first trail run. I
        am 47.""",
    "after the run, one knee": """
        Two weeks before my half marathon I did an easy sixteen kilometres and felt nothing at all. That
        evening, getting out of the car, there was a sharp pain at the back of my left knee, on the outer
        side, and by midnight the outside of the calf hurt as well. Stairs are bad in both directions. I
        cannot get the knee quite straight, and putting the left ankle on the other knee to tie a shoe is
        horrible. Taking off the shoe by holding the heel with the other foot hurts in the same spot. I did
        not fall or twist it and it did not swell. The doctor sent me for an x-ray and an ultrasound and
        both were clear. The calf is not warm or red. I have had ice on it, rested for eight days and taken
        ibuprofen, which takes the edge off. My brother had a torn meniscus, so I worry about that.""",
}


def cpu_ms(account: str) -> float:
    """The CPU time of one check, in milliseconds; the middle of `RUNS`."""
    times = []
    for _ in range(RUNS):
        start = time.process_time_ns()
        check(account)
        times.append(time.process_time_ns() - start)
    return statistics.median(times) / 1e6


def shares() -> dict[str, float]:
    """The part of the time that each step of a check takes, the largest first; they sum to one.

    A step is a module or package directly in `secondwind.clinic`. What Python itself does for a step counts
    as that step's; what it does for itself is "python".
    """
    profile = cProfile.Profile()
    with profile:
        for _ in range(RUNS):
            for account in ACCOUNTS.values():
                check(account)
    spent: Counter[str] = Counter()
    # (file, line, name) -> (calls, primitive calls, own time, time with callees, the same for each caller)
    table = vars(pstats.Stats(profile))["stats"]
    for (file, _, _), (_, _, own, _, callers) in table.items():
        if step := step_of(file):
            spent[step] += own
        else:
            for (calling_file, _, _), (_, _, own_for_caller, _) in callers.items():
                spent[step_of(calling_file) or "python"] += own_for_caller
    total = spent.total()
    return {step: seconds / total for step, seconds in spent.most_common()}


def step_of(file: str) -> str:
    """The step that a source file belongs to; empty when it is none of ours."""
    parts = PurePath(file).parts
    if "clinic" not in parts:
        return ""
    return parts[parts.index("clinic") + 1].removesuffix(".py")


def import_ms() -> float:
    """How long a new interpreter takes to import the library, in milliseconds; the middle of `IMPORTS`."""
    code = (
        "import time; start = time.perf_counter();"
        "from secondwind.clinic import check; print(time.perf_counter() - start)"
    )
    runs = [subprocess.check_output([sys.executable, "-c", code], text=True) for _ in range(IMPORTS)]
    return statistics.median(map(float, runs)) * 1000


def nasty_texts() -> dict[str, str]:
    """Texts of 100 000 characters that are hard to read, by what they are made of; always the same."""
    cues = sorted(set(re.findall(r"[a-z']+", repr(load().language))))
    random.Random(1).shuffle(cues)
    pieces = {
        "every cue word": " ".join(cues) + " ",
        "one word": "knee ",
        "no spaces": "knee",
        "newlines": "\n",
        "punctuation": ".,;:!?()-\"'",
        "emoji": "\N{RUNNER}\N{LEG}",
        "right to left": "\u202eالركبة تؤلمني ",
        "combining marks": "k\u0301n\u0301e\u0308e\u0301",
        "one sentence": "my knee hurts when I run and on stairs and I have no swelling or ",
    }
    texts = {name: (p * (NASTY_LENGTH // len(p) + 1))[:NASTY_LENGTH] for name, p in pieces.items()}
    half = NASTY_LENGTH // 2
    return texts | {"deep brackets": "(" * half + ")" * half}


def worst_nasty() -> tuple[float, str]:
    """The CPU time of the slowest check of `nasty_texts`, in seconds, and which it is.

    Each text is read once, as a stranger's would be.
    """
    times = []
    for name, text in nasty_texts().items():
        start = time.process_time()
        check(text)
        times.append((time.process_time() - start, name))
    return max(times)


def main() -> None:
    """Print the figures."""
    for account in ACCOUNTS.values():
        check(account)
    for name, account in ACCOUNTS.items():
        words = len(account.split())
        print(
            f"{cpu_ms(account):7.1f} ms of CPU  a check of {words} words (at most {CHECK_BUDGET_MS}): {name}"
        )
    print(f"{import_ms():7.1f} ms         to import the library (at most {IMPORT_BUDGET_MS})")
    seconds, name = worst_nasty()
    print(f"{seconds:7.1f} s of CPU   the worst text of 100 kB (at most {NASTY_BUDGET_S}): {name}")
    print("\nShare of each step:")
    for step, share in shares().items():
        if share >= 0.005:
            print(f"{share:8.0%}  {step}")


if __name__ == "__main__":
    main()
