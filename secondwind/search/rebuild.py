"""Bringing the index up to date with what the rooms have."""

from collections.abc import Callable

from secondwind.search import index
from secondwind.search.document import version
from secondwind.search.models import Document
from secondwind.search.portions import portions
from secondwind.search.sources import Source, all_sources

BATCH = 500  # documents that are looked at together
AT_ONCE = 50  # documents of one transaction


def stale() -> None:
    """Have every document read again by the next `catch_up`. Until then it is found as it was."""
    Document.objects.update(version="")


def catch_up(tell: Callable[[str, int, int], None] = lambda kind, done, changed: None) -> int:
    """Put in what is missing or of an older version, and take out what does not belong; how many changed.

    It writes some documents at a time, so that whoever else writes does not wait long. What is done stays
    done when the process dies, and the next run goes on from there. `tell` hears of the kind, and how many
    were looked at and changed so far.
    """
    return sum(_catch_up(source, tell) for source in all_sources())


def _catch_up(source: Source, tell: Callable[[str, int, int], None]) -> int:
    after, done, changed = 0, 0, 0
    while True:
        refs = list(source.refs(after, BATCH))
        last = refs[-1] if refs else None
        changed += _step(source, after, last, refs)
        done += len(refs)
        tell(source.kind, done, changed)
        if last is None:
            return changed
        after = last


def _step(source: Source, after: int, last: int | None, refs: list[int]) -> int:
    there = Document.objects.filter(kind=source.kind, ref__gt=after)
    if last is not None:
        there = there.filter(ref__lte=last)
    versions = dict(there.values_list("ref", "version"))
    wanted = version()
    belong = set(refs)
    gone = [ref for ref in versions if ref not in belong]
    missing = [ref for ref in refs if versions.get(ref) != wanted]
    for some in portions(gone, AT_ONCE):
        index.remove(source.kind, some)
    for some in portions(missing, AT_ONCE):
        index.put(source.texts(some))
    return len(gone) + len(missing)
