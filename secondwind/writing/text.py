"""What is kept of a text that somebody sent: its words, without characters that hide, turn or break things.

Every function takes any `str`, also one with lone surrogates, and never fails. Each is idempotent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MOST_MARKS = 8  # on one letter; Hebrew with all its points and accents needs five

# The flags of England, Scotland and Wales are spelt in tag characters; any other use of them hides text.
_FLAGS = "\U0001f3f4(?:{})\U000e007f".format(
    "|".join("".join(chr(0xE0000 + ord(letter)) for letter in flag) for flag in ("gbeng", "gbsct", "gbwls"))
)
# Control characters; fillers and signs of no width; deprecated format and annotation signs; overrides of the
# direction of writing; private use and noncharacters; tags.
_NEVER = (
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u202d\u202e\u2060-\u2065\u206a-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffc\ue000-\uf8ff\ufdd0-\ufdef\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff\U000f0000-\U0010ffff"
    + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(15))
    + "]+"
)
_NEVER_OR_FLAG = re.compile(f"({_FLAGS})|{_NEVER}")
_LINE_END = re.compile("\r\n|[\r\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_JOINERS = "\u200c\u200d"
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_FIRST_JOINED = 0x0600  # no script before Arabic needs a joiner
_FIRST_IDEOGRAPH = "\u3400"

_CLOSES = {"\u202a": "\u202c", "\u202b": "\u202c", "\u2066": "\u2069", "\u2067": "\u2069", "\u2068": "\u2069"}
_TURNS = re.compile("[\u202a-\u202c\u2066-\u2069]")
_DIRECTION_SIGNS = re.compile("[\u061c\u200e\u200f\u202a-\u202c\u2066-\u2069]")
_SAME_SIGNS = re.compile("([\u061c\u200e\u200f])[\u061c\u200e\u200f]+")

# White space, and the empty braille cell that looks like it.
_BLANKS = "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace() and sign != "\n") + "\u2800"
_MANY_BLANK_LINES = re.compile(r"\n{5,}")
_WHITE_SPACE = re.compile(r"[\s\u2800]+")


def tidy(text: str) -> str:
    """The text with harmless characters, `\\n` line ends, no trailing white space and few blank lines."""
    lines = (line.rstrip(_BLANKS) for line in harmless(text).split("\n"))
    return _MANY_BLANK_LINES.sub("\n\n\n\n", "\n".join(lines)).strip("\n")


def tidy_line(text: str) -> str:
    """The same for a title or a name: one line, single spaces, nothing that turns what stands after it."""
    return _WHITE_SPACE.sub(" ", _TURNS.sub("", harmless(text))).strip()


def harmless(text: str) -> str:
    """The text without characters that hide, turn or break what people see; white space stays as it is."""
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _LINE_END.sub("\n", text)
    text = _NEVER_OR_FLAG.sub(lambda found: found[1] or "", text)
    if text.isascii():
        return text
    lines = (_balanced(line) for line in text.split("\n"))
    return "".join(_joined_well("".join(_few_marks("\n".join(lines)))))


def _balanced(line: str) -> str:
    """A line in which every change of direction ends; one without right-to-left letters has no use of any.

    Even a well-closed change can reorder Latin words ("Trojan Source", Boucher and Anderson 2021).
    """
    if not _DIRECTION_SIGNS.search(line):
        return line
    if not _is_right_to_left(line):
        return _DIRECTION_SIGNS.sub("", line)
    kept = _pairs(line)
    line = "".join(sign for at, sign in enumerate(line) if at in kept or not _TURNS.match(sign))
    return _SAME_SIGNS.sub(r"\1", line)


def _is_right_to_left(line: str) -> bool:
    signs = "\u061c\u200f"
    return any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in line if letter not in signs)


def _pairs(line: str) -> frozenset[int]:
    """Where the changes of direction stand that are closed in the right order."""
    kept: set[int] = set()
    opened: list[int] = []
    for found in _TURNS.finditer(line):
        if found[0] in _CLOSES:
            opened.append(found.start())
        elif opened and _CLOSES[line[opened[-1]]] == found[0]:
            kept |= {opened.pop(), found.start()}
    return frozenset(kept)


def _few_marks(text: str) -> Iterator[str]:
    """The characters, with at most `MOST_MARKS` combining marks on each base."""
    marks = 0
    for sign in text:
        kind = unicodedata.category(sign) if sign > "\u02ff" else "ASCII"
        if kind in {"Mn", "Me"} and not _SELECTORS.match(sign):
            marks += 1
            if marks > MOST_MARKS:
                continue
        elif kind not in {"Mn", "Cf"}:
            marks = 0
        yield sign


def _joined_well(text: str) -> Iterator[str]:
    """The characters; joiners only between letters or emoji that take them, one variation sign after each."""
    before = ""
    for at, sign in enumerate(text):
        if sign in _JOINERS:
            after = text[at + 1 : at + 2]
            if not (_can_be_joined(before) and _can_be_joined(after)):
                continue
        elif _SELECTORS.match(sign) and not _takes_selector(before, sign):
            continue
        before = sign
        yield sign


def _can_be_joined(sign: str) -> bool:
    """Whether a joiner may stand beside it; a variation sign before it is part of an emoji."""
    return (
        sign != ""
        and ord(sign) >= _FIRST_JOINED
        and sign != "\u2800"
        and unicodedata.category(sign) not in {"Cf", "Zs"}
    )


def _takes_selector(before: str, selector: str) -> bool:
    if before == "" or _SELECTORS.match(before):
        return False
    if before.isascii():
        return selector in "\ufe0e\ufe0f" and (before.isdigit() or before in "#*")
    if selector > "\ufe0f":
        return before >= _FIRST_IDEOGRAPH
    return unicodedata.category(before) not in {"Cf", "Zs"}
