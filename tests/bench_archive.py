"""What reading old forum pages costs, and bringing them in: `make bench-archive` (N says how many pages).

The pages are made up, half text and half HTML, of eight posts each. Pages per second are of one core's time
(user and system). Memory is what the process holds of its own (RssAnon) on its way and at most, and the
largest that was resident (VmHWM), in which the pages of the database count that SQLite maps; an import that
comes to its end loads the language of the clinic for the first threads. What is done for imported threads
later, in the background, is told for each thread.
"""

import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from secondwind.archive import Sources, read

POSTS = 8
WORDS = (
    "the outside of my lower leg aches after trail runs never on road it came slowly and rest eased it then "
    "hills brought it back so I roll the calf every evening and walk the steep parts which seems to help"
).split()
RANKS = ("Rookie", "Amateur", "Pro", "Legend")


XF_POST = """<article class="message message--post" data-author="jogger{n}">
<h4 class="message-name"><a class="username" href="/members/{n}/">jogger{n}</a></h4>
<h5 class="userTitle">Member</h5><div class="message-userExtras">
<dl><dt>Joined</dt><dd>5 Jan 2018</dd></dl><dl><dt>Messages</dt><dd>{count}</dd></dl></div>
<header class="message-attribution"><time datetime="2019-06-0{n}T10:20:30+0100">{n} Jun 2019</time>
<ul class="message-attribution-opposite"><li><a>#{n}</a></li></ul></header>
<div class="message-body"><div class="bbWrapper">{body}</div></div></article>"""


STEPS = (0.1, 0.5, 0.9)  # of the way
FOLLOWED = 100  # threads
FOLLOW_UP = """
import sys, time, django
django.setup()
from secondwind.forums.actions.archived import follow_up
from secondwind.jobs import queue
work = lambda: [None for _ in iter(lambda: queue.run_next("bench"), None)]
follow_up(1)
work()  # what a process does once, such as reading the language of the clinic
begin = time.process_time()
done = follow_up(int(sys.argv[1]))
followed = time.process_time()
work()
print(done, followed - begin, time.process_time() - followed)
"""


def main(count: int) -> None:
    """Make pages, read them all, then import them into a database of their own; print what each took."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "pages")
        make(root, count)
        _report("read", count, *_reading(root, count))
        env = os.environ | {
            "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
            "VAR_DIR": folder,
            "LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "secondwind.config.settings",
        }
        _report("import", count, *_importing(root, env))
        _follow(env)


def make(root: Path, count: int) -> None:
    """Pages of Jive, vBulletin and XenForo, each another thread."""
    root.mkdir()
    kinds = ((jive, "txt"), (xenforo, "html"), (vbulletin, "txt"), (xenforo, "html"))
    for at in range(count):
        kind, ending = kinds[at % len(kinds)]
        (root / f"{at}.{ending}").write_text(kind(at, random.Random(at)))


def jive(at: int, dice: random.Random) -> str:
    """A page of Jive as text."""
    lines = [f"{at + 9} Views {POSTS - 1} Replies Latest reply: Jun 9, 2011 6:41 PM by runner1"]
    for number in range(POSTS):
        place = f"{number}. " if number else ""
        to = f" (in response to runner{at % 7})" if number else ""
        lines += [
            f"{'  • ' if number else ''}runner{(at + number) % 7} {dice.choice(RANKS)} {at + 1} posts since",
            f"Dec {number + 1}, 2010", "Currently Being Moderated", "",
            f"{place}Jun {number + 1}, 2011 2:07 PM{to}", f"{'Re: ' if number else ''}Thread {at}", "",
            *_paragraphs(dice), "",
        ]  # fmt: skip
    return "\n".join([*lines, "More Like This", "  • Retrieving data ..."])


def vbulletin(at: int, dice: random.Random) -> str:
    """A page of vBulletin's archive view as text."""
    lines = [f"View Full Version : Thread {at}", ""]
    for number in range(POSTS):
        lines += [
            f"walker{(at + number) % 9}",
            f"1{number}-{13 + number}-2009, 08:44 PM",
            *_paragraphs(dice),
            "",
        ]
    return "\n".join(lines).replace("1", "0", 1)


def xenforo(at: int, dice: random.Random) -> str:
    """A page of XenForo 2."""
    posts = "".join(
        XF_POST.format(n=n, count=at, body="<br>".join(_paragraphs(dice))) for n in range(1, POSTS + 1)
    )
    return (
        f'<!DOCTYPE html><html id="XF"><body><h1 class="p-title-value">Thread {at}</h1>{posts}</body></html>'
    )


def _paragraphs(dice: random.Random) -> Iterator[str]:
    for _ in range(3):
        yield " ".join(dice.choices(WORDS, k=40)) + "."
        yield ""


def _reading(root: Path, count: int) -> tuple[float, list[int], int]:
    memory = []
    start = time.process_time()
    with Sources([root]) as sources:
        for at, source in enumerate(sources):
            thread = read(source.read(), source.name)
            if len(thread.posts) != POSTS:
                sys.exit(f"{source.name}: {len(thread.posts)} posts of {POSTS}")
            if at % 100 == 0:
                memory.append(_memory("self", "RssAnon"))
    return time.process_time() - start, memory, _memory("self", "VmHWM")


def _importing(root: Path, env: dict[str, str]) -> tuple[float, list[int], int]:
    command = [sys.executable, "-m", "secondwind"]
    subprocess.run([*command, "migrate"], env=env, check=True, capture_output=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    memory, highest = [], 0
    with subprocess.Popen(
        [*command, "archive", "import", str(root)], env=env,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        while process.poll() is None:
            memory.append(_memory(process.pid, "RssAnon"))
            highest = max(highest, _memory(process.pid, "VmHWM"))
            time.sleep(0.1)
    if process.returncode:
        sys.exit(f"The import ended with {process.returncode}.")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, memory, highest


def _follow(env: dict[str, str]) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FOLLOW_UP, str(FOLLOWED)],
        env=env, check=True, capture_output=True, text=True,
    )  # fmt: skip
    done, followed, worked = map(float, run.stdout.split())
    each = 1_000 / done
    print(
        f"{'after':7} {done:,.0f} threads: {followed * each:.0f} ms of CPU each until they are found, and "
        f"{worked * each:.0f} ms until they have places, a card and threads like them"
    )


def _memory(pid: int | str, name: str) -> int:
    """What /proc says of a process, in kilobytes; 0 when it has ended."""
    try:
        found = re.search(rf"^{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.M)
    except OSError:
        return 0
    return int(found[1]) if found else 0


def _report(what: str, count: int, seconds: float, memory: list[int], highest: int) -> None:
    speed = f"{count / seconds:,.0f} a second of CPU"
    steps = ", ".join(f"{memory[int(len(memory) * share)] // 1024} MB at {share:.0%}" for share in STEPS)
    print(
        f"{what:7} {count:,} pages: {speed} · its own memory {steps}, {max(memory) // 1024} MB at most · "
        f"{highest // 1024} MB resident at most",
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
