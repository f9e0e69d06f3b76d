"""Work that is done beside the pages: at once in the background, or again and again by the clock.

A room writes its jobs in its module `tasks`, which is found when Django starts:

    from secondwind import jobs

    @jobs.task()
    @jobs.retrying(times=5)
    def tell_author(answer_id: int) -> None: ...

    @jobs.every(hours=1, name="forums.quiet_threads")
    def close_quiet_threads() -> None: ...

`tell_author.enqueue(answer.pk)` writes a row, so inside a transaction the job is saved or lost together with
its data. Arguments are JSON. A job may be run twice when a process dies, and must bear it.
"""

from django_tasks import task  # the one line to change for Django's own, `django.tasks`

from secondwind.jobs.each import for_each
from secondwind.jobs.registry import every, retrying

__all__ = ["every", "for_each", "retrying", "task"]
