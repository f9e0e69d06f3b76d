"""What is somebody's own: their token, and the imports of their runs."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from ninja import Router

from secondwind.accounts.mail import site_address
from secondwind.api import shapes
from secondwind.api.problems import Problem
from secondwind.api.tokens import ANY, SEND_RUNS, ApiRequest
from secondwind.runlog.actions import imports as importing
from secondwind.runlog.models import Batch, Outcome
from secondwind.runlog.uploads import ToDisk

router = Router()

ACCEPTED, TOO_LARGE = 202, 413
MOST_LINES = 200
FILES = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                            "description": "FIT, GPX, TCX, packed with gzip or not; zips of them; whole "
                            "exports. What the fields are called does not matter.",
                        }
                    },
                    "required": ["file"],
                }
            }
        },
    }
}


@router.get("/token", auth=ANY, response=shapes.Token, summary="The token itself", tags=["Tokens"])
def token(request: ApiRequest) -> shapes.Token:
    """What the token that was sent may do, and whose it is."""
    member, sent = request.auth.member, request.auth.token
    assert sent is not None  # noqa: S101  # `member` has seen to it
    return shapes.Token(
        name=sent.name, scopes=sent.scopes, expires_at=sent.expires_at, member=member.username
    )


@router.post(
    "/imports",
    auth=SEND_RUNS,
    response={ACCEPTED: shapes.Imports},
    summary="Send runs",
    tags=["Running log"],
    openapi_extra=FILES,
)
def send(request: ApiRequest, response: HttpResponse) -> shapes.Imports:
    """Take the files of a form into the log of the token's owner, and begin to import them."""
    with ToDisk() as taken:
        request.upload_handlers = [taken]
        _ = request.POST  # the files come in
        if taken.problem:
            raise Problem(TOO_LARGE, taken.problem)
        begun = importing.begin(request.auth.member, taken.files)
    response["Location"] = reverse("api-1:batch", args=[begun[0].pk])
    found = [importing.batch_for(request.auth.member, one.pk) for one in begun]
    return shapes.Imports(items=[_shape(request, one) for one in found])


@router.get(
    "/imports/{int:id}", auth=SEND_RUNS, response=shapes.Import, summary="One import", tags=["Running log"]
)
def batch(request: ApiRequest, id: int) -> shapes.Import:
    """How far an import of the token's owner is, and what could not be read."""
    return _shape(request, importing.batch_for(request.auth.member, id))


def _shape(request: ApiRequest, batch: Batch) -> shapes.Import:
    damaged = batch.lines.filter(outcome=Outcome.DAMAGED)[:MOST_LINES]
    return shapes.Import(
        id=batch.pk,
        address=site_address(reverse("api-1:batch", args=[batch.pk]), request),
        name=batch.name,
        state=batch.state,  # type: ignore[arg-type]  # one of its choices
        read=batch.position,
        total=batch.total,
        **{name: getattr(batch, name) for name in importing.COUNTS.values()},
        problem=batch.problem,
        damaged_files=[shapes.DamagedFile(file=line.name, reason=line.reason) for line in damaged],
    )
