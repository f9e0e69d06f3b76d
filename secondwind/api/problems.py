"""What is answered when something cannot be answered: problem details (RFC 9457), one shape for all of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from pydantic import BaseModel, Field

from secondwind.forums.errors import Refused, TooMany
from secondwind.runlog.errors import Refused as RefusedByLog

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
UNPROCESSABLE = 422
UNFIT = "Parts of this request cannot be used."

# What is said where nothing nearer is known. A thing that is not for who asks is not there for them.
SENTENCES = {
    400: "This request cannot be read.",
    401: "Send an access token: Authorization: Bearer …",
    403: "This is not allowed.",
    404: "There is no such thing, or it is not for you.",
    405: "This address does not take this method.",
    413: "That is too large.",
    500: "An error of this site. Its operator finds the place in the log.",
    503: "The database is busy. Send this again in a second.",
}


class Fault(BaseModel):
    """What is wrong with one part of a request."""

    where: str = Field(description="The part: `query/limit`, `body/title`.")
    detail: str


class ProblemShape(BaseModel):
    """Why a request was not answered (RFC 9457)."""

    type: str = Field(description="Always `about:blank`: the status says of which kind it is.")
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="A sentence that says what would do.")
    errors: list[Fault] = Field(default=[], description="What is wrong with each part of the request.")


class Problem(Exception):
    """Something that cannot be answered: its status, and a sentence for who asked."""

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail or SENTENCES.get(status, HTTPStatus(status).phrase)
        self.errors = errors
        self.headers = headers or {}


def answer(problem: Problem) -> HttpResponse:
    """The response that tells a problem."""
    shape = ProblemShape(
        type="about:blank",
        title=HTTPStatus(problem.status).phrase,
        status=problem.status,
        detail=problem.detail,
        errors=list(problem.errors),
    )
    return HttpResponse(
        json.dumps(shape.model_dump(), ensure_ascii=False),
        status=problem.status,
        content_type=MEDIA_TYPE,
        headers=dict(problem.headers),
    )


def answer_all(api: NinjaAPI) -> None:
    """Have everything that goes wrong within the API answered in this shape."""
    for kind, told in _TOLD:
        api.add_exception_handler(kind, _handler(told))


def _handler(told: Callable[[Any], Problem]) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda request, error: answer(told(error))


def _invalid(error: ValidationError) -> Problem:
    faults = [
        Fault(where="/".join(str(part) for part in one["loc"]), detail=str(one["msg"]))
        for one in error.errors
    ]
    return Problem(UNPROCESSABLE, UNFIT, errors=faults)


def _unforeseen(error: Exception) -> Problem:
    logger.error("An error in the API", exc_info=error)
    return Problem(500)


def _busy(error: OperationalError) -> Problem:
    """The database gave up waiting: SQLite for who writes, PostgreSQL in a deadlock or as it starts."""
    logger.error("The database did not answer the API", exc_info=error)
    return Problem(503, headers={"Retry-After": "1"})


_TOLD: tuple[tuple[type[Exception], Callable[[Any], Problem]], ...] = (
    (Exception, _unforeseen),
    (OperationalError, _busy),
    (Problem, lambda error: error),
    (
        HttpError,
        lambda error: Problem(error.status_code, "" if error.status_code in SENTENCES else str(error)),
    ),
    (Http404, lambda error: Problem(404)),
    (ValidationError, _invalid),
    (Refused, lambda error: Problem(UNPROCESSABLE, str(error))),
    (RefusedByLog, lambda error: Problem(UNPROCESSABLE, str(error))),
    (TooMany, lambda error: Problem(429, str(error), headers={"Retry-After": "60"})),
    (RequestDataTooBig, lambda error: Problem(413)),
    (TooManyFilesSent, lambda error: Problem(413)),
    (MultiPartParserError, lambda error: Problem(400)),
)
