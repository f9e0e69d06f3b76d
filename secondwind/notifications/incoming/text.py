"""What somebody wrote in a mail: without what they answered, without their signature."""

import re
from email.message import EmailMessage, Message

LONGEST = 60_000  # characters that are looked at; nobody answers with more
_LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "sv", "da", "pl", "cs"]
_WROTE = re.compile(r"(?:@.*|\b(?:wrote|schrieb|écrit|escribió|scritto|schreef|skrev|napisał\S*|napsal) ?):$")
_ENDS = re.compile(r"^(?:-- ?|_{10,}|-{2,} ?(?:original|forwarded) message ?-{2,})$", re.IGNORECASE)
# The containers in which mail programs put what is answered, and signatures, in HTML.
_QUOTED = (
    "blockquote[type=cite], .gmail_quote, .gmail_signature, .moz-cite-prefix, .moz-signature, .yahoo_quoted, "
    ".protonmail_quote, .protonmail_signature_block, #divRplyFwdMsg, #appendonsend, #Signature, #signature, "
    "#ms-outlook-mobile-signature, .WordSection1 div[style*='border-top'], blockquote.gmail_quote, "
    "div[id^=mail-editor-reference-message-container], head, script, style, title"
)
# After these everything is the answered mail.
_LAST = "#divRplyFwdMsg, #appendonsend, div[style*='border-top:solid']"
_BLOCKS = ("p", "div", "tr", "h1", "h2", "h3", "h4", "blockquote", "pre", "ul", "ol", "table")


def written(message: EmailMessage) -> str:
    """The words of a mail that are new, as text. Empty when there are none."""
    return cut(_body(message)[:LONGEST])


def cut(text: str) -> str:
    """A text without the mail that it answers, in whatever way that is quoted, and without a signature."""
    from mailparser_reply.parser import EmailMessage as Parsed

    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")
    ends = next((at for at, line in enumerate(lines) if at and _ENDS.match(line.rstrip("\n"))), len(lines))
    kept = "\n".join(line.rstrip() for line in _below(lines[:ends]))
    replies = Parsed(text=kept, languages=list(_LANGUAGES), keep_hyphen_lists=True).read().replies
    return _without_outer_quotes(replies[0].body) if replies else ""


def _below(lines: list[str]) -> list[str]:
    """The lines below what is answered, where somebody writes there; else all."""
    first = next((at for at, line in enumerate(lines) if line.startswith(">")), len(lines))
    before = [line for line in lines[:first] if line.strip()]
    last = first
    while last < len(lines) and (lines[last].startswith(">") or not lines[last].strip()):
        last += 1
    is_below = len(before) <= 2 and bool(before) and _WROTE.search(" ".join(before)) and last < len(lines)
    return lines[last:] if is_below else lines


def _without_outer_quotes(text: str) -> str:
    """Quotes at the beginning and the end are the answered mail; one between two answers belongs to them."""
    lines = text.split("\n")
    while lines and (not lines[0].strip() or lines[0].startswith(">")):
        lines.pop(0)
    while lines and (not lines[-1].strip() or lines[-1].startswith(">")):
        lines.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _body(message: EmailMessage) -> str:
    plain, html = (_first(message, f"text/{kind}") for kind in ("plain", "html"))
    if plain is not None and (text := _plain(plain)).strip():
        return text
    return _from_html(_decoded(html)) if html is not None else ""


def _first(message: Message, kind: str) -> Message | None:
    """The first part of a kind that is no attachment, however deep."""
    for part in message.walk():
        if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
            return part
    return None


def _decoded(part: Message) -> str:
    """The text of a part. A character set that is unknown or wrong is taken for one that anything is."""
    raw = part.get_payload(decode=True)
    content = raw if isinstance(raw, bytes) else b""
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        try:
            return content.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("cp1252", "replace")


def _plain(part: Message) -> str:
    text = _decoded(part).replace("\r\n", "\n")
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    return _unflowed(text, drops_space=str(part.get_param("delsp", "")).lower() == "yes")


def _unflowed(text: str, *, drops_space: bool) -> str:
    """Lines that a mail program has broken, whole again (RFC 3676 §4)."""
    out: list[str] = []
    open_depth = -1  # of a line that goes on
    for raw in text.split("\n"):
        depth = len(raw) - len(raw.lstrip(">"))
        line = raw[depth:]
        line = line[1:] if line.startswith(" ") else line
        flows = line.endswith(" ") and line != "-- "
        content = line[:-1] if flows and drops_space else line
        if open_depth == depth and line != "-- ":
            out[-1] += content
        else:
            out.append(f"{'>' * depth}{' ' if depth else ''}{content}")
        open_depth = depth if flows else -1
    return "\n".join(out)


def _from_html(html: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    if last := tree.css_first(_LAST):
        while (node := last.next) is not None:
            node.decompose()
    for node in tree.css(_QUOTED):
        node.decompose()
    if tree.body is None:
        return ""
    for node in tree.css("br"):
        node.replace_with("\n")
    for node in tree.css("li"):
        node.insert_before("\n- ")
    for node in tree.css(", ".join(_BLOCKS)):
        node.insert_before("\n")
        node.insert_after("\n")
    text = tree.body.text()
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
