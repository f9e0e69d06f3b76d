"""What an act changed, field by field, so that it can be taken back exactly, and the taking back too."""

from datetime import datetime
from typing import Any

from django.db.models import Model

from secondwind.cases.models import Case
from secondwind.forums.errors import Refused
from secondwind.forums.models import Flag, Mark, Member, Post, QueueItem, Thread

Entry = dict[str, Any]  # {"row": "post", "id": 7, "fields": {"state": ["published", "hidden"]}, "firm": true}

ROWS: dict[str, type[Model]] = {
    "case": Case,
    "flag": Flag,
    "member": Member,
    "post": Post,
    "queueitem": QueueItem,
    "thread": Thread,
}


class Changes:
    """The fields that an act sets, each with its value before and after. `entries` can be kept as JSON."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def set(self, row: Model, *, firm: bool = True, **values: Any) -> None:
        """Set and save fields of a row. What is `firm` must be as it was left when it is taken back."""
        fields = {}
        for name, value in values.items():
            attribute = row._meta.get_field(name).attname  # type: ignore[union-attr]  # a field of its own
            before, after = getattr(row, attribute), value.pk if isinstance(value, Model) else value
            if before != after:
                setattr(row, attribute, after)
                fields[attribute] = [_plain(before), _plain(after)]
        if fields:
            row.save(update_fields=list(fields))
            name = str(row._meta.model_name)
            self.entries.append({"row": name, "id": row.pk, "fields": fields, "firm": firm})


def take_back(entries: list[Entry]) -> Changes:
    """Give every field its value before; the changes of that. Raises Refused for what was changed since."""
    back = Changes()
    for entry in reversed(entries):
        row = ROWS[entry["row"]]._default_manager.select_for_update().filter(pk=entry["id"]).first()
        if row is not None and _is_as_left(row, entry["fields"]):
            before = {name: _value(row, name, pair[0]) for name, pair in entry["fields"].items()}
            _require_possible(row, before)
            if not _opens_again_beside_another(row, before):
                back.set(row, firm=entry["firm"], **before)
        elif entry["firm"]:
            raise Refused(
                "Something was changed here since, so this cannot be taken back as it was. Take the later "
                "actions back first, or do the opposite by hand."
            )
    return back


def _is_as_left(row: Model, fields: dict[str, list[Any]]) -> bool:
    return all(getattr(row, name) == _value(row, name, after) for name, (_, after) in fields.items())


def _require_possible(row: Model, before: dict[str, Any]) -> None:
    """Raise Refused where what a field named is gone, or its place is taken."""
    for name, value in before.items():
        to = row._meta.get_field(name).related_model
        if value is not None and isinstance(to, type) and not to._default_manager.filter(pk=value).exists():
            raise Refused(
                f"The {to._meta.verbose_name} that this was in is gone, so it cannot go back there."
            )
    others = Post.objects.filter(thread=getattr(row, "thread_id", None), mark=Mark.CORRECT).exclude(pk=row.pk)
    if before.get("mark") == Mark.CORRECT and others.exists():
        raise Refused("Another answer was marked Correct since, and a thread has one.")


def _opens_again_beside_another(row: Model, before: dict[str, Any]) -> bool:
    """Whether a matter would be open twice: it was opened anew in the meantime."""
    if not isinstance(row, QueueItem) or before.get("closed_at", row.closed_at) is not None:
        return False
    return (
        QueueItem.objects.filter(post=row.post_id, kind=row.kind, closed_at=None).exclude(pk=row.pk).exists()
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _value(row: Model, name: str, plain: Any) -> Any:
    """A kept value as the field has it."""
    field = row._meta.get_field(name)
    return field.to_python(plain)  # type: ignore[union-attr]  # a field of its own
