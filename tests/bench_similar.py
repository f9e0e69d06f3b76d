"""What similar cases cost: `make bench-similar`.

Prints, for 1,000, 10,000 and 100,000 cases, the CPU time of one search (the middle and the slowest in
twenty of 60 queries; at most 50 ms is wanted at 100,000), of putting a case in, and the memory that the index
takes; then the same with a vector of the sentence model for each case, and what embedding a query costs where
the model is installed (`make meaning`), which comes on top. The cases are mixtures of the accounts under
`accuracy/`: the pattern of one, half of the words of two, and ten words of a vocabulary that grows as that of
a forum does (Heaps' law); their vectors lie around those of forty subjects. Reading an account into a case
comes before all this and is measured by `make bench`.
"""

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from secondwind.clinic.similarity import Account, Index, account_of, meaning

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


class Subjects:
    """Vectors around those of forty subjects, as those of real accounts lie in heaps: cosines within one of
    about 0.6."""

    def __init__(self) -> None:
        self.chance = np.random.default_rng(7)
        self.middles = self.chance.standard_normal((40, meaning.SIZE))

    def __call__(self) -> meaning.Vector:
        vector = self.middles[self.chance.integers(40)] + 0.8 * self.chance.standard_normal(meaning.SIZE)
        found: meaning.Vector = (vector / np.linalg.norm(vector)).astype(np.float16)
        return found


def fill(
    index: Index, size: int, seeds: list[Account], chance: random.Random, vectors: Subjects | None
) -> None:
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
        vector = vectors() if vectors else None
        pattern, ended = chance.choice(patterns), chance.random() < 0.3
        index.columns.append(f"case {number}", pattern, terms.items(), ended, vector)
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


def table(seeds: list[Account], vectors: Subjects | None) -> float:
    """Print the figures; the time of the largest index, slowest in 20, in milliseconds."""
    chance = random.Random(7)
    queries = [chance.choice(seeds) for _ in range(QUERIES)]
    index = Index()
    index.search(seeds[0].case, seeds[0].text)
    before = resident_mb()
    print(f"{'cases':>8}{'search':>11}{'1 in 20':>11}{'put in':>11}{'numbers':>11}{'memory':>11}")
    slow = 0.0
    for size in SIZES:
        fill(index, size, seeds, chance, vectors)
        searched = sorted(
            milliseconds(
                lambda a: index.search(a.case, a.text, vector=vectors() if vectors else None), queries
            )
        )
        added = milliseconds(
            lambda a: index.add("one more", a.case, a.text, vector=vectors() if vectors else None), queries
        )
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
    return slow


def embedding(seeds: list[Account]) -> str:
    """What embedding costs, and loading the model."""
    before, start = resident_mb(), time.process_time()
    model = meaning.model()
    if model is None:
        return "The sentence model is not installed (`make meaning`), so embedding a query is not measured."
    loaded = time.process_time() - start
    model.embed(seeds[0].text)
    taken = milliseconds(lambda a: model.embed(a.text), seeds)
    words = statistics.median(len(a.text.split()) for a in seeds)
    longest = milliseconds(lambda a: model.embed(a.text * 20), seeds[:10])
    return (
        f"embedding: {statistics.median(taken):.0f} ms for the middle account ({words:.0f} words),"
        f" {statistics.median(longest):.0f} ms for the longest text that is read;"
        f" loading the model {loaded:.2f} s, {resident_mb() - before:.0f} MB"
    )


def main(arguments: list[str]) -> int:
    """Print the figures, each table from a process of its own, so that memory is told apart; 1 when the
    largest index answers too slowly.
    """
    if arguments:
        return int(table(accounts(), Subjects() if arguments == ["meaning"] else None) > WANTED_MS)
    status = 0
    for name in ("words", "meaning"):
        print("by pattern and words" if name == "words" else "by pattern, words and meaning", flush=True)
        status |= subprocess.run([sys.executable, __file__, name]).returncode
    print(embedding(accounts()))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
