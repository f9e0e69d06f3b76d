"""What search does beside the pages."""

from secondwind import jobs
from secondwind.search import index, likeness, rebuild, words


@jobs.task()
@jobs.retrying(times=5)
def compare(kind: str, group: int) -> None:
    """Find what a group is like."""
    likeness.compare(kind, group)


@jobs.task()
@jobs.retrying(times=5)
def follow(kind: str, group: int) -> None:
    """Give what holds for a large group to all of its documents."""
    while index.follow_leader(kind, group):
        pass


@jobs.every(name="search.catch_up", hours=1)
def catch_up() -> None:
    """Put in what came by no post of a member, such as an import, and what an upgrade reads differently."""
    rebuild.catch_up()


@jobs.every(name="search.count_words", hours=1)
def count_words() -> None:
    """Count in how many documents each word stands."""
    words.count()
