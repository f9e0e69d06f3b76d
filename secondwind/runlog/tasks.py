"""What the log does beside the pages and by the clock."""

from django.conf import settings

from secondwind import jobs
from secondwind.runlog.actions import imports, watch


@jobs.task()
def work(batch_id: int) -> None:
    """Work on an import for a while."""
    imports.work(batch_id)


@jobs.every(name="runlog.take_up_imports", minutes=1)
def take_up_imports() -> None:
    """Go on with the imports whose worker died."""
    imports.take_up_again()


@jobs.every(name="runlog.watch_folder", minutes=1)
def watch_folder() -> None:
    """Import what was put into the watched folder."""
    if settings.WATCH_DIR is not None:
        watch.scan(settings.WATCH_DIR)
