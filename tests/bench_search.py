"""What a search costs among many posts: `make bench-search`.

Fills an index of its own with 100,000 made-up posts of about 100 words in 12,500 threads (FILLED says another
number), on SQLite or on the PostgreSQL that DATABASE_URL names, and asks it in one process as the search page
does, without making the page: words of each kind, with typos, with a filter, and a question as a whole for
"more like this". Prints the middle and the 95th per cent of the time, and searches a second, on the clock and
of this process's CPU time, which on PostgreSQL leaves the server out.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

POSTS = int(os.environ.get("FILLED", "100000"))
A_THREAD, WORDS, BATCH, TIMES = 8, 100, 1_000, 100
START = datetime(2015, 1, 1, tzinfo=UTC)

COMMON = "run running pain knee week mile hurt shoe foot leg day training race heel ankle calf".split()
NAMED = [
    "plantar fasciitis",
    "ITBS",
    "achilles tendonitis",
    "shin splints",
    "peroneal tendon",
    "stress fracture",
]
SYLLABLES = (
    "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo za bra cle dri fro gla pri sta tro".split()
)


def made_up(rng: random.Random) -> list[str]:
    """A vocabulary of 30,000 words."""
    return sorted({"".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(40_000)})[:30_000]


def text(rng: random.Random, vocabulary: list[str]) -> str:
    """A post: some common words, some of the field, the rest rarer the further down the vocabulary."""
    words = rng.choices(COMMON, k=WORDS // 5)
    words += [vocabulary[int(len(vocabulary) * rng.random() ** 4)] for _ in range(WORDS * 4 // 5)]
    words += [rng.choice(NAMED)] if rng.random() < 0.15 else []
    rng.shuffle(words)
    return " ".join(words)


def fill(rng: random.Random, vocabulary: list[str]) -> None:
    """Put the posts into the index."""
    from secondwind.search import index, words
    from secondwind.search.document import Text

    for first in range(1, POSTS + 1, BATCH):
        index.put(
            [
                Text(
                    kind="post", ref=ref, group=(ref - 1) // A_THREAD, text=text(rng, vocabulary),
                    written_at=START + timedelta(minutes=ref), leads=ref % A_THREAD == 1, place=ref % 7,
                    title=text(rng, vocabulary)[:60] if ref % A_THREAD == 1 else "",
                )
                for ref in range(first, min(first + BATCH, POSTS + 1))
            ]
        )  # fmt: skip
        print(f"\r{first + BATCH - 1:,} posts", end="", file=sys.stderr, flush=True)
    words.count()


def typo(rng: random.Random, word: str) -> str:
    """The word with two letters changed about."""
    at = rng.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def measure(name: str, ask: Callable[[], object]) -> None:
    """Ask again and again, and print a row: time on the clock, and of the processor in this process."""
    clock, cpu = [], []
    for _ in range(TIMES):
        begun, used = time.perf_counter(), time.process_time()
        ask()
        clock.append(1000 * (time.perf_counter() - begun))
        cpu.append(1000 * (time.process_time() - used))
    middles = [statistics.median(times) for times in (clock, cpu)]
    p95s = [sorted(times)[int(0.95 * TIMES)] for times in (clock, cpu)]
    rates = [1000 * TIMES / sum(times) for times in (clock, cpu)]
    columns = (f"{m:7.1f} ms {p:7.1f} ms {r:6.0f} /s" for m, p, r in zip(middles, p95s, rates, strict=True))
    print(f"{name:28} {' | '.join(columns)}")


def main() -> None:
    """Fill, ask, print."""
    with tempfile.TemporaryDirectory(prefix="secondwind-bench-") as folder:
        os.environ |= {"VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "secondwind.config.settings"}
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        rng = random.Random(5)
        vocabulary = made_up(rng)
        begun = time.perf_counter()
        fill(rng, vocabulary)
        took = time.perf_counter() - begun
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        print(f"\n{connection.vendor}: {POSTS:,} posts put in at {POSTS / took:,.0f} a second\n")
        ask_all(rng, vocabulary)
        connection.close()


def ask_all(rng: random.Random, vocabulary: list[str]) -> None:
    """Every kind of search."""
    from secondwind.search.likeness import similar
    from secondwind.search.searching import Filters, search

    rare, medium = vocabulary[-9_000:], vocabulary[200:1_500]
    kinds: dict[str, Callable[[], object]] = {
        "a rare word": lambda: search(rng.choice(rare)),
        "a medium word": lambda: search(rng.choice(medium)),
        "a common word": lambda: search(rng.choice(COMMON)),
        "two common words": lambda: search(" ".join(rng.sample(COMMON, 2))),
        "a name of the field": lambda: search(rng.choice(NAMED)),
        "common, rare and a filter": lambda: search(
            f"{rng.choice(COMMON)} {rng.choice(medium)}", Filters(place=3)
        ),
        "a typo": lambda: search(typo(rng, rng.choice([word for word in medium if len(word) > 6]))),
    }
    head = f"{'middle':>10} {'95 %':>10} {'searches':>9}"
    print(f"{'on the clock, and CPU':28} {head} | {head}")
    for name, ask in kinds.items():
        measure(name, ask)
    measure("all of these in turn", lambda: rng.choice(list(kinds.values()))())
    measure("more like a whole question", lambda: similar("post", "", text(rng, vocabulary)))


if __name__ == "__main__":
    main()
