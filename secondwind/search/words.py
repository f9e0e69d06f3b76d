"""Counting the words of the index."""

from secondwind.search.backends import backend
from secondwind.search.counts import ALL
from secondwind.search.index import word
from secondwind.search.models import Document, Word

BATCH = 1_000


def count() -> None:
    """Bring every word's number of documents up to date, and forget words that no document has any more."""
    counted = {**dict(backend().count_words()), ALL: Document.objects.count()}
    known = {row.token: row for row in Word.objects.all()}
    changed = [row for token, row in known.items() if token in counted and counted[token] != row.documents]
    for row in changed:
        row.documents = counted[row.token]
    Word.objects.bulk_update(changed, ["documents"], batch_size=BATCH)
    new = sorted(token for token in counted if token not in known)
    Word.objects.bulk_create(
        [word(token, token, counted[token]) for token in new], ignore_conflicts=True, batch_size=BATCH
    )
    gone = [row.pk for token, row in known.items() if token not in counted]
    for at in range(0, len(gone), BATCH):
        Word.objects.filter(pk__in=gone[at : at + BATCH]).delete()
