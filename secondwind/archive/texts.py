"""HTML to the plain text that a post keeps, and small things about texts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

BLOCK, PARAGRAPH = "\v", "\f"  # the edges of elements, until the pieces of a text are put together
DEEPEST = 200  # elements within each other; deeper ones are read as if they were on this level
_BLOCKS = frozenset(
    "address article aside blockquote dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header "
    "hr li main "
    "ol p pre section table tbody td th thead tr ul".split()
)
_PARAGRAPHS = frozenset("p blockquote ul ol pre table h1 h2 h3 h4 h5 h6".split())
_QUOTE_CLASSES = frozenset("quote bbcode_quote bbcodequote bbcodeblock--quote quotebox userquote".split())
_SILENT = frozenset("script style noscript template head title iframe svg button select option input".split())
_SPACE = re.compile(r"[ \t\r\f\v\u00a0\u2000-\u200b\u202f\ufeff]+")
_EDGES = re.compile(r"[ \n]*(?:[\v\f][ ]*)+")
_BLANK_LINES = re.compile(r"\n{3,}")
# Tags that stand in a text because an earlier move of the forum escaped them.
_LITERAL = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|em|strong|ul|ol|li|blockquote|img|font|h[1-6])(?:\s[^<>]*)?/?>", re.I
)
_MAIL = re.compile(
    r"(?:<\s*|mailto:)?\b[\w.+%-]{1,64}\s?(?:@|\(at\)|\[at\])\s?(?:[\w-]{1,63}\.)+[a-z]{2,24}\b\s?>?", re.I
)
_CROPPED_MAIL = re.compile(r"<?\b[\w.+-]{1,64}@\.{2,3}>?")
MAIL_REMOVED = "[e-mail address removed]"


def text_of(node: LexborNode) -> str:
    """The text of an element: a line for a line, a blank line between paragraphs, `> ` before what is quoted,
    `- ` before an item of a list, the alt text of pictures in brackets."""
    return tidy(_with_edges(_pieces(node, 0)))


def _with_edges(pieces: Iterable[str]) -> str:
    """Pieces as one text: what begins or ends an element is a new line, or a blank one, however many meet."""
    return _EDGES.sub(lambda found: "\n\n" if PARAGRAPH in found[0] else "\n", "".join(pieces))


def line_of(node: LexborNode | None) -> str | None:
    """The text of an element as one line, or None where there is none."""
    return one_line(node.text(deep=True, separator=" ")) if node is not None else None


def one_line(text: str) -> str | None:
    """A text with single spaces, or None when nothing is left."""
    return " ".join(text.split()) or None


def tidy(text: str) -> str:
    """Lines without space at their ends, at most one blank line between them, none at either end."""
    # Most texts come through here more than once.
    if not _is_even(text) or " \n" in text or "\n " in text or text[:1] == " " or text[-1:] == " ":
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        text = "\n".join([_spaced(line).strip() for line in lines])
    if "\n\n\n" in text:
        text = _BLANK_LINES.sub("\n\n", text)
    return text.strip("\n")


def _is_even(text: str) -> bool:
    """Whether the only white space within the lines of a text is single spaces, as far as a look tells."""
    return text.isascii() and not (
        "  " in text or "\t" in text or "\r" in text or "\v" in text or "\f" in text
    )


def _spaced(text: str) -> str:
    """A text with one space for each run of white space."""
    if not text.isascii():
        return _SPACE.sub(" ", text.replace("\n", " "))
    if "\n" not in text and _is_even(text):
        return text
    # What a page has most, and Python cuts it several times as fast as a pattern does.
    before, after = " " if text[:1].isspace() else "", " " if text[-1:].isspace() else ""
    words = " ".join(text.split())
    return f"{before}{words}{after}" if words else before


def without_literal_html(text: str) -> tuple[str, bool]:
    """A text whose tags were escaped once too often, as they were meant; and whether it was one."""
    if len(_LITERAL.findall(text)) < 2:
        return text, False
    body = LexborHTMLParser(f"<div>{text}</div>").css_first("div")
    return (text_of(body) if body is not None else text), True


def without_mail(text: str) -> str:
    """The text without e-mail addresses."""
    if "@" not in text and "(at)" not in text and "[at]" not in text:
        return text
    return _CROPPED_MAIL.sub(MAIL_REMOVED, _MAIL.sub(MAIL_REMOVED, text))


def mail_identity(text: str) -> str:
    """What stands for an e-mail address that is not kept, so that its owner can have something taken down."""
    found = _MAIL.search(text)
    address = re.sub(r"^mailto:|[<>\s]", "", found[0], flags=re.I).lower() if found else ""
    return f"mail:{sha256(address.encode('utf-8', 'replace')).hexdigest()}" if address else ""


def paragraphs(text: str) -> list[str]:
    """The parts of a tidy text between blank lines."""
    return [part for part in text.split("\n\n") if part.strip()]


def number(text: str | None) -> int | None:
    """The whole number that a text is ("1,183", "1.2K" is none), or None."""
    words = (text or "").strip().replace(",", "").replace("\u00a0", "")
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else None


def _gather(node: LexborNode, depth: int, pieces: list[str]) -> None:
    """Add the pieces of text in an element to those that are there."""
    for child in node.iter(include_text=True):
        tag = child.tag
        if tag == "-text":
            pieces.append(_spaced(child.text(deep=False)))
        elif tag in _SILENT:
            continue
        elif tag == "br":
            pieces.append("\n")
        elif tag == "img":
            alt = one_line(child.attributes.get("alt") or "")
            pieces.append(f"({alt})" if alt and len(alt) < 200 else "")
        elif depth >= DEEPEST:
            pieces.append(unescape(child.text(deep=True, separator=" ")))
        elif tag == "blockquote" or (tag == "div" and _is_quote(child)):
            pieces.append(_quoted(_with_edges(_pieces(child, depth + 1))))
        else:
            _element(child, tag, depth, pieces)


def _pieces(node: LexborNode, depth: int) -> list[str]:
    pieces: list[str] = []
    _gather(node, depth, pieces)
    return pieces


def _is_quote(node: LexborNode) -> bool:
    return not _QUOTE_CLASSES.isdisjoint((node.attributes.get("class") or "").lower().split())


def _element(node: LexborNode, tag: str | None, depth: int, pieces: list[str]) -> None:
    edge = PARAGRAPH if tag in _PARAGRAPHS else BLOCK if tag in _BLOCKS else ""
    pieces.append(edge)
    if tag == "li":
        pieces.append("- ")
    if tag == "a":
        pieces.append(_link(node))
    else:
        _gather(node, depth + 1, pieces)
    pieces.append(edge)


def _link(node: LexborNode) -> str:
    words = one_line(node.text(deep=True, separator=" ")) or ""
    address = (node.attributes.get("href") or "").strip()
    if not address.startswith(("http://", "https://")) or len(address) > 500 or " " in address:
        return words
    bare = address.split("//", 1)[1].rstrip("/")
    shown = words.split("//", 1)[-1].rstrip("/ .…")
    if shown and bare.startswith(shown.split("...")[0].rstrip("…")):
        return address  # the words are the address, perhaps cropped
    return f"{words} ({address})" if words else ""


def _quoted(text: str) -> str:
    lines = tidy(text).split("\n")
    return PARAGRAPH + "\n".join(f"> {line}" if line else ">" for line in lines) + PARAGRAPH
