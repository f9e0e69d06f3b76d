"""A page as it comes: bytes in, HTML or lines of text out, with the address it says it has."""

from __future__ import annotations

import re
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from secondwind.archive.model import Unreadable
from secondwind.archive.texts import line_of, tidy

LARGEST = 4 * 2**20
"""Bytes of one page; a thread page of a forum has a few hundred kilobytes at most."""

LONGEST_HEAD = 240  # characters; it also keeps patterns from long lines

_HTML = re.compile(r"<!doctype html|<html[\s>]|<body[\s>]|<head[\s>]", re.I)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.I)
_SAVED = re.compile(
    r"<!--\s*(?:saved from url=\(\d+\)|mirrored from |page saved from )\s*(\S+?)(?:\s|-->)", re.I
)
_SAID = re.compile(
    r"^\s*(?:url|source|address|archived from|from)\s*[:=]\s*(https?://\S+)\s*$|^\s*(https?://\S+)\s*$", re.I
)
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,12}(?::\d+)?", re.I)
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_FILES = frozenset("html htm txt text php asp aspx zip jsp jspa cfm shtml".split())


class Line(NamedTuple):
    """A line of a text page: its number from 1, its words, and how far it is indented."""

    number: int
    text: str
    indent: int
    head: str = ""

    @classmethod
    def of(cls, number: int, line: str) -> Line:
        """A line as it stands. `head` is its words where they are few enough for furniture of a page: what
        people write is often longer, and patterns should not run over it."""
        text = line.strip()
        if not text.isascii():
            text = text.strip("\u200b\ufeff").strip()
        return cls(number, text, len(line) - len(line.lstrip()), text if len(text) <= LONGEST_HEAD else "")


class Page:
    """One page. Raises Unreadable for what is no text or too large."""

    def __init__(self, data: bytes | str, name: str = "", address: str | None = None) -> None:
        self.name = name
        self.raw = data if isinstance(data, str) else _decoded(data)
        if not self.raw.strip():
            raise Unreadable("The page is empty.")
        _require_text(self.raw)
        self._given_address = address
        self.is_html = bool(_HTML.search(self.raw[:20_000]))

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The parsed HTML."""
        return LexborHTMLParser(self.raw)

    @cached_property
    def lines(self) -> list[Line]:
        """The lines of the text; of HTML, of the text that it shows."""
        text = self.raw
        if self.is_html:
            text = self.shown
        elif self._says_address:
            text = "\n" + text.lstrip().split("\n", 1)[-1]
        whole = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
        return [Line.of(at, line) for at, line in enumerate(whole.split("\n"), 1)]

    @cached_property
    def heads(self) -> list[Line]:
        """The lines that may be furniture of the page: those with a `head`."""
        return [line for line in self.lines if line.head]

    @cached_property
    def lowered(self) -> str:
        """The page, its address and its name in lower case."""
        return f"{self.raw}\n{self.address or ''}\n{self.name}".lower()

    @cached_property
    def shown(self) -> str:
        """The text that the HTML shows."""
        from secondwind.archive.texts import text_of

        body = self.tree.body
        return text_of(body) if body is not None else ""

    @cached_property
    def text(self) -> str:
        """The whole as tidy text."""
        return tidy("\n".join(line.text for line in self.lines))

    @cached_property
    def address(self) -> str | None:
        """Where the page stood: what the page says, what its file's path says, or what was given."""
        for one in (self._from_html(), self._says_address, self._from_path(), self._given_address):
            if one and one.startswith(("http://", "https://")) and urlsplit_safely(one):
                return one
        return None

    def first(self, *selectors: str) -> LexborNode | None:
        """The first element that one of the selectors finds, in their order."""
        for selector in selectors:
            if (found := self.tree.css_first(selector)) is not None:
                return found
        return None

    def words(self, *selectors: str) -> str | None:
        """Its words as one line."""
        for selector in selectors:
            if words := line_of(self.tree.css_first(selector)):
                return words
        return None

    def attribute(self, selector: str, name: str) -> str | None:
        """An attribute of the first element that a selector finds."""
        found = self.tree.css_first(selector)
        return (found.attributes.get(name) or "").strip() or None if found is not None else None

    def _from_html(self) -> str | None:
        if not self.is_html:
            return None
        saved = _SAVED.search(self.raw[:5_000])
        found = self.attribute('link[rel="canonical"]', "href") or self.attribute(
            'meta[property="og:url"]', "content"
        )
        address = found or (saved[1] if saved else None)
        if address and "://" not in address and _HOST.match(address):
            return f"http://{address}"
        return address

    @property
    def _says_address(self) -> str | None:
        """The address that the first line of a text is."""
        if self.is_html:
            return None
        found = _SAID.match(self.raw.lstrip("\ufeff \r\n").split("\n", 1)[0][:500])
        return (found[1] or found[2]) if found else None

    def _from_path(self) -> str | None:
        """Mirrors keep pages under the name of their host."""
        parts = [part for part in self.name.replace("\\", "/").split("/") if part not in {"", "."}]
        for at, part in enumerate(parts[:-1]):
            if _HOST.fullmatch(part) and part.rpartition(".")[2].lower() not in _FILES:
                return f"http://{'/'.join(parts[at:])}"
        return None


def urlsplit_safely(address: str) -> bool:
    """Whether an address can be taken apart and names a host."""
    try:
        return bool(urlsplit(address).hostname) and len(address) <= 1_000
    except ValueError:
        return False


def _decoded(data: bytes) -> str:
    if len(data) > LARGEST:
        raise Unreadable(f"The page has more than {LARGEST:,} bytes, which is the most that is read.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = _CHARSET.search(data[:4_000])
        name = found[1].decode("ascii").lower() if found else "cp1252"
        if name in {"utf-8", "utf8", "iso-8859-1", "latin1", "us-ascii"}:
            name = "cp1252"  # what browsers read for it
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            if not found and _looks_binary(data):
                line = data[: error.start].count(b"\n") + 1
                raise Unreadable("These bytes are no text in UTF-8 or Windows-1252.", line) from None
            return data.decode("cp1252", "replace")


def _looks_binary(data: bytes) -> bool:
    return sum(byte > 0x7F for byte in data[:4_000]) > min(len(data), 4_000) * 0.3


def _require_text(raw: str) -> None:
    found = _NOT_TEXT.search(raw)
    if found and len(_NOT_TEXT.findall(raw[:100_000])) > max(2, len(raw[:100_000]) // 500):
        line = raw.count("\n", 0, found.start()) + 1
        raise Unreadable("The file is no text: it holds control characters.", line)
