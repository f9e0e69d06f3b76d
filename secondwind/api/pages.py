"""For people who write programs: the operations on a page, and the schema that it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from secondwind.api import limits, v1
from secondwind.look.caching import public_page


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    about: str
    needs: str  # the scope; empty for any token
    for_visitors: bool
    parameters: list[tuple[str, str, str]]  # name, kind, description
    body: str  # the shape that is sent
    answer: str  # the shape that is answered


@public_page
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation, with what it takes and who may use it."""
    groups, shapes = _shown()
    base = request.build_absolute_uri(v1.PREFIX)
    limited = {"token": limits.BY_TOKEN, "address": limits.BY_ADDRESS}
    context = {"groups": groups, "shapes": shapes, "base": base, "limits": limited}
    return render(request, "api/reference.html", context)


@public_page
def openapi(request: HttpRequest) -> HttpResponse:
    """The schema, for programs."""
    return HttpResponse(_text(), content_type="application/json; charset=utf-8")


@cache
def _text() -> str:
    return v1.text()


@cache
def _shown() -> tuple[dict[str, list[Operation]], list[tuple[str, str, list[tuple[str, str, str]]]]]:
    schema = v1.schema()
    groups: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            groups.setdefault(told["tags"][0], []).append(_operation(path, method, told))
    shapes = [
        (name, " ".join(shape.get("description", "").split()), list(_fields(shape)))
        for name, shape in schema["components"]["schemas"].items()
    ]
    return groups, sorted(shapes)


def _operation(path: str, method: str, told: dict[str, Any]) -> Operation:
    scopes = told["security"][-1]["token"]
    sent = told.get("requestBody", {}).get("content", {})
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        about=" ".join(told.get("description", "").split()),
        needs=scopes[0] if scopes else "",
        for_visitors={} in told["security"],
        parameters=[
            (one["name"], kind(one["schema"]), one.get("description", "")) for one in told["parameters"]
        ],
        body=next((_name(one["schema"]) or media for media, one in sent.items()), ""),
        answer=_answer(told["responses"]),
    )


def _answer(responses: dict[str, Any]) -> str:
    good = [one for status, one in responses.items() if status.startswith("2")]
    return next((_name(one["content"]["application/json"]["schema"]) for one in good), "")


def _fields(shape: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, field in shape.get("properties", {}).items():
        yield name, kind(field), field.get("description", "")


def kind(schema: dict[str, Any]) -> str:
    """What kind of value a schema describes, in a word or two."""
    if name := _name(schema):
        return name
    if "allOf" in schema:
        return kind(schema["allOf"][0])
    if "anyOf" in schema:
        return " or ".join(kind(one) for one in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return " or ".join(f"“{one}”" for one in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {kind(schema['items'])}"
    return str(schema.get("format") or schema.get("type", "any"))


def _name(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]
