"""Writing into the index: in the same transaction as what is indexed, so that it is found at once."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Q

from secondwind.accounts.models import User
from secondwind.search.backends import backend
from secondwind.search.document import Text, Tokens, row_of, tokens_of
from secondwind.search.models import Document, Likeness, Word

BATCH = 200  # documents of one group that are changed at once; a job does the rest

_CHANGEABLE = [
    "group", "leads", "title", "text", "author", "written_at", "place", "is_answered", "has_outcome",
    "regions", "side", "audience", "version",
]  # fmt: skip
_OF_GROUP = ("place", "is_answered", "has_outcome", "regions", "side", "audience")
_LONGEST_TOKEN = 70


def put(texts: Sequence[Text]) -> None:
    """Put texts into the index, each in the place of what it had there."""
    if not texts:
        return
    rows = [row_of(text) for text in {(one.kind, one.ref): one for one in texts}.values()]
    tokens = list(map(tokens_of, rows))  # before others wait for the transaction
    with transaction.atomic():
        Document.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["kind", "ref"], update_fields=_CHANGEABLE
        )
        _write_tokens(rows, tokens)


@transaction.atomic
def remove(kind: str, refs: Collection[int]) -> None:
    """Take texts out of the index, and with one that leads its group what the group is like."""
    gone = Document.objects.filter(kind=kind, ref__in=refs)
    groups = list(gone.filter(leads=True).values_list("group", flat=True))
    if groups:
        Likeness.objects.filter(Q(group__in=groups) | Q(other__in=groups), kind=kind).delete()
    gone.delete()


@transaction.atomic
def remove_group(kind: str, group: int) -> None:
    """Take every text of a group out of the index."""
    Likeness.objects.filter(Q(group=group) | Q(other=group), kind=kind).delete()
    Document.objects.filter(kind=kind, group=group).delete()


@transaction.atomic
def follow_leader(kind: str, group: int, most: int = BATCH) -> bool:
    """Give what holds for a whole group (place, answered, regions, side, audience) from the document that
    leads it to the others, `most` at a time. True when some are left."""
    head = leader(kind, group)
    if head is None:
        return False
    strays = Document.objects.filter(kind=kind, group=group).exclude(_like(head))
    rows = list(strays.order_by("pk")[: most + 1])
    for row in rows[:most]:
        for name in _OF_GROUP:
            setattr(row, name, getattr(head, name))
    Document.objects.bulk_update(rows[:most], _OF_GROUP)
    _write(rows[:most])
    return len(rows) > most


def leader(kind: str, group: int) -> Document | None:
    """The document that leads a group."""
    return Document.objects.filter(kind=kind, group=group, leads=True).first()


def forget_author(user: User, keep_posts: bool) -> None:
    """Take somebody's name off what they wrote. What goes with them is taken out by its own room."""
    while rows := list(Document.objects.filter(author=user).order_by("pk")[:BATCH]):
        for row in rows:
            row.author = None
        Document.objects.bulk_update(rows, ["author"])
        _write(rows)


def _like(head: Document) -> Q:
    """The documents that agree with one in what holds for its group."""
    values = {name: getattr(head, name) for name in _OF_GROUP}
    told = {name: value for name, value in values.items() if value is not None}
    return Q(**told, **{f"{name}__isnull": True for name in values.keys() - told.keys()})


def _write(rows: Sequence[Document]) -> None:
    _write_tokens(rows, list(map(tokens_of, rows)))


def _write_tokens(rows: Sequence[Document], tokens: Sequence[Tokens]) -> None:
    if rows:
        backend().put([(row.pk, of_row) for row, of_row in zip(rows, tokens, strict=True)])
        _learn_words(tokens)


def _learn_words(written: Sequence[Tokens]) -> None:
    """Take in the words that no document had so far."""
    shown: dict[str, str] = {}
    for tokens in written:
        shown |= tokens.shown | {concept: concept for concept in tokens.concepts}
    known = set(Word.objects.filter(token__in=shown).values_list("token", flat=True))
    # In one order, so that two who write at once never wait for each other in a ring.
    new = sorted(token for token in shown if token not in known and len(token) <= _LONGEST_TOKEN)
    Word.objects.bulk_create([word(token, shown[token]) for token in new], ignore_conflicts=True)


def word(token: str, shown: str, documents: int = 1) -> Word:
    """The row of a token."""
    return Word(
        token=token, shown=shown[:_LONGEST_TOKEN], documents=documents, size=len(token), start=token[:2],
        end=token[-2:],
    )  # fmt: skip
