"""Time expressions to days: how long this complaint has been there, from its first onset to the account.

An account holds many spans of time: of training, of rest, until a race, of other people. Each mention is
weighed by the words around it (`_WEIGHTS`), and the heaviest one above nought is taken. The weights are
judgement, set on the accounts written for the project.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from secondwind.clinic.reader.context import Heard
from secondwind.clinic.reader.phrases import NUMBER_WORDS

_UNIT_DAYS = {
    "hour": 1 / 24,
    "day": 1,
    "night": 1,
    "week": 7,
    "wk": 7,
    "fortnight": 14,
    "month": 30,
    "mth": 30,
    "year": 365,
    "yr": 365,
    "weekend": 7,
    "season": 90,
}
_VAGUE = {"couple": 2, "few": 3, "several": 4, "some": 3, "many": 6, "half a": 0.5, "half": 0.5}
_SEVERAL = {"week": 3}  # several weeks are fewer than several days or months
_ORDINALS = {
    w: n for n, w in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1)
}
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTHS = "january february march april may june july august september october november december".split()
_CHRISTMAS = (12, 25)

_UNIT = r"(?:hour|day|night|weekend|week|wk|fortnight|month|mth|year|yr|season)"
_NUMBER = (
    r"(?:half an?|\d+(?:\.\d+)?|couple|few|several|some|many|"
    + "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
    + ")"
)
_WEEKDAY = "(?:" + "|".join(_WEEKDAYS) + ")"
_HEDGE = (
    r"(?:(?:the|these|last|past|a|about|nearly|almost|over|around|roughly|another|good|only|just|maybe|more|than"
    r"|at|least|or|so|well|approx) )*"
)
_SPAN = re.compile(
    rf" {_HEDGE}(?P<low>{_NUMBER}) (?:\+ |of )*(?:(?:or so|plus) )?(?:(?:(?:- |to |or "
    rf"|maybe )+(?P<high>{_NUMBER})|(?P<next>\d+)) )?(?:\+ )?"
    rf"(?P<half>and a half )?(?:good |solid |long |full |whole "
    rf"|of )*(?P<unit>{_UNIT})s? (?P<more>and a (?:half|bit) )?"
)
_BARE = re.compile(rf" (?:the |this )?(?:last|past) (?P<unit>{_UNIT})s? ")
_NTH = re.compile(
    rf" (?:(?P<unit>day|week|month) (?P<count>\d+|{'|'.join(NUMBER_WORDS)})|"
    rf"(?P<nth>{'|'.join(_ORDINALS)}) (?P<unit2>day|week|month)) (?:of|with|into) "
    r"(?:(?:this|my|a|the|having|really) )*(?=(?:sore|pain|ache|aching|niggl|hurt|injur|shin|knee|calf"
    r"|hip|heel|foot|achilles|ankle|hamstring|groin|limping|back|it ))"
)
_DAY_N = re.compile(
    rf" day (?P<count>\d|1\d|{'|'.join(w for w in NUMBER_WORDS if len(w) > 2)}) (?:and|of|now|,|:|today) "
)
_NTH_SPAN = re.compile(
    rf" (?:(?:day|week|month) \w+|(?:{'|'.join(_ORDINALS)}) (?:day|week|month))"
    r" (?:of|with|into|and|now|,|:|today)"
)
_POINTS = (
    (
        re.compile(
            r" (?:earlier today|today|this (?:morning|afternoon|evening)|tonight|just now|hours ago) "
        ),
        0.0,
    ),
    (re.compile(r" (?<!before )(?:yesterday|last night) "), 1.0),
    (re.compile(r" (?:day before yesterday|night before last) "), 2.0),
    (re.compile(rf" (?:a )?(?:two|2|couple of|couple) {_WEEKDAY}s (?:ago|back) "), 12.0),
    (re.compile(rf" (?:three|3) {_WEEKDAY}s (?:ago|back) "), 19.0),
    (re.compile(rf" {_WEEKDAY} week "), 10.0),
    (re.compile(rf" a week (?:ago )?(?:on |last |past )?{_WEEKDAY} "), 9.0),
    (re.compile(rf" (?:last|this|this past|past) (?:weekend|{_WEEKDAY}) "), 4.0),
    (re.compile(rf" (?:on|since) {_WEEKDAY} "), 4.0),
)
_SINCE = re.compile(
    r" since (?:early |late |mid |the (?:start|end|beginning) of |about |around )?(?P<when>\w+) "
)

_ON_AND_OFF = re.compile(r" (?:on and off|off and on|on off) ")  # its "off" is no rest
_PARTS = r"(?:knee|hip|calf|shin|foot|heel|achilles|ankle|hamstring|groin|back|arch|toe|quad|glute)"
_SUFFERING = (
    rf"(?:pain|ache|aching|agony|trouble|sore|soreness|misery|discomfort|limping|hurting|tightness"
    rf"|(?:this|my|the|high|sore|right|left) {_PARTS}|{_PARTS})"
)
_BEGAN = re.compile(
    r" (?:start(?:ed|s)?|began|begin|begun|came on|come on|onset|first noticed|noticed|ever since|set in"
    r"|crept in|developed|come and gone|"
    r"appeared|it's been|has been|had this|have had|i've had|had it|having|suffering|it happened"
    r"|happened|since then|"
    r"(?:been|felt|feel) (?:really |very |a )?(?:sore|hurting|aching|painful|tender|killing|limping"
    r"|twinge|pop|pull|sharp)|dealing with|put up with|nursing|flared|been bothering|been hurting"
    r"|been there|recurring) "
)
_LAST_CLAUSE = re.compile(r"^.* (?:but|however|although|though) ")
_UNTIL_NOW = re.compile(r" (?:for|over|past|last|the last|in the last|since|been|is|call it|it's|x) $")
_COUNTING = re.compile(
    r" (?:been|been at it|had it|had this|it's been|call it|going on|coming up on|coming up to|recurring for|"
    r"part of|guts of|getting on for|pushing|at me|duration|nearly|well over) (?:for )?(?:the )?(?:a |an )?$"
)
_AGO = re.compile(
    r"(?:(?:or so|or thereabouts|and change|now|and a half|and a bit) )*"
    r"(?:ago|back|earlier|before|since|on (?=it\b|and\b|now\b|still\b|i still\b|i'm still\b|the pain\b|my\b)"
    r"|in (?=now\b|and it\b|and still\b)|now|old|prior|running|of this|and counting|past|today)\b"
)
_STARTED_RUNNING = re.compile(  # "12 weeks ago I was a potato on a couch"
    r"(?:ago|back) (?:, )?(?:when )?(?:i|we) (?:was|were|started|began|could|couldn't|weighed|joined|signed"
    r"|decided|downloaded|entered|ran|did|finished|completed|graduated)\b"
)
_INTO_IT = re.compile(
    r"in(?:to)? (?:my|the|this|to|with|and (?!it\b|still\b|the\b|my\b))|in (?:i|my|and i)\b|in$"
)
_NOW = re.compile(r"(?:or so |ish )?(?:now|and counting|on|duration)\b")
_ADDS_UP = re.compile(
    r" (?:that's|that is|so|makes it|which makes|makes|that was|gone on for|going on for|since \w+"
    r"|since the \w+|since about \w+|start to now|lasted|dragged on for|happening for|been there for"
    r"|been here for|at it for"
    r"|been with me for|plagued me for|bothered me for|dogged me for) "
    r"(?:about |nearly |almost |roughly |over |a good |some |a |an )?$"
)
_IT_HAS_BEEN = re.compile(
    r"(?:it's been|it has been|i've had (?:it|this)|of it\b|of this\b|and counting|since it|since the"
    r"|start to now|now (?:that|the|my|i)|my \w+ (?:has|have|'s)"
    r"|the (?:outside|inside|back|front|left|right|same|following))"
)
_OF_IT = re.compile(rf"(?:now )?(?:of|with) (?:\w+ ){{0,3}}{_SUFFERING}")
_TRAINING_BEFORE = re.compile(
    r" (?:been|i've been|was|started|starting|began|begun|took up|taken up|have been) (?:a )?(?:running"
    r"|runner|jogging|training|"
    r"cycling|doing c|doing couch|on the plan|following|vegan)\b|"
    r" (?:left (?:to|until|till|before)|until|till|to go|away|out from|from now|before my|to my|time|plan"
    r"|programme|program"
    r"|of training|of running|"
    r"into (?:c|couch|the plan|my plan|training)|of it though) "
)
_NOT_PAIN = re.compile(
    r"\b(?:(?:weeks?|days?|months?|time|years?|it|\|) off"
    r"|rest|rested|resting|no running|not run|gave|give|took|take|taking|break|layoff"
    r"|strengthening|stretching|"
    r"appointment|rehab|nothing|crutches|boot|flu|ill|holiday|exercises|physio|of pain free|stopped for"
    r"|stopped|quit|gave up|"
    r"bought|shoes|pairs?|graduat\w*|trained|plan|programme|accident|surgery|operation|joined|moved"
    r"|married|born)\b"
)
_NOT_SINCE_THEN = re.compile(
    r"(?:later|without|marathon|a week|per week|race|runs?|miles?|apart|each|off|rest|holiday|break|layoff"
    r"|flu|ill|in bed|younger|before|"
    rf"straight|in a row|years? old|old\b|to settle|after (?:every|each)"
    rf"|(?:or so )?of (?!(?:\w+ ){{0,3}}{_SUFFERING}|this|it))\b"
)
_OLD_AGE = re.compile(r"(?:years? )?(?:old|of age)\b")
_RATE_BEFORE = re.compile(
    r" (?:in|within|every|each|per|once a|end of|end of the|next|for another|needs|takes|after|w|week"
    r"|inside|about to"
    r"|lasts|days|times) $"
)


@dataclass(frozen=True, slots=True)
class _Mention:
    """A time expression: how many days, and where it stands in the words of its sentence."""

    days: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Setting:
    """A mention with the words around it, each ready to be searched for phrases with a space around them."""

    span: str
    before: str
    after: str
    hurts: bool
    opens: bool

    @property
    def around(self) -> str:
        return f"{self.before[-45:]}{self.after[:45]} "

    @property
    def near(self) -> str:
        return " ".join([*self.before.split()[-5:], "|", *self.after.split()[:5]])

    @property
    def began(self) -> bool:
        return _BEGAN.search(self.around) is not None


_WEIGHTS: tuple[tuple[float, Callable[[_Setting], object]], ...] = (
    (1.2, lambda s: _AGO.match(s.after)),
    (1.0, lambda s: _NOW.match(s.after)),
    (1.0, lambda s: _OF_IT.match(s.after)),
    (0.8, lambda s: _UNTIL_NOW.search(s.before)),
    (0.8, lambda s: re.match(r" (?:the |this )?(?:last|past)| over the", s.span)),
    (0.8, lambda s: _COUNTING.search(s.before)),
    (0.8, lambda s: s.hurts),
    (-0.2, lambda s: not s.hurts),
    (1.0, lambda s: s.began),
    (1.2, lambda s: _NTH_SPAN.match(s.span)),
    (0.4, lambda s: s.opens),
    (0.5, lambda s: re.search(r" weekend| before (?:last|yesterday)", s.span)),
    (-0.3, lambda s: re.search(r"this (?:morning|afternoon|evening)|tonight|just now", s.span)),
    (0.3, lambda s: s.hurts and re.search(r" (?:yesterday|last night|this morning)", s.span)),
    (-1.5, lambda s: " hour" in s.span and not s.after.startswith("ago")),
    (
        -2.5,
        lambda s: (
            _TRAINING_BEFORE.search(s.before[-40:] + " ") or _TRAINING_BEFORE.search(f" {s.after[:25]}")
        ),
    ),
    (-1.55, lambda s: _NOT_PAIN.search(s.near)),
    # months and years are said of running more often than of pain
    (-1.0, lambda s: re.search(r" (?:year|yr)", s.span) and not (s.began and s.hurts)),
    (-0.8, lambda s: re.search(r" (?:month|mth)", s.span) and not s.hurts),
    (-1.5, lambda s: s.span.startswith(" one day")),
    (
        -1.5,
        lambda s: (
            _RATE_BEFORE.search(s.before)
            and not _AGO.match(s.after)
            and not re.match(r" (?:the )?(?:last|past)", s.span)
        ),
    ),
    (
        1.8,
        lambda s: (
            (_ADDS_UP.search(s.before) or s.span.startswith(" so "))
            and not re.search(r"today|tonight|this|now", s.span)
        ),
    ),
    (
        3.0,
        lambda s: (
            _AGO.match(s.after)
            and re.search(r" (?:fine|good|ok|well|great|pain free|\w+) (?:till|until) $", s.before)
        ),
    ),
    (1.0, lambda s: _IT_HAS_BEEN.match(s.after)),
    (-1.5, lambda s: _NOT_SINCE_THEN.match(s.after)),
    (-3.0, lambda s: _OLD_AGE.match(s.after)),
    (-1.2, lambda s: not s.hurts and _STARTED_RUNNING.match(s.after)),
    (-1.5, lambda s: _INTO_IT.match(s.after)),
    (0.8, lambda s: s.hurts and re.match(r" these ", s.span)),
    (-3.0, lambda s: re.search(r" than (?:\w+ ){0,4}$", s.before)),  # "tighter than a month ago"
)
_BASE = -0.5
_LATER_SENTENCE = 0.04  # what comes later in an account counts a little less


def duration_days(
    heard: list[Heard], today: date | None = None, headline: Sequence[Heard] = ()
) -> float | None:
    """Days since the first onset, the best candidate of the account; None when it is not said or cannot be
    worked out.

    `today` is the day of the account; without it, "since May" is not worked out. `headline` is what stands
    above it.
    """
    best: tuple[float, float] | None = None
    for number, h in enumerate([*heard, *headline]):
        if "other" in h.aside:  # "my husband had it for two years"
            continue
        norm = _ON_AND_OFF.sub(" recurring ", h.sentence.norm.replace(" , ", " "))
        for mention in _mentions(norm, today):
            score = _score(h, norm, mention) - number * _LATER_SENTENCE
            if score > 0 and (best is None or (score, mention.days) > best):
                best = (score, mention.days)
    return None if best is None else round(best[1], 2)


def _mentions(norm: str, today: date | None) -> Iterator[_Mention]:
    """Every time expression of a sentence."""
    for m in _SPAN.finditer(norm):
        yield _Mention(_amount(m), m.start(), m.end() - 1)
    for m in _BARE.finditer(norm):
        yield _Mention(_UNIT_DAYS[m["unit"]] if m["unit"] != "weekend" else 4.0, m.start(), m.end() - 1)
    if nth_day := _DAY_N.match(norm):
        yield _Mention(_number(nth_day["count"]), nth_day.start(), nth_day.end() - 1)
    for m in _NTH.finditer(norm):
        count = _number(m["count"]) if m["count"] else float(_ORDINALS[m["nth"]])
        yield _Mention(count * _UNIT_DAYS[m["unit"] or m["unit2"]], m.start(), m.end() - 1)
    for pattern, days in _POINTS:
        for m in pattern.finditer(norm):
            yield _Mention(days, m.start(), m.end() - 1)
    if today is not None:
        for m in _SINCE.finditer(norm):
            since = _since(m["when"], today)
            if since is not None:
                yield _Mention(since, m.start(), m.end() - 1)


def _amount(m: re.Match[str]) -> float:
    """Days of a span; of a range ("2 - 3 months") its middle."""
    unit = m["unit"]
    number = float(_SEVERAL.get(unit, 4)) if m["low"] == "several" else _number(m["low"])
    high = _number(m["high"] or m["next"] or "0")
    if high > number:
        number = (number + high) / 2
    if m["half"] or (m["more"] or "").endswith("half "):
        number += 0.5
    return number * _UNIT_DAYS[unit]


def _number(word: str) -> float:
    if word[0].isdigit():
        return float(word)
    return float(_VAGUE.get(word.removesuffix("n") if word == "half an" else word, NUMBER_WORDS.get(word, 1)))


def _since(word: str, today: date) -> float | None:
    """Days from the last such month or weekday to `today`."""
    if word in _MONTHS:
        month = _MONTHS.index(word) + 1
        year = today.year if month <= today.month else today.year - 1
        return float((today - date(year, month, 15 if month != today.month else 1)).days)
    if word in _WEEKDAYS:
        return float((today.weekday() - _WEEKDAYS.index(word)) % 7 or 7)
    if word == "christmas":
        this_year = date(today.year, *_CHRISTMAS)
        return float((today - (this_year if this_year <= today else date(today.year - 1, *_CHRISTMAS))).days)
    return None


def _score(h: Heard, norm: str, mention: _Mention) -> float:
    """How likely a time expression tells since when it hurts; zero or less means not at all."""
    setting = _Setting(
        span=norm[mention.start : mention.end],
        before=_LAST_CLAUSE.sub(" ", norm[max(0, mention.start - 60) : mention.start + 1]),
        after=norm[mention.end : mention.end + 60].lstrip(),
        hurts=bool(h.predicates) or any(m.entry.role in ("part", "place") for m in h.matches),
        opens=mention.start < 3,
    )
    return _BASE + sum(weight for weight, holds in _WEIGHTS if holds(setting))
