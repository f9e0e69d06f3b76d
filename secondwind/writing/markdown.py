"""Markdown to safe HTML: markdown-it reads it (CommonMark, tables, strikethrough, bare links), nh3 cleans.

What comes out never asks another host for anything, runs nothing, and has no heading above `h3`. Each
function raises `TooLong` for a source of more than `LONGEST` characters, but `excerpt`, which reads its
beginning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urlsplit

from secondwind.writing.text import harmless

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

Attributes: TypeAlias = dict[str, str | int | float]

LONGEST = 50_000  # characters of a source
# Reading takes time that grows with the lines times their depth, and a table has lines times columns.
MOST_LINES = 5_000
MOST_BLOCKS = 40_000  # as markdown-it counts them: a cell of a table is three, an item of a list up to five
DEEPEST_IN_LINE = 4  # brackets in brackets; a picture in a link is two
DEEPEST = 16  # quotes and lists within each other, counted as markdown-it does: a list is two
PICTURE = "picture:"
LONGEST_ADDRESS = 1_000  # of one that is not in brackets
NOT_FOUND = "(picture not found)"
OUTSIDE_SCHEMES = frozenset({"http", "https", "mailto"})

# Only under these is an address without "https://" taken for one. Any two letters are a domain somewhere, and
# "my knee.It hurts" is not a link.
BARE_DOMAINS = "com org net edu gov info uk eu".split()

_HTTP_END = re.compile(r"(?:^|[^a-z0-9.+-])(https?)$", re.IGNORECASE)
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_OWN_PATH = re.compile(r"/(?![/\\])|#")
_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_NO_TARGET = re.compile(r"[<>\\\s]")
_PICTURE_SOURCE = re.compile(r"!\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(\s*<?picture:[^)]*\)", re.IGNORECASE)
_PICTURE_DEFINITION = re.compile(r"^([ >]*\[[^\]]+\]:\s*)<?picture:.*$", re.IGNORECASE | re.MULTILINE)

_TAGS = set(
    "p br hr h3 h4 h5 h6 em strong s a img ul ol li blockquote pre code div "
    "table thead tbody tr th td".split()
)
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
}
_FIXED_VALUES = {
    "div": {"tabindex": {"0"}, "role": {"group"}, "aria-label": {"Table"}},
    "pre": {"tabindex": {"0"}, "role": {"group"}, "aria-label": {"Code"}},
    "img": {"loading": {"lazy"}, "decoding": {"async"}},
}
_CLASSES = {
    "div": {"table-scroll"},
    "th": {"align-center", "align-right"},
    "td": {"align-center", "align-right"},
}


class TooLong(ValueError):
    """The source has more than `LONGEST` characters, or is too intricate; the message is for its writer."""

    def __init__(self, count: int, most: int, what: str) -> None:
        super().__init__(
            f"This has {count:,} {what}, and a text can have {most:,}. Shorten it, or send it in two parts."
        )


@dataclass(frozen=True, slots=True)
class Picture:
    """An uploaded picture as a page shows it: its path on this site, and its size in pixels."""

    address: str
    width: int
    height: int


def render(source: str, *, picture: Callable[[str], Picture | None]) -> str:
    """Safe HTML of a source; `picture` gives the uploaded picture of a key, or None.

    It shows raw HTML as text, and a picture from another host as a link to it.
    """
    import nh3

    parser = _parser()
    env: dict[str, object] = {}
    tokens = list(_shown_blocks(_parsed(source, env), picture))
    # An entity may have brought a character back that `tidy` takes away, so this comes after reading. Nothing
    # may change the HTML after it was cleaned.
    html = harmless(str(parser.renderer.render(tokens, parser.options, env)))
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        tag_attribute_values=_FIXED_VALUES,
        allowed_classes=_CLASSES,
        attribute_filter=_cleaned,
        url_schemes=set(OUTSIDE_SCHEMES),
        link_rel="nofollow ugc noopener",
        clean_content_tags=set(),
    )


def quote(source: str, *, author: str, number: int, address: str) -> str:
    """Markdown of a quote to start a reply with: who said it in which post, then the words.

    Quotes within quotes are kept one deep, so that they do not pile up; pictures become "(picture)".
    """
    source = _measured(source)
    deeper = _deeper_quotes(source)
    kept = "\n".join(line for at, line in enumerate(source.split("\n")) if at not in deeper).strip("\n")
    name = _PUNCTUATION.sub(r"\\\1", " ".join(harmless(author).split()))
    target = _NO_TARGET.sub("", address)
    attribution = f"[{name} in #{number}](<{target}>):"
    quoted = [attribution, "", *without_pictures(kept).split("\n")]
    return "".join(f"> {line}".rstrip() + "\n" for line in quoted) + "\n"


def without_pictures(source: str) -> str:
    """The same Markdown with "(picture)" where it showed one."""
    source = _PICTURE_DEFINITION.sub("", _PICTURE_SOURCE.sub("(picture)", source))
    # Whatever way of writing was not thought of here is shown as it was written.
    return source.replace("![", r"\![") if "![" in source and pictures(source[:LONGEST]) else source


def links(source: str) -> list[str]:
    """The targets outside this site that a source links to, in order; one named twice comes twice."""
    return [
        target for target in map(_target, _inline(_parsed(source))) if target and not _OWN_PATH.match(target)
    ]


def pictures(source: str) -> list[str]:
    """The keys of the uploaded pictures that a source shows, each once, in order."""
    keys = (_key(token) for token in _inline(_parsed(source)) if token.type == "image")
    return list(dict.fromkeys(key for key in keys if key))


def words(source: str) -> int:
    """How many words a source has, without those of quotes, code blocks and pictures."""
    return len(_plain(source).split())


def excerpt(source: str, length: int = 160) -> str:
    """The beginning as plain text on one line: whole words, at most `length` characters with the ellipsis.

    Quotes, code blocks, tables and pictures are left out. Empty for what is too intricate to be a post.
    """
    try:
        text = _plain("\n".join(source[:LONGEST].split("\n")[:MOST_LINES]))
    except TooLong:
        return ""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    if text[length - 1] != " " and " " in cut:
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip(" ,;:.–—-") + "…"


# --- Reading ------------------------------------------------------------------------------------------------


@cache
def _parser() -> MarkdownIt:
    """The one reader; it keeps nothing of what it read, so that threads can share it."""
    parser = _new_parser(DEEPEST)
    parser.core.ruler.at("inline", _read_lines)
    return parser


@cache
def _line_parser() -> MarkdownIt:
    """The reader of what is in lines; every level allowed there is one more walk over a hostile text."""
    return _new_parser(DEEPEST_IN_LINE)


@cache
def _block_parser() -> MarkdownIt:
    """The reader of blocks alone."""
    parser = _new_parser(DEEPEST)
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def _new_parser(deepest: int) -> MarkdownIt:
    from markdown_it import MarkdownIt

    class Parser(MarkdownIt):
        def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's name
            return _is_safe(url)

        def normalizeLink(self, url: str) -> str:  # noqa: N802 - markdown-it's name
            return super().normalizeLink("https://" + url if url.lower().startswith("www.") else url)

        def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - markdown-it's name
            return link  # as written: a decoded "xn--" can look like another host

    options = {"html": False, "linkify": True, "breaks": True, "maxNesting": deepest}
    parser = Parser("commonmark", options)
    parser.enable(["strikethrough", "table", "linkify"])
    parser.inline.ruler.at("linkify", _bare_link)
    if parser.linkify:
        parser.linkify.set({"fuzzy_email": False}).tlds(BARE_DOMAINS)
        parser.linkify.add("//", None).add("ftp:", None)
    return parser


def _parsed(source: str, env: dict[str, object] | None = None) -> list[Token]:
    """The tokens of a source, as markdown-it makes them; `env` gets its link definitions."""
    if len(source) > LONGEST:
        raise TooLong(len(source), LONGEST, "characters")
    return _parser().parse(_measured(source), {} if env is None else env)


def _measured(source: str) -> str:
    """The source without harmful characters; `TooLong` when it cannot be read in good time."""
    if len(source) > LONGEST:
        raise TooLong(len(source), LONGEST, "characters")
    source = harmless(source)
    if source.count("\n") > MOST_LINES:
        raise TooLong(source.count("\n"), MOST_LINES, "lines")
    return source


def _read_lines(state: StateCore) -> None:
    """markdown-it's step from blocks to what is in their lines, with limits of our own."""
    if len(state.tokens) > MOST_BLOCKS:
        raise TooLong(len(state.tokens), MOST_BLOCKS, "cells and items")
    parser = _line_parser()
    for token in state.tokens:
        if token.type == "inline":
            token.children = []
            parser.inline.parse(token.content, parser, state.env, token.children)


def _bare_link(state: StateInline, silent: bool) -> bool:
    """A bare address that begins with http:// or https://, before its "_" and "*" are taken for emphasis.

    markdown-it's own rule looks at all that came before and comes after for each "://", which is quadratic.
    """
    linkify = state.md.linkify
    if not linkify or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    scheme = _HTTP_END.search(state.src[max(0, state.pos - 6) : state.pos])
    if not scheme or not state.pending.endswith(scheme[1]):
        return False
    start = state.pos - len(scheme[1])
    found = linkify.match_at_start(state.src[start : start + LONGEST_ADDRESS])
    address = str(found.url).rstrip("*") if found else ""
    target = state.md.normalizeLink(address)
    if len(address) <= len(scheme[1]) + 3 or len(address) >= LONGEST_ADDRESS - 1 or not _is_safe(target):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[1])]
        state.push("link_open", "a", 1).attrs = {"href": target}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    state.pos = start + len(address)
    return True


def _is_safe(url: str) -> bool:
    """Whether a target may be linked to or shown: http, https, mailto, a path of this site, or a picture."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme in OUTSIDE_SCHEMES:
        return bool(parts.netloc) or parts.scheme == "mailto"
    return url.startswith(PICTURE) or bool(_OWN_PATH.match(url))


def _inline(tokens: Iterable[Token]) -> Iterator[Token]:
    """Every token within lines, pictures within the words for a picture too."""
    for token in tokens:
        yield token
        yield from _inline(token.children or ())


def _all_within(image: Token) -> Iterator[Token]:
    """The tokens of a picture's words, and of the pictures in them."""
    for token in image.children or ():
        yield token
        yield from _all_within(token)


def _target(token: Token) -> str:
    """Where a link or a picture from elsewhere leads; empty for anything else."""
    name = {"link_open": "href", "image": "src"}.get(token.type, "")
    target = str(token.attrGet(name) or "") if name else ""
    return "" if target.startswith(PICTURE) else target


def _key(image: Token) -> str:
    """The key of an uploaded picture; empty when it is none or cannot be one."""
    source = str(image.attrGet("src") or "")
    key = source.removeprefix(PICTURE)
    return key if source.startswith(PICTURE) and _KEY.fullmatch(key) else ""


def _deeper_quotes(source: str) -> frozenset[int]:
    """The numbers, from 0, of the lines in quotes that stand within quotes."""
    lines: set[int] = set()
    depth = 0
    for token in _block_parser().parse(source):
        if token.type == "blockquote_open" and token.map:
            depth += 1
            if depth > 1:
                lines |= set(range(*token.map))
        elif token.type == "blockquote_close":
            depth -= 1
    return frozenset(lines)


def _plain(source: str) -> str:
    """The words of paragraphs, headings and lists, on one line."""
    parts: list[str] = []
    left_out = 0
    for token in _parsed(source):
        if token.tag in {"blockquote", "table"}:
            left_out += token.nesting
        elif token.type == "inline" and not left_out:
            parts += (_words_of(child) for child in token.children or ())
            parts.append(" ")
    return " ".join("".join(parts).split())


def _words_of(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return token.content if token.type in {"text", "text_special", "code_inline"} else ""


# --- Showing ------------------------------------------------------------------------------------------------


def _shown_blocks(tokens: Iterable[Token], picture: Callable[[str], Picture | None]) -> Iterator[Token]:
    """The tokens as this site shows them; `picture` as in `render`."""
    for token in tokens:
        if token.type == "table_open":
            yield _token("scroll_open", "div", 1, {"class": "table-scroll", **_scrolls("Table")})
        _change(token)
        if token.children:
            token.children = list(_shown(token.children, picture))
        yield token
        if token.type == "table_close":
            yield _token("scroll_close", "div", -1)


def _change(token: Token) -> None:
    """Put a block's tag and attributes right."""
    if token.type in {"heading_open", "heading_close"}:
        token.tag = _HEADINGS[token.tag]
    elif token.type in {"th_open", "td_open"}:
        align = str(token.attrs.pop("style", "")).removeprefix("text-align:")
        if align in {"center", "right"}:
            token.attrs["class"] = f"align-{align}"
    elif token.type in {"fence", "code_block"}:
        token.type, token.info = "code_block", ""
        token.attrs = {**_scrolls("Code")}


def _scrolls(label: str) -> Attributes:
    """What lets a keyboard scroll something wide; a group, for each region would be a landmark."""
    return {"tabindex": "0", "role": "group", "aria-label": label}


def _shown(tokens: Sequence[Token], picture: Callable[[str], Picture | None]) -> Iterator[Token]:
    """The tokens of a line: pictures looked up, and links that lead nowhere left out."""
    links: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            links.append(bool(_target(token)))
            token.attrs = {"href": _target(token)}
        if token.type == "image":
            yield from _shown_image(token, picture, within_link=any(links))
        elif token.type not in {"link_open", "link_close"} or links[-1]:
            yield token
        if token.type == "link_close":
            links.pop()


def _shown_image(
    image: Token, picture: Callable[[str], Picture | None], *, within_link: bool
) -> Iterator[Token]:
    """The tokens of a picture: itself when it is ours, else a link to it, else its words."""
    alt = " ".join("".join(map(_words_of, _all_within(image))).split())
    target = _target(image)
    if not target:
        yield _uploaded(image, alt, picture)
    elif within_link:
        yield _text(alt or target)
    else:
        yield _token("link_open", "a", 1, {"href": target})
        yield _text(alt or target)
        yield _token("link_close", "a", -1)


def _uploaded(image: Token, alt: str, picture: Callable[[str], Picture | None]) -> Token:
    key = _key(image)
    found = picture(key) if key else None
    if found is None:
        return _text(f"{alt} {NOT_FOUND}".strip())
    size = {"width": str(found.width), "height": str(found.height)}
    lazy = {"loading": "lazy", "decoding": "async"}
    return _token("picture", "img", 0, {"src": found.address, "alt": alt, **size, **lazy})


def _token(type: str, tag: str, nesting: Literal[-1, 0, 1], attributes: Attributes | None = None) -> Token:
    from markdown_it.token import Token

    return Token(type, tag, nesting, attrs=attributes or {}, block=tag == "div")


def _text(content: str) -> Token:
    token = _token("text", "", 0)
    token.content = content
    return token


def _cleaned(tag: str, attribute: str, value: str) -> str | None:
    """nh3's last word on an attribute: a picture comes from this site, and sizes are numbers."""
    if (tag, attribute) == ("img", "src"):
        return value if re.match(r"/(?![/\\])", value) else None
    if attribute in {"width", "height", "start"}:
        return value if value.isascii() and value.isdigit() else None
    return value
