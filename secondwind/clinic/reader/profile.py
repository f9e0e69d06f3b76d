"""Age and sex, where the account says them."""

from __future__ import annotations

import re

_SMALL = {
    word: n
    for n, word in enumerate(
        "six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen".split(), 6
    )
}
_CHILD = re.compile(
    r"\b(?:son|daughter|lad|boy|girl|kid|child|ds|dd|stepson|stepdaughter|nephew|niece|grandson"
    r"|granddaughter)\b"
    r"[ ,]*(?:is |'s |who is |who's |aged? |of |\()*(\d{1,2}|" + "|".join(_SMALL) + r")\b"
    r"(?! (?:weeks|months|days|miles|km))"
)
_WORD_YEARS = re.compile(
    r"\b(?:"
    + "|".join(_SMALL)
    + r")[\s-]years?[\s-]old\b|\b(?:he|she)(?:'s| is) (?:only |just |nearly )?(?:"
    + "|".join(_SMALL)
    + r")\b(?! (?:weeks|months|days|miles|minutes|times|stone))"
)
_NOT_A_MEASURE = (
    r"(?!\s*(?:miles?|km|k\b|minutes?|mins?|weeks?|days?|months?|percent|%|mpw|m\b|lbs|kg|stone|pounds|:|/))"
)
_NOT_A_RACE = r"(?!\s*(?:reps?|sprints?|pool|hurdles?|race|dash|swim|mark|in |of |of$|on |into |to ))"
_AGE = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:i'm|i am|im|aged?|age:?|turned|turning|a|my|am)\s+(\d{2})(?:\s*(?:years?|yrs?|yo|y/o"
        r"|year)?[\s-]*"
        r"(?:old)?)\b" + _NOT_A_MEASURE,
        r"\b(?:he|she)(?:'s| is| was|s)?\s+(?:only |just |nearly |almost )?(\d{1,2})\b" + _NOT_A_MEASURE,
        r"\b(\d{1,2})[\s-]*(?:years?|yrs?|yr|year|y)[\s/.-]*(?:o|old|of age)\b",
        r"\b(?:man|woman|bloke|lady|runner|guy|male|female|lad|girl|boy) of (\d{1,2})\b" + _NOT_A_MEASURE,
        r"(?:^|[(,.;:!?]\s*|\bi'm |\bam )(\d{2})\s*,?\s*/?\s*(?:f|m|female|male|woman|man)\b" + _NOT_A_RACE,
        r"\b(\d{2})(?:f|m)\b(?=[.,;)!?\s]*(?:$|here|runner|and i|who|with|from|\n|[.,;)!?]))",
        r"\b(?:teenager|teen|boy|girl|son|daughter|lad)\W{1,3}(\d{1,2})\b" + _NOT_A_MEASURE,
        r"\b(\d{2}) (?:female|male|woman|man)\b",
        r"\b(?:f|m|female|male|woman|man|guy|lady|runner|mum|dad)\s*,?\s*(?:aged?\s+)?(\d{2})\b"
        + _NOT_A_MEASURE,
        r"^\W*(\d{2})\s*,",
        r"\b(?:stats|me):?\s*(\d{2})\b",
        r"[.,;]\s*(\d{2})\s*(?:[.,?!]?\s*$|[.,]\s)",
    )
)
_DECADE = re.compile(r"\bin (?:my|his|her) (?:early |mid |late )?(\d0)s\b")
_UNDER = re.compile(r"\bunder-?(\d\d)\b")  # a sports category: under-23
_FEMALE = re.compile(
    r"(?:^|[(,.;:!?]\s*)\d{2}\s*,?\s*/?\s*f\b|\b\d{2}f\b"
    r"|\bfemale\b|\b(?:woman|lady|girl)\b(?=[\s,.]|$)|\bmy (?:periods?|cycles?)\b"
    r"|\bperiods? (?:are|is|have|normal|regular|stopped|were)\b|\bmy (?:husband|hubby|daughter)\b|\bmum of\b"
    r"|\b(?:as a|i'm a) (?:mum|mother|woman)\b|\bmenopaus|\bpostpartum\b|\bbreastfeed|\bpregnan|\bthe pill\b"
    r"|\bafter (?:my|having a) baby\b"
)
_MALE = re.compile(
    r"(?:^|[(,.;:!?]\s*)\d{2}\s*,?\s*/?\s*m\b"
    + _NOT_A_RACE
    + r"|\b\d{2}m\b(?=[.,;)!?])|\bmale\b(?!\s*(?:friend|colleague))"
    r"|\b(?:as a|i'm a) (?:dad|bloke|man|guy|father)\b|\bmy (?:wife|son|boy|girlfriend)\b|\bprostate\b"
    r"|\btesticle"
)
_READ = 4000  # characters in which an age is looked for


def age(folded: str) -> int | None:
    """Age in years from lower-cased text, or None. Of a decade its middle: "in my forties" is 45."""
    text = folded[:_READ]
    child = _CHILD.search(text)
    if child:
        years = _SMALL.get(child[1]) or int(child[1])
        if 4 <= years <= 25:
            return years
    if spelt := _WORD_YEARS.search(text):
        return next(_SMALL[w] for w in re.findall(r"[a-z]+", spelt[0]) if w in _SMALL)
    for pattern in _AGE:
        for m in pattern.finditer(text):
            if 6 <= int(m[1]) <= 95:
                return int(m[1])
    if decade := _DECADE.search(text):
        return int(decade[1]) + 5
    if under := _UNDER.search(text):
        return int(under[1]) - 2
    return None


def is_female(folded: str) -> bool | None:
    """True, False, or None when the account does not say."""
    female, male = _FEMALE.search(folded), _MALE.search(folded)
    if bool(female) == bool(male):
        return None
    return bool(female)
