"""Similar cases: by what was said and where it hurts, not by words alone.

    index = Index()
    index.add("thread-7", case, text, has_outcome=True)
    for match in index.search(case, text, limit=5, exclude=("thread-9",)):
        print(match.id, match.score, match.matching, match.contradicting)

    words, items (a text, a case) -> terms (words), pattern (pattern), vector (meaning, where its lock is
    installed) -> columns (postings, vectors) -> scores (index) -> reasons (reasons)

An index lives in memory, takes one case at a time, and gives the same list for the same content whatever the
order in which it was filled. `to_bytes` and `from_bytes` keep it over a restart.
"""

from secondwind.clinic.similarity.accounts import Account, account_of
from secondwind.clinic.similarity.index import Index, Match, Mode
from secondwind.clinic.similarity.snapshot import SnapshotError

__all__ = ["Account", "Index", "Match", "Mode", "SnapshotError", "account_of"]
