"""How many pages a second a site gives, and what each costs: `make load`.

Fills a site of its own (5,000 threads of 8 posts of about 120 words, 500 members; FILLED says another number
of threads, SECONDS how long each row takes) with its index for the search, serves it with one worker as `make
serve` does but without jobs, which would be measured with the pages, and asks it with wrk (Debian: wrk) over
1 and over 16 connections, as a visitor without an account. Where the machine has two cores the server has one
of them; with WORKERS=2 or more it has them all.

Beside it stands a bare WSGI page under the same server with the same settings. For each page it prints
requests a second, the share of what the bare page gives, the middle and the 99th per cent latency, and the
CPU time of the server for a request. "One page" is asked for again and again, so that it comes from the page
cache; "made anew" goes through all of its kind, and where these are few with another number in each address,
so that none of them was kept. "Taken" is the share of the time in which the host of a virtual machine gave
its processors to others; a row of which much was taken says little.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote_plus

from tests.serving import Site

THREADS = int(os.environ.get("FILLED", "5000"))
MEMBERS, POSTS, WORDS = 500, 8, 120
SECONDS = int(os.environ.get("SECONDS", "8"))
WORKERS = int(os.environ.get("WORKERS", "1"))
WARM_SECONDS = 2
_TAKEN = 7  # "steal" among the figures of /proc/stat
MANY = 5_000  # pages of a kind: until the first comes again, it is no longer kept
CONNECTIONS = (1, 16)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

VOCABULARY = """
    achilles ankle arch back ball bone bridge calf cadence city climb club coach comfortable cross descent
    easy edge evening fast feel finish foot forest forefoot flat gentle gel gravel half hamstring heel hill
    ice interval itb jog knee lake lateral left legs long marathon medial mile morning muscle niggle outer
    pace park path peroneal physio plan plantar pool push race rest right river road roll rough run runner
    session shin shoe short sore spring sprint stairs start step stiff stretch strong summer swim taper tempo
    tendon test tired toe track trail training treadmill turn uphill walk warm water week weekend wet winter
""".split()
SMALL = "a the and of in on after before with my it was is for but then when so not every last".split()

SYLLABLES = (
    "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo za bra cle dri fro gla pri sta tro".split()
)
RARE = ["".join(random.Random(at).choices(SYLLABLES, k=3)) for at in range(4_000)]

LUA = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local at = 0
request = function()
    at = at + 1
    local path = paths[at %% #paths + 1]
    if #paths < %d then
        path = path .. (path:find("?", 1, true) and "&" or "?") .. "n=" .. at
    end
    return wrk.format("GET", path)
end
done = function(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format('JSON{"requests": %%d, "us": %%d, "p50": %%f, "p99": %%f, "bad": %%d}\\n',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
"""


@dataclass(frozen=True)
class Figures:
    """What one run of wrk found: requests a second, milliseconds, milliseconds of CPU, bad answers; and the
    share of the time that the host of the machine gave to others."""

    rate: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    bad: int
    taken: float


def main() -> int:
    """Fill, serve, ask, print; 1 when an answer was bad."""
    if shutil.which("wrk") is None:
        print("wrk is not installed (Debian: wrk).", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="secondwind-load-") as folder:
        root = Path(folder)
        os.environ |= {
            "VAR_DIR": str(root / "var"),
            "DJANGO_SETTINGS_MODULE": "secondwind.config.settings",
            "LOG_LEVEL": "WARNING",
            "JOBS": "none",
        }
        pages = fill()
        os.sync()  # or the disk is still writing all that when the first pages are measured
        if has_core_to_spare():
            os.sched_setaffinity(0, {0})  # the servers are started from here; wrk is put elsewhere
        return measure(root, pages)


def has_core_to_spare() -> bool:
    """Whether wrk can have a core that the one worker leaves free."""
    return WORKERS == 1 and (os.cpu_count() or 1) > 1


# --- A community of the size asked for ----------------------------------------------------------------------


def fill() -> dict[str, list[str]]:
    """Make the members, threads and posts; the addresses of each kind of page."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)

    from django.db import transaction
    from django.utils import timezone

    from secondwind import writing
    from secondwind.accounts.models import User
    from secondwind.accounts.pseudonyms import key_of
    from secondwind.forums.actions import places
    from secondwind.forums.models import Forum, Member, Post, Thread
    from secondwind.search import rebuild, words

    chance = random.Random(7)
    places.make_first()
    forums = list(Forum.objects.all())
    now = timezone.now()
    users = User.objects.bulk_create(
        [
            User(username=f"runner{n}", username_key=key_of(f"runner{n}"), email=f"runner{n}@example.org")
            for n in range(MEMBERS)
        ]
    )
    Member.objects.bulk_create([Member(user=u, post_count=THREADS * POSTS // MEMBERS, points=n % 400)
                                for n, u in enumerate(users)])  # fmt: skip
    # Paragraphs are written once and put together anew, because rendering 40,000 texts takes minutes.
    texts = [_words(chance, WORDS // 2) for _ in range(1000)]
    rendered = [writing.render(text, picture=lambda _key: None) for text in texts]
    with transaction.atomic():
        threads = Thread.objects.bulk_create(
            [_thread(Thread, chance, n, forums, users, now) for n in range(THREADS)], batch_size=500
        )
        for begin in range(0, THREADS, 500):
            posts = []
            for thread in threads[begin : begin + 500]:
                for number in range(1, POSTS + 1):
                    first, second = chance.randrange(1000), chance.randrange(1000)
                    posts.append(
                        Post(
                            thread=thread,
                            number=number,
                            author=thread.author if number == 1 else chance.choice(users),
                            body=f"{texts[first]}\n\n{texts[second]}",
                            html=rendered[first] + rendered[second],
                            created_at=thread.created_at + timedelta(hours=number),
                        )
                    )
            Post.objects.bulk_create(posts)
    rebuild.catch_up()
    words.count()
    return {
        "thread": [f"/threads/{t.pk}/{t.slug}/" for t in threads],
        "list": [f"/community/{f.slug}/?page={page}" for page in (1, 2, 3, 5, 8) for f in forums],
        "community": ["/community/"],
        "home": ["/"],
        "search": [f"/search/?q={quote_plus(_asked(chance))}" for _ in range(500)],
    }


def _words(chance: random.Random, count: int) -> str:
    words = [_word(chance) for _ in range(count)]
    return " ".join(words).capitalize() + "."


def _word(chance: random.Random) -> str:
    """A word that most posts have, or one of the many that few have."""
    drawn = chance.random()
    if drawn < 0.1:
        return RARE[int(len(RARE) * chance.random() ** 2)]
    return chance.choice(VOCABULARY if drawn < 0.65 else SMALL)


def _asked(chance: random.Random) -> str:
    """What somebody types: a rare word, with a common one or alone or misspelt, or common words alone."""
    rare, common = chance.choice(RARE), chance.sample(VOCABULARY, 2)
    slipped = rare[:2] + rare[3] + rare[2] + rare[4:]
    return chance.choice([rare, f"{common[0]} {rare}", f"{rare} {common[0]}", " ".join(common), slipped])


def _thread(model, chance, n, forums, users, now):
    begun = now - timedelta(hours=2 * (THREADS - n))
    return model(
        forum=chance.choice(forums), title=_words(chance, 7).rstrip("."), author=chance.choice(users),
        created_at=begun, next_number=POSTS + 1, reply_count=POSTS - 1, latest_number=POSTS,
        latest_at=begun + timedelta(hours=POSTS), latest_author=chance.choice(users),
        view_count=chance.randrange(900),
    )  # fmt: skip


# --- Asking ------------------------------------------------------------------------------------------------


def measure(root: Path, pages: dict[str, list[str]]) -> int:
    """Ask for every kind of page and print the table."""
    print(f"{THREADS} threads of {POSTS} posts, {MEMBERS} members; {WORKERS} worker(s), {SECONDS} s a row\n")
    print(
        "| page | connections | requests/s | of the bare page | p50 ms | p99 ms | CPU ms a request | taken |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    bare, bad = {}, 0
    with Site(root, "tests.bare:application") as site:
        for connections in CONNECTIONS:
            bare[connections] = row(root, site, "bare", ["/"], connections, None)
    with Site(root) as site:
        for name, paths in pages.items():
            for connections in CONNECTIONS:
                bad += row(root, site, f"{name}, one page", paths[:1], connections, bare[connections]).bad
        for name, paths in pages.items():
            for connections in CONNECTIONS:
                found = row(root, site, f"{name}, made anew", paths, connections, bare[connections], MANY)
                bad += found.bad
    return min(bad, 1)


def row(
    root: Path, site: Site, name: str, paths: list[str], connections: int, bare: Figures | None, many: int = 0
) -> Figures:
    """Measure one row and print it."""
    found = ask(root, site, paths, connections, many)
    share = f"{found.rate / bare.rate:.2f}" if bare else "1"
    trouble = f" ({found.bad} bad answers)" if found.bad else ""
    print(
        f"| {name} | {connections} | {found.rate:.0f} | {share} | {found.p50_ms:.2f} | {found.p99_ms:.2f} "
        f"| {found.cpu_ms:.2f} | {found.taken:.0%} |{trouble}",
        flush=True,
    )
    return found


def ask(root: Path, site: Site, paths: list[str], connections: int, many: int = 0) -> Figures:
    """Ask for the paths in turn for some seconds, after a short warming up. Fewer than `many` get another
    number each time."""
    listed, script = root / "paths", root / "ask.lua"
    listed.write_text("\n".join(paths), encoding="ascii")
    script.write_text(LUA % (listed, many), encoding="ascii")
    _wrk(site, script, connections, WARM_SECONDS)
    before, machine = site.cpu_s(), _machine_ticks()
    told = _wrk(site, script, connections, SECONDS)
    cpu_s = site.cpu_s() - before
    passed = [now - then for now, then in zip(_machine_ticks(), machine, strict=True)]
    return Figures(
        rate=told["requests"] / told["us"] * 1e6,
        p50_ms=told["p50"] / 1000,
        p99_ms=told["p99"] / 1000,
        cpu_ms=cpu_s / max(told["requests"], 1) * 1000,
        bad=int(told["bad"]),
        taken=passed[_TAKEN] / max(sum(passed), 1),
    )


def _machine_ticks() -> list[int]:
    """What the processors of this machine did so far (`man 5 proc`, the first eight of /proc/stat)."""
    return [int(one) for one in Path("/proc/stat").read_text(encoding="ascii").split()[1:9]]


def _wrk(site: Site, script: Path, connections: int, seconds: int) -> dict[str, float]:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-H", f"User-Agent: {BROWSER}"]
    command += ["-H", "Accept-Encoding: gzip", "-s", str(script), site.address]
    if has_core_to_spare():
        command = ["taskset", "--cpu-list", "1", *command]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = re.search(r"JSON(\{.*\})", done.stdout)
    if found is None:
        raise SystemExit(f"wrk told nothing that could be read:\n{done.stdout}\n{done.stderr}")
    told: dict[str, float] = json.loads(found[1])
    return told


if __name__ == "__main__":
    sys.exit(main())
