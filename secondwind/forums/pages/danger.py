"""The danger notice of a thread, wherever somebody reads it or writes in it."""

from dataclasses import dataclass

from secondwind.clinic.model import Urgency
from secondwind.clinic.urgency import TIMING
from secondwind.forums import access, queries
from secondwind.forums.actions.danger import is_for
from secondwind.forums.models import DangerSign, Thread


@dataclass(frozen=True, slots=True)
class Notice:
    """The danger notice of a thread: the most urgent level of its signs, in words, and who has to read it."""

    signs: list[DangerSign]
    title: str
    when: str
    whom: str
    is_read: bool
    for_asker: bool  # the viewer wrote what holds a sign
    waits: bool  # for the viewer to say that they have read it
    stands_in: bool  # the viewer may say it for the asker, who is gone
    read_for: str  # who has said it for the asker


def notice_of(viewer: access.Viewer, thread: Thread) -> Notice | None:
    """The notice that stands on a thread's pages; None when nothing dangerous was found. One query
    when there is one."""
    signs = queries.danger_signs(thread) if access.may_hold_danger(thread) else []
    if not signs:
        return None
    own = [sign for sign in signs if access.known(viewer) and is_for(viewer, sign)]
    timing = TIMING[max((Urgency(sign.urgency) for sign in signs), key=lambda urgency: urgency.level)]
    return Notice(
        signs=signs,
        title=timing.title,
        when=timing.when,
        whom=timing.whom,
        is_read=all(sign.read_at for sign in signs),
        for_asker=bool(own),
        waits=any(sign.read_at is None for sign in own),
        stands_in=not own and access.stands_in(viewer, thread),
        read_for=next((sign.read_by.username for sign in signs if sign.read_by), ""),
    )
