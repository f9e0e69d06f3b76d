"""From the places that were mentioned to the places where it hurts, the most important first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from secondwind.clinic.knowledge import Knowledge
from secondwind.clinic.model import Item, Kind, Origin, Reply, Side, Source
from secondwind.clinic.reader.body import Mention, refined
from secondwind.clinic.reader.context import Heard
from secondwind.clinic.reader.language import Part


@dataclass(frozen=True, slots=True)
class Placed:
    """A place item with the sentences it was named in, and the token of the first naming."""

    item: Item
    sentences: tuple[int, ...]
    token: int = 0


def settle(
    text: str,
    heard: list[Heard],
    mentions: list[list[Mention]],
    headline: list[list[Mention]],
    parts: list[Part],
    known: Knowledge,
) -> list[Placed]:
    """The places of an account: those said to hurt first, then those said not to."""
    here = [m for row in _carried(heard, mentions, parts) for m in row if not m.aside]
    title = [m for row in headline for m in row]
    sure = [m for m in here if m.reply is Reply.YES]
    if not sure and not title:
        sure = [m for m in here if m.reply is None][:2]
    denied = [m for m in here if m.reply is Reply.NO and m not in sure]
    order: dict[str, list[Mention]] = {}
    for m in sure:
        order.setdefault(m.place, []).append(m)
    for m in title:
        if m.place not in order and not _covered(m.place, order, known):
            order = {m.place: [], **order} if not order else {**order, m.place: []}
    yes = dict(sorted(_without_wider(order, known).items(), key=lambda entry: -_importance(entry[1])))
    out: list[Placed] = []
    for place, ms in yes.items():
        side = _side_of(place, ms, here, title, known)
        out.append(_placed(place, Reply.YES, side, ms, text, heard))
    for place, ms in _group(denied).items():
        if place not in yes and not _covered(place, yes, known):
            out.append(_placed(place, Reply.NO, Side.UNKNOWN, ms, text, heard))
    return out


def _carried(heard: list[Heard], mentions: list[list[Mention]], parts: list[Part]) -> list[list[Mention]]:
    """Mentions with the reply of the sentence before or after where a sentence only says where ("It's right
    on the outside")."""
    out = []
    last: Mention | None = None
    for n, row in enumerate(mentions):
        if last is not None and all(m.reply is None for m in row):
            more = refined(heard[n], n, last, parts)
            if more is not None:
                row = [more]
        if row and all(m.reply is None for m in row):
            after = heard[n + 1] if n + 1 < len(heard) else None
            if not heard[n].predicates and _only_says_where(heard[n]):
                around = [h for h in (heard[n - 1] if n else None, after) if h]
                hurts = any(r is Reply.YES for h in around for *_, r in h.predicates)
                if hurts or (last is None and n < _OPENING and row[0].first <= _AT_ONCE):
                    row = [replace(m, reply=Reply.YES) for m in row]
            elif after is not None and not mentions[n + 1] and _goes_on_about_it(after):
                row = [*row[:-1], replace(row[-1], reply=Reply.YES)]
        out.append(row)
        last = next((m for m in row if m.reply is Reply.YES and not m.aside), last)
    return out


def _only_says_where(h: Heard) -> bool:
    """Whether a sentence does nothing but say where."""
    tokens = h.sentence.tokens
    points = tokens[0] in _POINTS or len(tokens) <= _SHORT or ":" in tokens
    return points and len(tokens) <= _LONGER and _MOVES.isdisjoint(tokens)


def _goes_on_about_it(h: Heard) -> bool:
    """Whether a sentence says of what the last one named that it hurts ("It's sore when I lie on it")."""
    tokens = h.sentence.tokens
    return tokens[0] in _IT and any(first <= _AT_ONCE and r is Reply.YES for first, _, r in h.predicates)


_IT = frozenset("it it's".split())
_OPENING = 2  # sentences in which an account says what it is about
_AT_ONCE = 4  # tokens
_SHORT, _LONGER = 9, 25  # tokens of a sentence that only says where: always, and when it begins so
_MOVES = frozenset("moves move moved freely full bends looks twists".split())
_POINTS = frozenset(
    "it it's right on in around mostly mainly just the left both this that behind under above below at "
    "exactly more located where basically outer inner outside inside top bottom front back side middle my "
    "deep".split()
)


def _group(ms: list[Mention]) -> dict[str, list[Mention]]:
    out: dict[str, list[Mention]] = {}
    for m in ms:
        out.setdefault(m.place, []).append(m)
    return out


def members(place: str, known: Knowledge) -> frozenset[str]:
    """The fine places that a place stands for."""
    region = known.regions[place]
    return frozenset(region.members or (place,))


def _covered(place: str, others: dict[str, list[Mention]], known: Knowledge) -> bool:
    """Whether one of the others says the same place more exactly, or the same one."""
    mine = members(place, known)
    return any(members(o, known) <= mine for o in others)


def _narrower(place: str, than: str, known: Knowledge) -> bool:
    """Whether a place lies inside another, or is the smaller of two overlapping words for one part ("calf",
    "outer calf")."""
    mine, others = members(place, known), members(than, known)
    same_part = known.regions[place].coarse == known.regions[than].coarse
    return mine < others or (same_part and bool(mine & others) and len(mine) < len(others))


def _without_wider(order: dict[str, list[Mention]], known: Knowledge) -> dict[str, list[Mention]]:
    """Leave out the wider word where a narrower one inside it is there too, and give the narrower one its
    mentions' side."""
    out: dict[str, list[Mention]] = {}
    for place, ms in order.items():
        narrower = [o for o in order if o != place and _narrower(o, place, known)]
        if not narrower and not (place == _LEG and len(order) > 1):
            out.setdefault(place, []).extend(ms)
    return out


_LEG = "leg"  # of all words for a place the one that says least: beside another it only says whose


def _side_of(
    place: str, ms: list[Mention], here: list[Mention], title: list[Mention], known: Knowledge
) -> Side:
    """The side of a place: the one said with it, else the one of the whole account, else that of the wider
    place it lies in ("the left leg aches, its calf most")."""
    side = _side([m.side for m in (*ms, *title) if m.place == place])
    if side is Side.UNKNOWN:
        side = _side([m.side for m in here if m.place == place and m.reply is not Reply.NO])
    if side is Side.UNKNOWN and _always_plural(place, here or title, known):
        side = Side.BOTH
    if side is Side.UNKNOWN:
        side = _overall_side(here, title)
    if side is Side.UNKNOWN:
        around = (m.side for m in here if members(place, known) < members(m.place, known))
        side = next((s for s in around if s is not Side.UNKNOWN), side)
    return side


def _side(sides: list[Side]) -> Side:
    said = {s for s in sides if s is not Side.UNKNOWN}
    if not said:
        return Side.UNKNOWN
    return said.pop() if len(said) == 1 else Side.BOTH


def _importance(ms: list[Mention]) -> float:
    """How much an account makes of a place: how often it is said to hurt, a side said with it counting half
    a time more."""
    return len(ms) + 0.5 * any(m.side is not Side.UNKNOWN for m in ms)


def _always_plural(place: str, ms: list[Mention], known: Knowledge) -> bool:
    """Whether every mention of the place, or of a wider or narrower word for it, is plural: "my calves",
    never "the calf"."""
    same = [m for m in ms if members(m.place, known) & members(place, known) and m.place != "leg"]
    return bool(same) and all(m.plural for m in same)


def _overall_side(here: list[Mention], title: list[Mention]) -> Side:
    """The one side said of any place of the account, for the places of which none was said."""
    said = {m.side for m in here + title} - {Side.UNKNOWN, Side.BOTH}
    if len(said) == 1:
        return said.pop()
    both = any(m.side is Side.BOTH for m in title + [m for m in here if m.reply is Reply.YES])
    return Side.BOTH if both and not said else Side.UNKNOWN


def _placed(place: str, reply: Reply, side: Side, ms: list[Mention], text: str, heard: list[Heard]) -> Placed:
    origins = []
    for m in ms:
        start, end = heard[m.sentence].sentence.chars(m.first, m.last)
        origins.append(Origin(Source.WORDS, start, end, text[start:end]))
    item = Item(Kind.PLACE, place, reply, side.value if reply is Reply.YES else "", tuple(origins))
    return Placed(item, tuple(m.sentence for m in ms), ms[0].first if ms else 0)
