"""Reading from the opening post of a thread which places of the body it is about."""

from django.db import transaction

from secondwind import clinic
from secondwind.clinic import knowledge
from secondwind.forums.actions.counts import locked
from secondwind.forums.actions.danger import OPENING
from secondwind.forums.models import Post, PostState, Thread, ThreadRegion

MOST = 8  # places of one thread


def wider(ids: list[str]) -> list[str]:
    """These places and every wider one that holds one of them: "the calf" for its upper inner part."""
    known = knowledge.load().regions
    fine = {part for id in ids if id in known for part in known[id].fine}
    whole = [set(known[id].fine) for id in ids if id in known]
    return [
        id for id, region in known.items()
        if set(region.fine) & fine and any(one <= set(region.fine) for one in whole)
    ]  # fmt: skip


def within(id: str) -> list[str]:
    """This place and all that lie inside it."""
    known = knowledge.load().regions
    here = set(known[id].fine)
    return [one for one, region in known.items() if set(region.fine) <= here]


@transaction.atomic
def read(thread_id: int) -> list[str]:
    """Read the places of a thread again and keep them; their ids, the first named first."""
    if not Thread.objects.filter(pk=thread_id).exists():
        return []
    thread = locked(thread_id)
    found = _places(thread)
    thread.regions = found
    thread.save(update_fields=["regions"])
    thread.region_rows.exclude(region__in=found).delete()
    rows = [ThreadRegion(thread=thread, region=id) for id in found]
    ThreadRegion.objects.bulk_create(rows, ignore_conflicts=True)
    return found


def _places(thread: Thread) -> list[str]:
    opening = Post.objects.filter(thread=thread, number=1).first()
    if opening is None or opening.state in (PostState.REMOVED, PostState.MOVED):
        return []
    written = opening.created_at.date()
    reading = clinic.read(opening.body[:OPENING], title=thread.title, today=written)
    if not reading.is_injury:
        return []
    ids = (item.id for case in reading.complaints for item in case.places)
    return list(dict.fromkeys(ids))[:MOST]
