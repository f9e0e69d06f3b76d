"""The data files as plain values, with the line of every value.

YAML is read by its version 1.2 core rules: `yes`, `no`, `on` and `off` are words, only `true` and `false`
are truth values. Keys are text, each stands once in its mapping, and dates are text, so that everything
survives a copy in JSON unchanged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from secondwind.clinic.knowledge.values import Problem

try:
    from yaml import CSafeLoader as FastLoader
except ImportError:  # PyYAML without libyaml: the same result, slower
    from yaml import SafeLoader as FastLoader  # type: ignore[assignment]  # stands in for the class above

PathKey = tuple[str | int, ...]


class CoreLoader(FastLoader):
    """The safe loader with the implicit types of YAML 1.2."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # typed so in the base class


for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first)


@dataclass(slots=True)
class Document:
    """One data file: its value, the line of each value in it by path, and what was wrong with it as YAML."""

    file: str
    value: Any = None
    lines: dict[PathKey, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, *path: str | int) -> int:
        """The line of the value at that path, or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, message: str, *path: str | int) -> Problem:
        return Problem(self.file, self.line(*path), message)


def parse(file: str, content: bytes) -> Document:
    """The file as a document; what is wrong with it as YAML stands in its `problems`."""
    doc = Document(file)
    loader: Any = None
    try:
        loader = CoreLoader(content)
        node = loader.get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        text = getattr(error, "problem", None) or str(error)
        doc.problems.append(Problem(file, mark.line + 1 if mark else 1, f"not YAML: {text}"))
        return doc
    finally:
        if loader is not None:
            loader.dispose()
    if node is None:
        doc.problems.append(Problem(file, 1, "the file is empty"))
        return doc
    doc.value = _value(node, (), doc)
    return doc


def _value(node: yaml.Node, path: PathKey, doc: Document) -> Any:
    doc.lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, doc)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*path, i), doc) for i, child in enumerate(node.value)]
    return _scalar(node, path, doc)


def _mapping(node: yaml.MappingNode, path: PathKey, doc: Document) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = key_node.value
        if not isinstance(key, str) or not key_node.tag.endswith(":str"):
            doc.problems.append(Problem(doc.file, line, f"the key {key!r} must be text: put it in quotes"))
            continue
        if key in result:
            doc.problems.append(Problem(doc.file, line, f"the key {key!r} stands twice in the same mapping"))
            continue
        result[key] = _value(value_node, (*path, key), doc)
        doc.lines[(*path, key)] = line
    return result


def _scalar(node: yaml.Node, path: PathKey, doc: Document) -> Any:
    text = node.value
    match node.tag.rpartition(":")[2]:
        case "str":
            return text
        case "int":
            return int(text)
        case "float":
            return float(text)
        case "bool":
            return text.lower() == "true"
        case "null":
            return None
    doc.problems.append(doc.problem(f"the tag {node.tag!r} is not known here", *path))
    return None
