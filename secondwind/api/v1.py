"""The API, version 1: its operations, and the schema that tells them.

Within a version nothing is taken away or means something else; fields and operations may be added.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ninja import NinjaAPI
from ninja.operation import Operation

from secondwind.accounts.models import Scope
from secondwind.api import problems
from secondwind.api.endpoints import forums, members, outcomes, own, search, threads
from secondwind.api.problems import MEDIA_TYPE, ProblemShape
from secondwind.api.tokens import Bearer

PREFIX = "/api/v1/"
ABOUT = (
    "What is public can be read without a token. A token, made on the page “Access tokens” of an account, "
    "opens what its scopes say: send it as `Authorization: Bearer …`. What is not for the caller is answered "
    "like what is not there (404). Errors are problem details (RFC 9457)."
)
# What may be answered instead, and by which operations.
WRONG = {
    400: "The body cannot be read.",
    401: "A token is missing, or opens nothing.",
    403: "The token lacks the scope, or its owner may not do this.",
    404: "There is no such thing, or it is not for the caller.",
    413: "The body is too large.",
    422: "A part of the request cannot be used.",
    429: "Too many requests, or too much written.",
    503: "The database is busy: the header Retry-After says when to send it again.",
}
ALWAYS, WITH_SCOPE, WITH_BODY = (401, 404, 422, 429, 503), (403,), (400, 413)

api = NinjaAPI(
    title="Second Wind",
    version="1",
    description=ABOUT,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api-1",
)
for room in (forums, threads, search, members, outcomes, own):
    api.add_router("", room.router)
problems.answer_all(api)


def schema() -> dict[str, Any]:
    """The OpenAPI document."""
    made: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX)))
    made["components"]["schemas"] |= _problem_schemas()
    made["components"]["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "Scopes: "
            + "; ".join(f"`{scope.value}` ({scope.label})" for scope in Scope)
            + ".",
        }
    }
    problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemShape"}}}
    made["components"]["responses"] = {
        str(status): {"description": words, "content": problem} for status, words in sorted(WRONG.items())
    }
    operations = dict(_operations())
    for path, methods in made["paths"].items():
        for method, told in methods.items():
            _complete(told, operations[path, method])
    return made


def text() -> str:
    """The document as it is kept and served."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _operations() -> Iterator[tuple[tuple[str, str], Operation]]:
    """Every operation by its path and method."""
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            told = PREFIX.rstrip("/") + re.sub(r"{\w+:", "{", path)
            yield from (((told, method.lower()), one) for one in view.operations for method in one.methods)


def _complete(told: dict[str, Any], operation: Operation) -> None:
    """Say of an operation who may use it, and what it answers when something is wrong."""
    door = operation.auth_callbacks[0]
    assert isinstance(door, Bearer)  # noqa: S101  # nothing else is used here
    scopes = [door.scope.value] if door.scope else []
    for parameter in told["parameters"]:
        parameter["schema"] = _sent(parameter["schema"])
    told["operationId"] = operation.view_func.__name__
    told["security"] = [*([{}] if door.visitors else []), {"token": scopes}]
    wrong = {*ALWAYS, *(WITH_SCOPE if scopes else ()), *(WITH_BODY if "requestBody" in told else ())}
    told["responses"] |= {str(one): {"$ref": f"#/components/responses/{one}"} for one in sorted(wrong)}


def _sent(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a parameter: one that is left out is not null, and what it is called stands beside it."""
    given = next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), schema)
    return {name: value for name, value in given.items() if name not in ("title", "description")}


def _problem_schemas() -> dict[str, Any]:
    shape = ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    return {**shape.pop("$defs"), "ProblemShape": shape}
