"""The plain text of an archived post as Markdown (what a moderator edits) and as HTML (what is shown).

The text is simple (lines, paragraphs, `> ` before what is quoted, bare addresses), and there is a lot of it
at an import; so the HTML is written here and not by the whole of Markdown, and is made of nothing but
escaped words, `p`, `br`, `blockquote` and links out.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from django.utils.html import escape

DEEPEST_QUOTE = 8
_WRAPPED = 50  # characters from which a line that does not end a sentence goes on in the next
_ADDRESS = re.compile(r"https?://[^\s<>\"'()\[\]]{3,500}[^\s<>\"'()\[\].,;:!?]")
_MARKS = re.compile(r"([\\`*_\[\]<>#|~])")
_BEGINS = re.compile(r"^([+-](?=\s|$)|=+\s*$|-+\s*$|\d{1,9}(?=[.)]\s))")
_QUOTES = re.compile(r"^(?:>\s?)+")


def html_of(body: str) -> str:
    """Safe HTML of a tidy text."""
    return "".join(_blocks(body.split("\n"), 0))


def markdown_of(body: str) -> str:
    """Markdown that says the same."""
    lines = body.split("\n")
    return "\n".join(
        _markdown_line(line, lines[at + 1] if at + 1 < len(lines) else "") for at, line in enumerate(lines)
    )


def _blocks(lines: list[str], depth: int) -> Iterator[str]:
    for quoted, group in groupby(lines, key=lambda line: line.startswith(">") and depth < DEEPEST_QUOTE):
        own = list(group)
        if quoted:
            inner = [line[1:].removeprefix(" ") for line in own]
            yield f"<blockquote>{''.join(_blocks(inner, depth + 1))}</blockquote>"
        else:
            yield from _paragraphs(own)


def _paragraphs(lines: list[str]) -> Iterator[str]:
    for filled, group in groupby(lines, key=bool):
        if filled:
            own = list(group)
            shown = [_linked(line) + _end(line, own[at + 1 :][:1]) for at, line in enumerate(own)]
            yield f"<p>{''.join(shown)}</p>"


def _end(line: str, after: list[str]) -> str:
    if not after:
        return ""
    return "\n" if _goes_on(line, after[0]) else "<br>"


def _goes_on(line: str, after: str) -> bool:
    """Whether a line was wrapped, so that the next one goes on with its sentence."""
    return (
        len(line) >= _WRAPPED
        and not line.endswith((".", "!", "?", ":"))
        and not after.startswith(("- ", "* ", ">"))
    )


def _linked(line: str) -> str:
    shown: list[str] = []
    at = 0
    for found in _ADDRESS.finditer(line):
        address = escape(found[0])
        shown.append(escape(line[at : found.start()]))
        shown.append(f'<a href="{address}" rel="nofollow ugc noopener">{address}</a>')
        at = found.end()
    return "".join(shown) + escape(line[at:])


def _markdown_line(line: str, after: str) -> str:
    if not line:
        return line
    quotes = _QUOTES.match(line)
    start = quotes[0] if quotes else ""
    words, shown, at = line[len(start) :], [], 0
    for found in _ADDRESS.finditer(words):
        shown += [_escaped(words[at : found.start()]), found[0]]
        at = found.end()
    text = "".join(shown) + _escaped(words[at:])
    text = _BEGINS.sub(lambda found: _numbered(found[1]), text)
    breaks = bool(after) and not _goes_on(line, after) and after.startswith(">") == line.startswith(">")
    return start + text + ("\\" if breaks and text else "")


def _numbered(begins: str) -> str:
    return f"{begins}\\" if begins.isdigit() else f"\\{begins}"


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)
