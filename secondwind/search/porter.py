"""The stem of an English word, by M. F. Porter's algorithm of 1980 ("An algorithm for suffix stripping") with
his two later changes (-bli, -logi).

One stemmer for both databases: theirs differ (SQLite has this one, PostgreSQL its successor), and what is
found must not depend on which of them a site uses.
"""

import re

_C = "[^aeiou](?:[^aeiouy])*"
_V = "[aeiouy][aeiou]*"
_MEASURE_0 = re.compile(f"^(?:{_C})?{_V}{_C}")  # m > 0
_MEASURE_1 = re.compile(f"^(?:{_C})?{_V}{_C}(?:{_V})?$")  # m = 1
_MEASURE_2 = re.compile(f"^(?:{_C})?{_V}{_C}{_V}{_C}")  # m > 1
_HAS_VOWEL = re.compile(f"^(?:{_C})?[aeiouy]")
_SHORT_END = re.compile(f"^{_C}[aeiouy][^aeiouwxy]$")  # consonant, vowel, consonant other than w, x, y
_DOUBLE = re.compile(r"([^aeiouylsz])\1$")

_STEP_2 = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize", "bli": "ble",
    "logi": "log",
    "alli": "al", "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize", "ation": "ate", "ator": "ate",
    "alism": "al", "iveness": "ive", "fulness": "ful", "ousness": "ous", "aliti": "al", "iviti": "ive",
    "biliti": "ble",
}  # fmt: skip
_STEP_3 = {
    "icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": "",
}  # fmt: skip
_STEP_4 = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ou", "ism", "ate",
    "iti", "ous", "ive", "ize",
)  # fmt: skip


def stem(word: str) -> str:
    """The stem of a lower-case word of a to z; words of one or two letters stay as they are."""
    if len(word) < 3:
        return word
    first_y = word[0] == "y"  # a leading y is a consonant
    word = "Y" + word[1:] if first_y else word
    for step in (_plural, _past, _y_to_i, _step_2, _step_3, _step_4, _final):
        word = step(word)
    return "y" + word[1:] if first_y else word


def _plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def _past(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _MEASURE_0.match(word[:-3]) else word
    for ending in ("ed", "ing"):
        if word.endswith(ending) and _HAS_VOWEL.match(word[: -len(ending)]):
            return _mended(word[: -len(ending)])
    return word


def _mended(rest: str) -> str:
    if rest.endswith(("at", "bl", "iz")):
        return rest + "e"
    if _DOUBLE.search(rest):
        return rest[:-1]
    return rest + "e" if _SHORT_END.match(rest) else rest


def _y_to_i(word: str) -> str:
    return word[:-1] + "i" if word.endswith("y") and _HAS_VOWEL.match(word[:-1]) else word


def _step_2(word: str) -> str:
    return _replaced(word, _STEP_2)


def _step_3(word: str) -> str:
    return _replaced(word, _STEP_3)


def _replaced(word: str, endings: dict[str, str]) -> str:
    ending = max((e for e in endings if word.endswith(e)), key=len, default="")
    rest = word[: len(word) - len(ending)]
    return rest + endings[ending] if ending and _MEASURE_0.match(rest) else word


def _step_4(word: str) -> str:
    found = [e for e in _STEP_4 if word.endswith(e)]
    if word.endswith(("sion", "tion")):
        found.append("ion")
    ending = max(found, key=len, default="")
    rest = word[: len(word) - len(ending)]
    return rest if ending and _MEASURE_2.match(rest) else word


def _final(word: str) -> str:
    rest = word[:-1]
    if word.endswith("e") and (
        _MEASURE_2.match(rest) or (_MEASURE_1.match(rest) and not _SHORT_END.match(rest))
    ):
        word = rest
    return word[:-1] if word.endswith("ll") and _MEASURE_2.match(word) else word
