"""Taking an import back: its runs, the shoes it made, the files it brought, what twins took over from it."""

from typing import Any

from django.db import transaction

from secondwind.runlog.actions import imports, originals
from secondwind.runlog.errors import Refused
from secondwind.runlog.models import (
    Batch,
    BatchLine,
    BatchState,
    Original,
    Run,
    Shoe,
    ShoeUse,
    Surface,
    Track,
)

ENDED = (BatchState.DONE, BatchState.FAILED, BatchState.PAUSED)


class Edited(Refused):
    """Runs of the batch were edited since; `count` of them. Say whether to keep them."""

    def __init__(self, count: int) -> None:
        runs = "One run of this import was" if count == 1 else f"{count} runs of this import were"
        super().__init__(f"{runs} edited since. Keep what you edited, or take it back too?")
        self.count = count


@transaction.atomic
def undo(batch: Batch, *, edited: str = "") -> int:
    """Take an import back; how many runs went. `edited` says what becomes of runs that were edited since:
    "keep" or "remove".

    Raises Edited when there are such runs and nothing was said, Refused while the import is at work.
    """
    current = Batch.objects.select_for_update().get(pk=batch.pk)
    if current.state == BatchState.UNDONE:
        raise Refused("This import is taken back already.")
    if current.state not in ENDED:
        raise Refused("Pause this import first.")
    runs = Run.objects.filter(batch=current)
    changed = runs.exclude(edited_at=None)
    if not edited and (count := changed.count()):
        raise Edited(count)
    if edited == "keep":
        changed.update(batch=None)
    # Back to front, so that of several merges the first one's state comes back.
    for line in current.lines.exclude(merged={}).exclude(twin=None).select_related("twin").order_by("-pk"):
        _unmerge(line)
    gone = runs.count()
    runs.delete()
    _forget_shoes(current)
    _forget_originals(current)
    current.state = BatchState.UNDONE
    current.save(update_fields=["state"])
    imports.forget_upload(current)
    return gone


def _unmerge(line: BatchLine) -> None:
    """Give a twin back what it had, unless its owner changed it since."""
    twin, merged = line.twin, line.merged
    assert twin is not None  # noqa: S101  such lines were left out
    before: dict[str, Any] = {
        name: was for name, (was, took) in merged.get("fields", {}).items() if getattr(twin, name) == took
    }
    if before:
        Run.objects.filter(pk=twin.pk).update(**before)
    if merged.get("track"):
        Track.objects.filter(run=twin).delete()
    if "shoe" in merged:
        ShoeUse.objects.filter(run=twin, shoe=merged["shoe"], share=1.0).delete()


def _forget_shoes(batch: Batch) -> None:
    """Delete the shoes that the import made, but those that were worn since or that their owner cared for."""
    untouched = Shoe.objects.filter(
        batch=batch, uses=None, photo="", note="", before_m=0, in_use_since=None, retired_on=None,
        look_again_at_m=None, default_for=Surface.UNKNOWN,
    )  # fmt: skip
    untouched.delete()


def _forget_originals(batch: Batch) -> None:
    originals.delete_all(Original.objects.filter(batch=batch, runs=None))
