"""`secondwind archive`: pages of old forums in, and away again."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secondwind import archive
from secondwind.archive.engines import engines

if TYPE_CHECKING:
    from secondwind.forums.actions.archived import Batch

EVERY_S = 2.0  # between two lines of progress
FOLLOWED_AT_ONCE = 50  # threads that can be searched at once; more follow in the background
MOST_SHOWN = 200  # refused pages that are listed for people; with --json all are


def main(argv: Sequence[str]) -> int:
    """Run the command; 0, or 1 when a page was refused or an address is not known, or 2 for a wrong use."""
    options = _parser().parse_args(argv)
    try:
        status: int = options.run(options)
    except archive.Unreadable as error:
        print(f"secondwind archive: {error.reason}", file=sys.stderr)
        return 2
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="secondwind archive", description="Bring in the threads of old forums, or take them down."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    into = commands.add_parser(
        "import",
        help="pages of old forums become threads",
        description="Read pages (HTML, or the text that crawls leave of them; files, folders, zips) of "
        f"{', '.join(engine.name for engine in engines())}. It may be stopped and begun again; a second "
        f"time changes "
        "nothing. Refused pages are listed with line and reason, and make the status 1.",
    )
    into.add_argument("path", nargs="+", type=Path, metavar="PATH", help="a file, a folder or a zip")
    into.add_argument("--dry-run", action="store_true", help="only say what would be read; needs no database")
    into.add_argument(
        "--json", action="store_true", help="a JSON object a line: for each thread, or refused page"
    )
    into.add_argument(
        "--forum", metavar="ADDRESS", help="the forum for the threads, as its address has it (archives)"
    )
    into.add_argument(
        "--site", default="", metavar="NAME", help="where the pages come from, where they do not say so"
    )
    into.add_argument(
        "--taken", type=date.fromisoformat, metavar="DATE", help="when the copies were made: 2012-05-30"
    )
    into.set_defaults(run=_import)
    down = commands.add_parser(
        "takedown",
        help="take away what came from an archive",
        description="Take away a thread by the address of a page of it (there or here), or all posts of "
        "somebody by the address of their page or their e-mail address there. It does not come back with the "
        "next import. The status is 1 when nothing has this address.",
    )
    what = down.add_mutually_exclusive_group(required=True)
    what.add_argument("address", nargs="?", metavar="ADDRESS", help="of a page or of an author")
    what.add_argument("--import", dest="batch", type=int, metavar="N", help="all that import N brought")
    down.set_defaults(run=_takedown)
    return parser


# --- Import ------------------------------------------------------------------------------------------------


@dataclass
class _Tally:
    """What an import did, and what it tells while it goes on."""

    whole: int
    as_json: bool
    pages: int = 0
    skipped: int = 0
    threads: dict[str, int] = field(default_factory=dict)
    posts: int = 0
    refused: int = 0
    told_at: float = field(default_factory=time.monotonic)

    def thread(self, outcome: str, posts: int = 0) -> None:
        """A thread is done."""
        self.threads[outcome] = self.threads.get(outcome, 0) + 1
        self.posts += posts

    def page(self) -> None:
        """Another page is read."""
        self.pages += 1
        if not self.as_json and time.monotonic() - self.told_at > EVERY_S:
            self.told_at = time.monotonic()
            print(
                f"{self.pages:,} of {self.whole:,} pages · {sum(self.threads.values()):,} threads · "
                f"{self.posts:,} posts · {self.refused:,} refused",
                file=sys.stderr, flush=True,
            )  # fmt: skip

    def refuse(self, name: str, error: archive.Unreadable) -> None:
        """A page was not taken."""
        self.refused += 1
        if self.as_json:
            _write({"page": name, "error": error.reason, "line": error.line})
        elif self.refused <= MOST_SHOWN:
            where = f"{name}:{error.line}" if error.line else name
            print(f"refused  {where}: {error.reason}", flush=True)
        elif self.refused == MOST_SHOWN + 1:
            print("refused  … and more; --json lists them all", flush=True)


def _import(options: argparse.Namespace) -> int:
    with archive.Sources(options.path) as sources:
        tally = _Tally(len(sources), options.json)
        batch = None if options.dry_run else _begin(options)
        reading = _Reading(sources, tally, skip_known=not options.dry_run)
        found = ((thread, reading.pages_of(thread)) for thread in archive.join(reading.threads()))
        if batch is None:
            for thread, _ in found:
                _show(thread, tally)
        else:
            _keep_all(batch, found, tally)
        print(_sum(tally, sources.others), file=sys.stderr if options.json else sys.stdout)
    return 1 if tally.refused else 0


Read = tuple[str, str, str]  # a page: the name of its file, the digest of its bytes, which parser read it
Found = tuple[archive.Thread, list[Read]]


class _Reading:
    """Pages one after another; remembers of each thread under way which pages it was read from."""

    def __init__(self, sources: archive.Sources, tally: _Tally, *, skip_known: bool) -> None:
        self.sources = sources
        self.tally = tally
        self.skip_known = skip_known
        self.parsers = [f"{engine.name}/{engine.version}" for engine in engines()]
        self.seen: dict[str, tuple[str, str]] = {}

    def threads(self) -> Iterator[archive.Thread]:
        """The thread of each page that can be read."""
        for source in self.sources:
            try:
                data = source.read()
                digest = sha256(data).hexdigest()
                if self.skip_known and self._is_known(digest):
                    self.tally.skipped += 1
                else:
                    thread = archive.read(data, source.name)
                    self.seen[source.name] = digest, thread.parser
                    yield thread
            except archive.Unreadable as error:
                self.tally.refuse(source.name, error)
            except RecursionError:
                self.tally.refuse(source.name, archive.Unreadable("The page is nested too deep to be read."))
            self.tally.page()

    def pages_of(self, thread: archive.Thread) -> list[Read]:
        """What is known of the pages of a thread that is whole now."""
        return [(name, *self.seen.pop(name)) for name in thread.pages if name in self.seen]

    def _is_known(self, digest: str) -> bool:
        from secondwind.forums.actions.archived import is_read

        return is_read(digest, self.parsers)


def _show(thread: archive.Thread, tally: _Tally) -> None:
    tally.thread("read", len(thread.posts))
    if tally.as_json:
        _write({"thread": thread.as_json()})
    else:
        title = thread.title or f"no title: “{thread.posts[0].body[:60]}…”"
        print(f"read     {', '.join(thread.pages)}: {thread.engine} ({thread.confidence:.0%}), {title}, "
              f"{len(thread.posts)} posts", flush=True)  # fmt: skip
        for warning in thread.warnings:
            print(f"         {warning}", flush=True)


def _write(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode() + "\n")
    sys.stdout.flush()


def _sum(tally: _Tally, others: int) -> str:
    threads = ", ".join(f"{count:,} {what}" for what, count in sorted(tally.threads.items()))
    parts = [f"{tally.pages:,} pages", f"threads: {threads or 'none'}", f"{tally.posts:,} posts"]
    if tally.skipped:
        parts.append(f"{tally.skipped:,} pages were here already")
    if others:
        parts.append(f"{others:,} files are no pages")
    parts.append(f"{tally.refused:,} refused")
    return " · ".join(parts)


# --- The database ------------------------------------------------------------------------------------------


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondwind.config.settings")
    import django

    django.setup()


def _begin(options: argparse.Namespace) -> Batch:
    _django()
    from secondwind.forums.actions import archived
    from secondwind.forums.models import Forum

    forum = archived.place() if options.forum is None else Forum.objects.filter(slug=options.forum).first()
    if forum is None:
        raise archive.Unreadable(f"There is no forum with the address {options.forum}.")
    return archived.begin(forum, [path.as_posix() for path in options.path], options.site, options.taken)


def _keep_all(batch: Batch, found: Iterable[Found], tally: _Tally) -> None:
    """Bring threads in, some at a time, and close the import."""
    from secondwind.forums.actions import archived

    for some in _lots(found, archived.AT_ONCE, archived.MOST_POSTS):
        before = batch.posts
        seen = [(thread, [archived.Seen(*page) for page in pages]) for thread, pages in some]
        outcomes = archived.bring_all_in(batch, seen)
        tally.posts += batch.posts - before
        for (thread, _), outcome in zip(some, outcomes, strict=True):
            tally.thread(outcome.value)
            if tally.as_json:
                _write(
                    {
                        "pages": list(thread.pages),
                        "title": thread.title,
                        "posts": len(thread.posts),
                        "outcome": outcome.value,
                    }
                )
    archived.end(batch)
    if batch.posts:
        archived.follow_up(FOLLOWED_AT_ONCE)


def _lots(found: Iterable[Found], most: int, most_posts: int) -> Iterator[list[Found]]:
    """So many threads at a time, fewer where they are long."""
    lot: list[Found] = []
    posts = 0
    for thread, pages in found:
        if lot and (len(lot) == most or posts + len(thread.posts) > most_posts):
            yield lot
            lot, posts = [], 0
        lot.append((thread, pages))
        posts += len(thread.posts)
    if lot:
        yield lot


def _takedown(options: argparse.Namespace) -> int:
    _django()
    from secondwind.forums.actions import takedown
    from secondwind.forums.models import ArchiveImport

    if options.batch is not None:
        batch = ArchiveImport.objects.filter(pk=options.batch).first()
        taken = takedown.of_import(batch) if batch else takedown.Taken()
    else:
        taken = takedown.by_address(options.address)
    if not taken:
        print("Nothing that was imported has this address.", file=sys.stderr)
        return 1
    for title in taken.threads:
        print(f"taken down: {title}")
    print(f"{len(taken.threads)} threads and {taken.posts} posts in all")
    return 0
