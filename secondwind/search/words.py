"""Counting the words of the index."""

from collections.abc import Sequence

from django.db import connection, transaction

from secondwind.search.backends import backend
from secondwind.search.counts import ALL
from secondwind.search.index import word
from secondwind.search.models import Document, Word
from secondwind.search.portions import portions

AT_ONCE = 500  # words of one transaction


def count() -> None:
    """Bring every word's number of documents up to date, and forget words that no document has any more."""
    counted = {**dict(backend().count_words()), ALL: Document.objects.count()}
    known = dict(Word.objects.values_list("token", "documents"))
    changed = [token for token, number in known.items() if counted.get(token, number) != number]
    for some in portions(changed, AT_ONCE):
        _update([(counted[token], token) for token in some])
    new = [word(token, token, counted[token]) for token in sorted(counted.keys() - known.keys())]
    for rows in portions(new, AT_ONCE):
        Word.objects.bulk_create(rows, ignore_conflicts=True)
    for some in portions(sorted(known.keys() - counted.keys()), AT_ONCE):
        Word.objects.filter(token__in=some).delete()


@transaction.atomic
def _update(rows: Sequence[tuple[int, str]]) -> None:
    """Note numbers of documents. `bulk_update` makes one statement with a case for each row, in one
    transaction for all of them: 30,000 words kept whoever wrote waiting for seconds."""
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE search_word SET documents = %s WHERE token = %s", rows)
