"""What stands around a phrase: denial with its scope, hedges, earlier times, other people, plans, and which
word says it hurts.

Method: NegEx (Chapman and others 2001) and ConText (Harkema and others 2009): a cue opens a scope, the
scope ends at the first
word that ends it, at a comma that starts a new clause, or after a dozen words. The cues are data
(`language/context.yaml`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from secondwind.clinic.model import Reply
from secondwind.clinic.reader.phrases import Match
from secondwind.clinic.reader.text import Sentence

_REACH = 12  # tokens a denial reaches at most
_NEW_CLAUSE = frozenset(
    "i i'm i've i'd it it's the my he she they we this that there there's then just now also plus which so "
    "when you only "
    "his her our its that's what where after before since still came went got had felt feels says said a "
    "an then very really slightly hurts bigger larger growing getting worse".split()
)
_CAUSES = frozenset(
    "injury injuries fall falls trauma twist knock accident warning reason incident blow impact run running "
    "idea help".split()
)
_NO_CAUSE = frozenset("injury injuries".split())
_STATES = frozenset(
    "hot stiff swollen sore painful red tender warm hurts aches throbbing throbs constant worse getting "
    "swelled puffy burning numb".split()
)
_OF_A_VERB = frozenset("won't wouldn't can't couldn't".split())
_HARD_STOPS = frozenset(";:()?!-")
_PARENTHESES = frozenset("()")
_EXCEPT = frozenset("unless except bar besides".split())
_COMPLEMENT = frozenset("on in at with for during when while if once after going doing".split())
_BORDER = 3  # cost of a comma or of a word that begins a clause
_SPOKEN_FOR = 9  # what a word with its own complement is further off for a phrase across a border
_FAR = 10_000


@dataclass(slots=True)
class Heard:
    """A sentence with the phrases found in it and what they do to each other, token by token."""

    sentence: Sentence
    matches: list[Match]
    denied: list[bool] = field(default_factory=list)
    cleared: list[bool] = field(default_factory=list)  # denied by what follows: "was negative", "ruled out"
    unsure: list[bool] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    predicates: list[tuple[int, int, Reply]] = field(default_factory=list)
    boundary: list[int] = field(default_factory=list)
    _by_role: dict[str, list[Match]] = field(default_factory=dict)

    def role(self, *roles: str) -> list[Match]:
        """The matches of these roles, in the order they stand in."""
        if not self._by_role and self.matches:
            for m in self.matches:
                self._by_role.setdefault(m.entry.role, []).append(m)
        if len(roles) == 1:
            return self._by_role.get(roles[0], [])
        return [m for m in self.matches if m.entry.role in roles]

    def nearest(self, first: int, last: int) -> tuple[Reply | None, int]:
        """What the nearest word that says it hurts or is fine says of the tokens [first, last), and how far
        off it is."""
        best: tuple[Reply | None, int] = (None, _FAR)
        for start, end, reply in self.predicates:
            if start < last and end > first:
                distance = 0
            else:
                low, high = (last, start) if start >= last else (end, first)
                distance = high - low + 1 + self.boundary[high] - self.boundary[low]
                if start < first:
                    distance += 1  # what follows binds closer than what went before
                elif self._opens_complement(end) and self._is_apart(low, high):
                    distance += _SPOKEN_FOR
            if distance < best[1]:
                excepted = (
                    reply is Reply.NO
                    and end <= first
                    and not _EXCEPT.isdisjoint(self.sentence.tokens[end:first])
                )
                best = (Reply.YES if excepted else reply, distance)  # "fine unless I sprint"
        return best

    def _is_apart(self, last: int, start: int) -> bool:
        """Whether a word of pain or ease that starts here tells something further than what ends at `last`:
        a border lies between, or nothing but an "and"."""
        is_next = start == last + 1 and self.sentence.tokens[last] == "and"
        return is_next or self.boundary[start] - self.boundary[last - 1] >= _BORDER

    def _opens_complement(self, end: int) -> bool:
        """Whether a word of pain or ease that ends here says itself where or when ("stairs hurt, fine on the
        flat"; "hurts in the morning, eases after a while", where "eases after" is the phrase)."""
        return not _COMPLEMENT.isdisjoint(self.sentence.tokens[end - 1 : end + 1])


def hear(sentence: Sentence, matches: list[Match]) -> Heard:
    """The sentence with denial, hedge, aside and predicate worked out for each token."""
    n = len(sentence.tokens)
    heard = Heard(sentence, matches, [False] * n, [False] * n, [False] * n, [""] * n)
    stops = {m.first for m in heard.role("ends_scope")}
    heard.boundary = _boundaries(sentence, stops)
    never = [(m.first, m.last) for m in heard.role("deny_never")]
    for m in heard.role("deny_forward"):
        if not _overlaps(m.first, m.last, never):
            end = _forward_end(sentence, m.last, stops)
            if sentence.tokens[m.last - 1] in _OF_A_VERB:  # "arms won't straighten, thighs swollen"
                end = next((i for i in range(m.last, end) if sentence.tokens[i] == ","), end)
            for i in range(m.last, end):
                heard.denied[i] = True
    for m in heard.role("deny_backward"):
        if not _overlaps(m.first, m.last, never):
            told = _told_before(sentence, m.first)
            for i in range(_backward_start(sentence, told, stops), told):
                heard.cleared[i] = True
    for m in heard.role("unsure"):
        for i in range(m.last, _forward_end(sentence, m.last, stops)):
            heard.unsure[i] = True
    _asides(heard, stops)
    _predicates(heard)
    return heard


def speak_for(heard: list[Heard]) -> None:
    """Where nothing is told of the writer, what is told of somebody else is what is asked about ("At mile 20
    my wife was slurring")."""
    if not any("other" in h.aside and _tells_of_now(h) for h in heard):
        return
    for h in heard:
        own = [start for start, _, reply in h.predicates if reply is Reply.YES]
        own += [m.first for m in h.matches if m.entry.role in ("part", "place")]
        if any(h.aside[i] != "other" for i in own):
            return
    for h in heard:
        h.aside[:] = ["" if why == "other" else why for why in h.aside]


def _tells_of_now(h: Heard) -> bool:
    """Whether a sentence tells of somebody else that something is the matter, and not of long ago."""
    if "past" in h.aside or h.role("past"):
        return False
    ids = [(m.first, m.entry.ids[0]) for m in h.role("item") if m.entry.ids]
    signs = [first for first, id in ids if id.startswith(("rf_", "sign_")) and id != "rf_clot_risk"]
    return any(h.aside[i] == "other" for i in [*signs, *(a for a, _, r in h.predicates if r is Reply.YES)])


def _boundaries(sentence: Sentence, stops: set[int]) -> list[int]:
    """Cumulated cost of the clause borders before each token, for measuring how far apart two tokens are."""
    cost, out = 0, []
    bracketed = _bracketed(sentence.tokens)
    for i, token in enumerate(sentence.tokens):
        if i in bracketed:
            cost -= 1  # what stands in brackets does not part what stands around them
        elif token in _PARENTHESES:
            cost += 2
        elif token in _HARD_STOPS:
            cost += 8
        elif token == ",":
            cost += 3
        elif i in stops and token in ("but", "however", "though", "although", "yet", "whereas"):
            cost += 8
        elif i in stops:
            cost += 3
        elif token in ("and", "or"):
            cost += 1
        out.append(cost)
    return [*out, cost]


def _bracketed(tokens: list[str]) -> set[int]:
    """The tokens inside a pair of brackets."""
    inside: set[int] = set()
    opened = None
    for i, token in enumerate(tokens):
        if token == "(":
            opened = i
        elif token == ")" and opened is not None:
            inside |= set(range(opened + 1, i))
            opened = None
    return inside


def _forward_end(sentence: Sentence, start: int, stops: set[int]) -> int:
    tokens = sentence.tokens
    for i in range(start, min(len(tokens), start + _REACH)):
        token = tokens[i]
        if token in _HARD_STOPS or token == "." or (i in stops and i > start):
            return i
        if token == "," and i + 1 < len(tokens):
            after = tokens[i + 1 : i + 3]
            if i > start and tokens[i - 1] in _CAUSES and after[0] in _STATES:
                return i  # "no injury, hot and stiff"
            if after[0] in _NEW_CLAUSE or i + 1 in stops or (after[0] == "and" and after[-1] in _NEW_CLAUSE):
                return i
    return min(len(tokens), start + _REACH)


def _told_before(sentence: Sentence, first: int) -> int:
    """Where that ends of which a cue speaks that begins at `first`: "two fractures, both healed"."""
    tokens = sentence.tokens
    return first - 1 if first and tokens[first - 1] == "," and tokens[first] in _ALL else first


_ALL = frozenset("both all each long since".split())


# "the lump that used to slide in won't go back": what was ends here
_PRESENT = frozenset("won't doesn't isn't hasn't aren't it's is are has".split())


def _backward_start(sentence: Sentence, end: int, stops: set[int]) -> int:
    tokens = sentence.tokens
    for i in range(end - 1, max(-1, end - _REACH), -1):
        if tokens[i] in _HARD_STOPS or tokens[i] in (",", ".") or i in stops:
            return i + 1
    return max(0, end - _REACH)


def _asides(heard: Heard, stops: set[int]) -> None:
    """Mark tokens that speak of earlier times, of somebody else or of plans."""
    sentence = heard.sentence
    began = [m.first for m in heard.role("began")]
    for m in heard.role("past"):
        start = _backward_start(sentence, m.first, stops)
        end = _forward_end(sentence, m.last, stops)
        end = next((i for i in range(m.last, end) if sentence.tokens[i] in _PRESENT), end)
        compared = "than" in sentence.tokens[max(0, m.first - 5) : m.first]  # "tighter than two months ago"
        if not compared and not any(start - 4 <= b < end + 2 for b in began):
            for i in range(start, end):
                heard.aside[i] = "past"
    for m in heard.role("plan"):
        for i in range(m.first, _forward_end(sentence, m.last, stops)):
            heard.aside[i] = "plan"
    for m in heard.role("other"):
        for i in range(m.first, _own_again(sentence.tokens, m.last)):
            heard.aside[i] = "other"


def _own_again(tokens: list[str], start: int) -> int:
    """Where the writer speaks of themselves again: "my brother had cancer; my problem is a tight calf"."""
    for i in range(start, len(tokens) - 1):
        if tokens[i] in _TURNS and tokens[i + 1] in _ONESELF:
            return i
    return len(tokens)


_TURNS = frozenset("; , but".split())
_ONESELF = frozenset("my mine i i'm i've".split())


def _predicates(heard: Heard) -> None:
    hurts = heard.role("hurts")
    # "can't bend it without pain" hurts, although "without pain" alone is fine
    fine = [m for m in heard.role("fine") if not any(_contains(o, m) for o in hurts)]
    spans = [(m.first, m.last) for m in fine]
    denials = {m.last for m in heard.role("deny_forward")}
    for m in fine:
        # "not fine" hurts; in "no pain and nothing down the leg" the second is not turned by the first
        turned = heard.denied[m.first] and any(m.first - 2 <= last <= m.first for last in denials)
        heard.predicates.append((m.first, m.last, Reply.YES if turned else Reply.NO))
    for m in hurts:
        if heard.denied[m.first] and heard.sentence.tokens[m.first] in _NO_CAUSE:
            continue  # "swollen with no injury": of a cause, not of pain
        if not _overlaps(m.first, m.last, spans):
            heard.predicates.append((m.first, m.last, Reply.NO if heard.denied[m.first] else Reply.YES))


def _contains(outer: Match, inner: Match) -> bool:
    longer = outer.last - outer.first > inner.last - inner.first
    return longer and outer.first <= inner.first and inner.last <= outer.last


def _overlaps(first: int, last: int, spans: list[tuple[int, int]]) -> bool:
    return any(a < last and b > first for a, b in spans)
