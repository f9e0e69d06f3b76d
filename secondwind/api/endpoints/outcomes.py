"""How it ended for others."""

from __future__ import annotations

from typing import Annotated

from ninja import Query, Router
from ninja.decorators import decorate_view

from secondwind.api import shapes
from secondwind.api.caching import kept_for_visitors
from secondwind.api.problems import Problem
from secondwind.api.tokens import READ, ApiRequest
from secondwind.cases import totals
from secondwind.cases.pages.totals import NOTE
from secondwind.clinic import knowledge

router = Router(tags=["Outcomes"], auth=READ)


@router.get("/outcomes", response=shapes.Outcomes, summary="Counted outcomes")
@decorate_view(kept_for_visitors)
def outcomes(
    request: ApiRequest,
    condition: Annotated[str | None, Query(max_length=60, description="The id of one condition.")] = None,
) -> shapes.Outcomes:
    """The numbers of the page “How it ended for others”: groups and measures of ten or more."""
    if condition is not None and condition not in knowledge.load().conditions:
        raise Problem(404, "There is no such condition.")
    rows = totals.shown([condition] if condition else None)
    return shapes.Outcomes(note=NOTE, groups=[_group(row) for row in rows])


def _group(row: totals.Row) -> shapes.Group:
    return shapes.Group.model_validate(
        {"group": row.kind, "condition": row.condition, "as_of": row.on, **row.numbers}
    )
