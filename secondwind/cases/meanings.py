"""What the accounts of cases mean: a vector of the sentence model beside each case, where it is installed.

New and changed accounts get theirs within a minute by `tasks.embed_waiting`; until then, and without the
model, their cases are found by pattern and words.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np
from django.conf import settings
from django.db.models import Q, QuerySet

from secondwind.cases.actions import keep
from secondwind.cases.models import Case, Meaning
from secondwind.clinic.similarity import meaning
from secondwind.clinic.similarity.meaning import SIZE, MeaningError, Vector

Progress = Callable[[int, int], None]  # accounts embedded, accounts in all

logger = logging.getLogger(__name__)


def used() -> bool:
    """Whether this site goes by meaning: the model is installed, and not switched off."""
    return settings.SENTENCE_MODEL and meaning.installed()


def waiting() -> QuerySet[Case]:
    """The cases whose account has no vector of this model yet."""
    return Case.objects.exclude(text="").filter(Q(meaning=None) | ~Q(meaning__model=meaning.NAME))


def embed_waiting(most: int | None = None, progress: Progress | None = None) -> int:
    """Embed accounts that wait, the latest first; how many. Nothing where the model is not used.

    It can be stopped at any time and goes on where it was. Raises MeaningError when the model is damaged.
    """
    model = meaning.model() if used() else None
    if model is None:
        return 0
    ids = list(waiting().order_by("-pk").values_list("pk", flat=True)[:most])
    for done, id in enumerate(ids, 1):
        # Outside of a transaction: embedding takes longer than anybody should wait for a lock.
        text = Case.objects.filter(pk=id).values_list("text", flat=True).first()
        if text:
            keep.put_meaning(id, text, meaning.NAME, model.embed(text).astype("<f2").tobytes())
        if progress:
            progress(done, len(ids))
    return len(ids)


def vector_of(case: Case) -> Vector | None:
    """The vector of a case's account, when it has one of this model. 1 query, unless it was selected."""
    row: Meaning | None = getattr(case, "meaning", None)
    if row is None or row.model != meaning.NAME:
        return None
    vector: Vector = np.frombuffer(bytes(row.vector), "<f2").astype(np.float16)
    return vector if len(vector) == SIZE else None


def vector_of_words(text: str) -> Vector | None:
    """The vector of what somebody asks, made at once; None where the model is not used or cannot be."""
    try:
        model = meaning.model() if text and used() else None
    except MeaningError as error:
        logger.warning("similar cases go without meaning: %s", error)
        return None
    return model.embed(text) if model else None
