"""What an edit changed, as pieces of text that stayed, came or went: by lines, and within lines by words."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

_WORD = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)
MOST_WORDS = (
    1_500  # on either side of a change; a larger one is shown as lines, which costs no more than reading
)


class Piece(NamedTuple):
    """A stretch of text, and whether it stayed, came or went."""

    kind: Literal["same", "new", "gone"]
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in order; those that are not "gone" are the text after."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(new[c:d])))
        else:
            pieces += _by_words("".join(old[a:b]), "".join(new[c:d]))
    return list(_joined(pieces))


def _by_words(before: str, after: str) -> list[Piece]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    if not (old and new) or max(len(old), len(new)) > MOST_WORDS:
        return _replaced(before, after)
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(new[c:d])))
        else:
            pieces += _replaced("".join(old[a:b]), "".join(new[c:d]))
    return pieces


def _replaced(before: str, after: str) -> list[Piece]:
    return [Piece("gone", before), Piece("new", after)]


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces without empty ones, and with neighbours of one kind made one."""
    last: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if last is not None and last.kind == piece.kind:
            last = Piece(last.kind, last.text + piece.text)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last
