"""Where it hurts: body words with what stands around them, to places of the vocabulary with a side."""

from __future__ import annotations

from dataclasses import dataclass, replace

from secondwind.clinic.model import Reply, Side
from secondwind.clinic.reader.context import Heard
from secondwind.clinic.reader.language import Part
from secondwind.clinic.reader.phrases import Match

_NEAR_BEFORE = 7  # tokens in which a qualifier before the part is looked for
_NEAR_AFTER = 8
_EVENT = ("onset_pop",)
_BLOW, _HIT_AT = "onset_blow", 5  # and within how many tokens behind it is told where
_TURNED = "onset_twist"  # of an ankle that went over nobody need say that it hurts
_CLAIM_REACH = 9  # how far off, clause borders counted, the word that says it hurts may be
_DENIAL_REACH = 6  # a word that says it is fine must stand nearer
_SIDED = frozenset(
    "knee knees leg legs ankle ankles foot feet calf calves shin shins hip hips thigh thighs hamstring "
    "hamstrings heel heels "
    "toe toes arch achilles groin buttock glute glutes bum butt quad quadriceps side one kneecap lower "
    "upper outer inner "
    "inside outside big lateral medial tibia fibula sit front back it band forefoot plantar metatarsal "
    "peroneal psoas adductor adductors syndesmosis glutes soleus gastroc popliteus hallux malleolus "
    "sit".split()
)
_NOT_SIDE_AFTER = frozenset(
    "now away after before in on at where so here there up down through behind above below about into "
    "around over to then off "
    "under as from when around out across along next around under until near".split()
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named in a sentence; `reply` is None when nothing near says whether it hurts there."""

    sentence: int
    first: int
    last: int
    place: str
    side: Side
    reply: Reply | None
    aside: str = ""
    plural: bool = False
    part: int = -1  # which body part of the language it is, when not a phrase that names a place by itself


def mentions(
    heard: Heard, number: int, parts: list[Part], blocking: tuple[str, ...] = ("provokes", "treatments")
) -> list[Mention]:
    """The places named in a sentence, in order, without those that are part of a phrase of the files in
    `blocking` ("straighten my knee")."""
    blocked = [(m.first, m.last) for m in heard.role("not_place")]
    turned = [m for m in heard.role("item") if _TURNED in m.entry.ids]
    blocked += [
        (m.first, m.last)
        for m in heard.role("item")
        if m.entry.file in blocking
        and (m.entry.ids or not any(t.first <= m.first and m.last <= t.last for t in turned))
    ]
    direct = _longest(heard, "place", blocked)
    taken = [(m.first, m.last) for m in direct]
    plain = [m for m in _longest(heard, "part", blocked) if not _inside(m.first, m.last, taken)]
    spans = sorted([(m.first, m.last) for m in plain] + taken)
    found: list[Mention] = []
    for m in direct:
        found.append(_mention(heard, number, m.first, m.last, m.entry.ids[0], spans))
    for m in plain:
        part = parts[m.entry.part]
        place, first, last = _qualified(heard, m.first, m.last, part, spans)
        found.append(_mention(heard, number, first, last, place, spans, m.entry.part))
    found.sort(key=lambda x: (x.first, x.last))
    tokens = heard.sentence.tokens
    for i in range(1, len(found)):
        found[i] = _joined(found[i - 1], found[i], heard)
    # "the toes on my right foot", "the arch of the foot": the foot only says whose toes
    return [
        m
        for i, m in enumerate(found)
        if not (
            m.place in ("foot", "leg")
            and i
            and found[i - 1].place != m.place
            and 0 < m.first - found[i - 1].last <= 4
            and all(t in _OF for t in tokens[found[i - 1].last : m.first])
        )
    ]


def _joined(before: Mention, mention: Mention, heard: Heard) -> Mention:
    """A place joined by "and" or a comma to one that hurts, with nothing said of it alone, hurts too."""
    gap = range(before.last, mention.first)
    near = (
        0 <= mention.first - before.last <= 4
        and heard.boundary[mention.first] - heard.boundary[before.last] <= 4
    ) or (0 < len(gap) <= _NARROWING and _only_narrows(heard, gap))
    if near and mention.reply is None and before.reply is Reply.YES and not heard.denied[mention.first]:
        return replace(mention, reply=Reply.YES)
    return mention


_NARROWING = 9  # tokens in which a place is told again, more exactly


def _only_narrows(heard: Heard, gap: range) -> bool:
    """Whether the tokens do nothing but lead to a place told more exactly: "the foot, sort of the top and
    inner side of the arch"."""
    qualifying = {i for q in heard.role("qualifier") for i in range(q.first, q.last)}
    return heard.sentence.tokens[gap[0]] in (",", "(", "-", ":") and all(
        i in qualifying or heard.sentence.tokens[i] in _LINKS | _FACES for i in gap
    )


_FACES = frozenset("top bottom front back outer inner underneath under".split())


_OF = frozenset("on of in my the his her left right both that".split())


def _longest(heard: Heard, role: str, blocked: list[tuple[int, int]]) -> list[Match]:
    """Matches of a role that are not inside another of it, nor inside words that only sound like a place."""
    found = [m for m in heard.role(role) if not _inside(m.first, m.last, blocked)]
    wide = [o for o in found if o.last - o.first > 1]
    alone = {(m.first, m.last): m for m in reversed(found)}  # of several over the same words, the first
    return [
        m
        for m in alone.values()
        if not any(
            o.first <= m.first and m.last <= o.last and o.last - o.first > m.last - m.first for o in wide
        )
    ][::-1]


def _inside(first: int, last: int, spans: list[tuple[int, int]]) -> bool:
    return any(a <= first and last <= b for a, b in spans)


def _qualified(
    heard: Heard, first: int, last: int, part: Part, spans: list[tuple[int, int]]
) -> tuple[str, int, int]:
    """The place a part with its qualifiers stands for, and the tokens of both."""
    qualifiers = heard.role("qualifier")
    if not qualifiers:
        return part.at[frozenset()], first, last
    known = set().union(*part.at) if part.at else set()
    near: list[tuple[int, int, str]] = []
    for q in qualifiers:
        name = q.entry.ids[0]
        if name not in known or _inside(q.first, q.last, [(first, last)]):
            continue
        before = q.last <= first and first - q.last <= _NEAR_BEFORE
        after = q.first >= last and q.first - last <= _NEAR_AFTER
        if not (before or after) or _between(spans, q.first, q.last, first, last):
            continue
        low, high = (q.last, first) if before else (last, q.first)
        if heard.boundary[high] - heard.boundary[low] > (4 if before else 7):
            continue
        if after and not _points_back(heard, last, q.first):
            continue
        near.append((q.first, q.last, name))
    names = {n for _, _, n in near}
    best = max(
        (key for key in part.at if key <= names),
        key=lambda key: (len(key), part.at[key]),
        default=frozenset[str](),
    )
    used = [(a, b) for a, b, n in near if n in best]
    return (
        part.at.get(best, part.at[frozenset()]),
        min([first, *(a for a, _ in used)]),
        max([last, *(b for _, b in used)]),
    )


def refined(heard: Heard, number: int, last: Mention, parts: list[Part]) -> Mention | None:
    """The place that a sentence like "It's on the top, slightly to the inside" gives the part named last
    before it."""
    tokens = heard.sentence.tokens
    if last.part < 0 or not tokens or tokens[0] not in _POINTERS:
        return None
    if any(m.entry.role in ("part", "place") and m.first < _SUBJECT for m in heard.matches):
        return None  # it names a part of its own
    at = parts[last.part].at
    near = [q for q in heard.role("qualifier") if q.first <= 12]
    names = {q.entry.ids[0] for q in near}
    best = max((key for key in at if key and key <= names), key=lambda key: (len(key), at[key]), default=None)
    if best is None:
        return None
    used = [q for q in near if q.entry.ids[0] in best]
    return replace(
        last,
        sentence=number,
        first=min(q.first for q in used),
        last=max(q.last for q in used),
        place=at[best],
        reply=Reply.YES,
        aside="",
    )


_SUBJECT = 5  # tokens in which a sentence names what it is about
_POINTERS = frozenset(
    "it it's the pain mostly mainly right just on more always sort kind about around low high deep".split()
)


def _points_back(heard: Heard, last: int, first: int) -> bool:
    """Whether a qualifier after a part belongs to it: 'knee, on the outside' and 'knee pinches at the
    front' do, 'knee when I run outside' does not.
    """
    hurting = {i for start, end, _ in heard.predicates for i in range(start, end)}
    return all(heard.sentence.tokens[i] in _LINKS or i in hurting for i in range(last, first))


_LINKS = frozenset(
    ", on at to the in a is was and or but right more mostly mainly towards toward just pain sore around "
    "my of - ( it's it that's "
    "that very down hurts aches side kind bit both sides they are really have has had been were feels felt "
    "gets got been for quite so along inside toward level sort : mostly roughly about slightly maybe "
    "somewhere".split()
)


def _between(spans: list[tuple[int, int]], q_first: int, q_last: int, first: int, last: int) -> bool:
    """Whether another body part stands nearer to the qualifier than this one."""
    for a, b in spans:
        if (a, b) == (first, last):
            continue
        if (q_last <= first and q_last <= a and b <= first) or (
            q_first >= last and last <= a and b <= q_first
        ):
            return True
        if q_last > first and a >= q_last and a - q_last < q_first - last and a - q_last <= 3:
            return True
    return False


def _mention(
    heard: Heard, number: int, first: int, last: int, place: str, spans: list[tuple[int, int]], part: int = -1
) -> Mention:
    tokens = heard.sentence.tokens
    side = _side(tokens, first, last, spans)
    plural = any(t in _PLURALS for t in tokens[first:last])
    reply, distance = heard.nearest(first, last)
    if distance > _CLAIM_REACH:
        reply = None
    if reply is None and _happened_there(heard, first, last):
        reply = Reply.YES
    if (
        (heard.denied[first] or heard.cleared[first])
        and reply is not Reply.NO
        and not _denied_by_predicate(heard, first)
    ):
        reply = Reply.NO
    if reply is Reply.NO and distance > _DENIAL_REACH and not (heard.denied[first] or heard.cleared[first]):
        reply = None
    if reply is None and _pointed_at(tokens, first):
        reply = Reply.YES
    aside = heard.aside[first] if heard.aside[first] != "plan" else ""
    return Mention(number, first, last, place, side, reply, aside, plural, part)


def _happened_there(heard: Heard, first: int, last: int) -> bool:
    """Whether something befell the tokens [first, last), so that nobody need say that it hurts: "a rope
    snapped at the back of my ankle", "my ankle went over", "took a knee in the front of my thigh"."""
    for m in heard.role("item"):
        ids = m.entry.ids
        snapped = ids[:1] == _EVENT and max(m.first - last, first - m.last) <= _CLAIM_REACH
        turned = _TURNED in ids and m.first - 1 <= first and last <= m.last + 1
        hit = (
            _BLOW in ids
            and 0 <= first - m.last <= _HIT_AT
            and heard.boundary[first] == heard.boundary[m.last]
        )
        if (snapped or turned or hit) and not heard.denied[m.first]:
            return True
    return False


def _pointed_at(tokens: list[str], first: int) -> bool:
    """Whether nothing but "it's right on the" stands before a place."""
    i = first - 1
    while i >= 0 and tokens[i] in _TO_IT:
        i -= 1
    if i < 0 or not any(t in _PLACING for t in tokens[i + 1 : first + 2]):
        return False
    return tokens[i] == "it's" or (tokens[i] == "is" and i > 0 and tokens[i - 1] in _WHAT_HURTS)


_PLACING = frozenset("on in at along around over under behind inside beneath below above near across".split())
_TO_IT = _PLACING | frozenset(
    "right just mostly mainly more all actually really always only directly bang smack exactly the my his "
    "her this that of".split()
)
_WHAT_HURTS = frozenset("it pain ache soreness spot tenderness".split())


def _denied_by_predicate(heard: Heard, first: int) -> bool:
    """Whether a denial before the place already turned the pain word of it ('no pain in the knee'), or it
    is another's."""
    return any(reply is Reply.NO and end <= first for _, end, reply in heard.predicates)


_PLURALS = frozenset(
    "knees kneecaps legs ankles feet calves shins hips thighs heels arches hamstrings quads groins "
    "buttocks glutes soles outsides "
    "insides tibias".split()
)


_SIDE_WORDS = frozenset({"left", "right", "both"})
_SAYS_WHOSE = 2  # tokens from a side to the place that it is said of
_JOINS = frozenset("and or / & , the my outer inner lower upper of on in at to".split())


def _side(tokens: list[str], first: int, last: int, spans: list[tuple[int, int]]) -> Side:
    """The side said of the tokens [first, last); `spans` are the places of the sentence.

    A side that stands right before another place is that one's, unless nothing but an "and" joins the two.
    """
    window = range(max(0, first - 6), min(len(tokens), last + 7))
    found: list[tuple[int, Side]] = []
    for i in window:
        side = side_at(tokens, i) if tokens[i] in _SIDE_WORDS else Side.UNKNOWN
        if side is not Side.UNKNOWN and "." not in tokens[min(i, first) : max(i, last)]:
            if any(
                i < a <= i + _SAYS_WHOSE
                and (b <= first or a >= last)
                and not (b <= first and all(t in _JOINS for t in tokens[b:first]))
                and not (a >= last and all(t in _OF for t in tokens[last:i]))
                for a, b in spans
            ):
                continue
            gap = first - i if i < first else i - last + 1 if i >= last else 0
            found.append((gap + (2 if i >= last else 0), side))
    return min(found, key=lambda f: f[0])[1] if found else Side.UNKNOWN


def side_at(tokens: list[str], i: int) -> Side:
    """The side that the token says, if it does: 'left knee' does, 'I left' and 'right after' do not."""
    word = tokens[i]
    if word in ("left", "right"):
        after = tokens[i + 1] if i + 1 < len(tokens) else ""
        before = tokens[i - 1] if i else ""
        if (
            word == "right"
            and after in ("foot", "hand")
            and i + 2 < len(tokens)
            and tokens[i + 2] == "forward"
        ):
            return Side.UNKNOWN
        if after in _SIDED and not (
            word == "right"
            and after in ("back", "inside", "outside", "under", "it", "one")
            and before not in ("my", "the", "his", "her", "a")
        ):
            return Side(word)
        if (
            before in ("my", "his", "her", "the")
            and after not in _NOT_SIDE_AFTER
            and (
                word == "left"
                or after
                not in (
                    "thing",
                    "way",
                    "time",
                    "shoes",
                    "shoe",
                    "track",
                    "direction",
                    "kind",
                    "answer",
                    "place",
                    "idea",
                    "question",
                    "size",
                    "trainers",
                    "pace",
                )
            )
        ):
            return Side(word)
        if before in ("my", "the", "on", "his", "her") and (
            not after
            or after in (".", ",", ")", "and", "but", "!", "-", "(", "?", "than", "is", "was", "has", "hurts")
        ):
            return Side(word) if before != "on" or word == "left" else Side.UNKNOWN
        return Side.UNKNOWN
    if word == "both" and i + 1 < len(tokens):
        nxt = tokens[i + 1 : i + 5]
        if nxt and nxt[0] in ("my", "his", "her", "the", "of"):
            nxt = nxt[1:]
        if any(t in _SIDED or t in ("sides", "of") for t in nxt[:1]) or any(
            t in _PLURALS or t == "sides" for t in nxt
        ):
            return Side.BOTH
    return Side.UNKNOWN
