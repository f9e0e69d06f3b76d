"""Addresses of pages, as Django's `reverse` gives them and a tenth of its time.

`reverse` walks the resolvers and runs regular expressions for each address, and a page has fifty of them:
that was a seventh of what a list cost. Here each name is asked for once, with marks in the place of its
arguments, and the marks are replaced from then on. A site stands at the root of its host, so that no prefix
is asked for.
"""

import re
from functools import lru_cache

from django.urls import NoReverseMatch, reverse

_PLAIN = re.compile(r"[A-Za-z0-9_-]+").fullmatch  # what an address holds as it is


def address(name: str, *args: object) -> str:
    """The address of the page of this name."""
    kinds = tuple([_kind(arg) for arg in args])
    shape = None if "" in kinds else _shape(name, kinds)
    return reverse(name, args=args) if shape is None else shape.format(*args)


def _kind(arg: object) -> str:
    """`n` for a number, `w` for a word without special signs, nothing for what Django must look at."""
    if type(arg) is int:
        return "n" if arg >= 0 else ""
    return "w" if isinstance(arg, str) and _PLAIN(arg) else ""


@lru_cache(maxsize=1_024)
def _shape(name: str, kinds: tuple[str, ...]) -> str | None:
    """The address with `{}` for each argument; None when it has to be worked out each time."""
    marks: list[int | str] = [10**15 + at if kind == "n" else f"mark-{at}-" for at, kind in enumerate(kinds)]
    try:
        found = reverse(name, args=marks)
    except NoReverseMatch:  # what may stand there is narrower than a number or a word
        return None
    shape = found.replace("{", "{{").replace("}", "}}")
    for mark in marks:
        shape = shape.replace(str(mark), "{}", 1)
    return shape
