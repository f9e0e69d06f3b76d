"""What similar cases cost: `make bench-similar`.

Prints, for 1,000, 10,000 and 100,000 cases, the CPU time of one search (the middle and the slowest in
twenty of 60 queries; at most 50 ms is wanted at 100,000), of putting a case in, and the memory that the index
takes. The cases are mixtures of the accounts under `accuracy/`: the pattern of one, half of the words of two,
and ten words of a vocabulary that grows as that of a forum does (Heaps' law). Reading an account into a case
comes before all this and is measured by `make bench`.
"""

import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from secondwind.clinic.similarity import Account, Index, account_of

ACCURACY = Path(__file__).parent.parent / "accuracy"
SIZES = (1_000, 10_000, 100_000)
QUERIES = 60
RARE_WORDS = 10
WANTED_MS = 50

Terms = list[tuple[str, int]]


def accounts() -> list[Account]:
    """Every account under `accuracy/` that reads like a case."""
    files = [ACCURACY / "similar" / "cases.jsonl", *sorted(ACCURACY.glob("threads-*.jsonl"))]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    read = [account_of(r.get("title", ""), r["text"]) for r in map(json.loads, lines)]
    return [a for a in read if a.case.places]


def fill(index: Index, size: int, seeds: list[Account], chance: random.Random) -> None:
    """Grow an index to `size` cases. Patterns and words are worked out once for each account, because that
    is what takes the time; the columns are filled one case at a time as always.
    """
    patterns = [index.vocabulary.pattern(a.case) for a in seeds]
    words = [[(t, n) for t, (n, _) in index.analyser.terms(a.text).items()] for a in seeds]
    for number in range(len(index), size):
        terms = dict(half(chance.choice(words), chance) + half(chance.choice(words), chance))
        vocabulary = 20 * (number + 1) ** 0.6
        for _ in range(RARE_WORDS):
            terms.setdefault(f"rare{int(vocabulary * chance.random() ** 3)}", 1)
        index.columns.append(f"case {number}", chance.choice(patterns), terms.items(), chance.random() < 0.3)
    index._length = sum(index.columns.length)


def half(terms: Terms, chance: random.Random) -> Terms:
    return chance.sample(terms, len(terms) // 2)


def milliseconds(work: Callable[[Account], object], on: list[Account]) -> list[float]:
    """The CPU time of each call."""
    times = []
    for account in on:
        start = time.process_time_ns()
        work(account)
        times.append((time.process_time_ns() - start) / 1e6)
    return times


def resident_mb() -> float:
    """Megabytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def main() -> int:
    """Print the figures; 1 when the largest index answers too slowly."""
    chance = random.Random(7)
    seeds = accounts()
    queries = [chance.choice(seeds) for _ in range(QUERIES)]
    index = Index()
    index.search(seeds[0].case, seeds[0].text)
    before = resident_mb()
    print(f"{'cases':>8}{'search':>11}{'1 in 20':>11}{'put in':>11}{'numbers':>11}{'memory':>11}")
    slow = 0.0
    for size in SIZES:
        fill(index, size, seeds, chance)
        searched = sorted(milliseconds(lambda a: index.search(a.case, a.text), queries))
        added = milliseconds(lambda a: index.add("one more", a.case, a.text), queries)
        index.remove("one more")
        slow = searched[-len(searched) // 20]
        print(
            f"{size:>8}{statistics.median(searched):>8.1f} ms{slow:>8.1f} ms"
            f"{statistics.median(added):>8.2f} ms"
            f"{index.columns.nbytes() / 1e6:>8.1f} MB{resident_mb() - before:>8.1f} MB"
        )
    start = time.process_time()
    data = index.to_bytes()
    kept = time.process_time() - start
    start = time.process_time()
    Index.from_bytes(data)
    print(
        f"snapshot of {SIZES[-1]}: {len(data) / 1e6:.0f} MB, {kept:.2f} s to make,"
        f" {time.process_time() - start:.2f} s to load"
    )
    return int(slow > WANTED_MS)


if __name__ == "__main__":
    sys.exit(main())
