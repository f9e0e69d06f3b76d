"""How likely a message is spam, with the reasons: a sum of log-odds of plain signals."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from secondwind.writing.spam.folding import mixed_words, plain, undisguised
from secondwind.writing.spam.learning import Learned, host_of, tokens
from secondwind.writing.spam.signals import Kind, Signals, signals

HELD_FROM = 0.5
MOST_REASONS = 5
LEAST_REASON = 0.4  # log-odds of a signal that is worth telling a moderator
LONGEST_READ = 10_000  # characters: of a longer text its two ends

DAY, MONTH = 24.0, 30 * 24.0
FEW_WORDS = 8
WORDS_FOR_ONE = 10  # an honest post has a word of running in so many; a long one need not have more than …
MOST_NEEDED = 3.0
LOOSE = 0.5  # a word of this talk that others use too
MANY_HOSTS = 4

Found: TypeAlias = Iterator[tuple[float, str]]

_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad]")
_DECORATION = re.compile("[💰💵💸🤑🔥👉👇✅🎁🎉💋🔞🚀💯⭐🎰💎📲☎📞🏆⚡🍑💊]")
_PHONE = re.compile(r"(?<![\w.,/:-])\+?\(?\d[\d ().-]{7,17}\d(?![\w/:])")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.[a-z]{2,}", re.IGNORECASE)
# A plain @name is somebody of this forum; handles elsewhere have signs and figures.
_HANDLE = re.compile(r"(?<!\w)@\w{2,}[_\d]\w*|(?:t\.me|wa\.me)/\S+", re.IGNORECASE)
_MESSENGER = re.compile(r" (?:whatsapp|whats app|telegram|wechat|viber|kik|skype|icq|imo)(?= )")
_BY_MESSAGE = re.compile(r" (?:dm|pm|inbox|message|contact|reply|ask|call|text|email|apply|join|order)(?= )")
_OWN_HOST = re.compile("run|trail|harrier|athlet|race|physio|marathon|tendon|ultra|jog|stride")
_MONEY = re.compile(r"[$€£₹]\s?\d|\d\s?(?:[$€£₹]|usd|usdt|dollars|euros|pounds|btc|naira)", re.IGNORECASE)
_NUMBERED = re.compile(r"[a-z]{3,}\d{1,5}\.[a-z]+$")
_WANTS_CONTACT = re.compile(
    r" (?:whatsapp|telegram|call|text|contact|email|mail|write|dm|reach"
    r"|signal|wechat|kik|inbox|dial|helpline)"
    r"(?: \S+){0,6}? (?:us|me|him|her|now|today|at|on|via|or|number)(?= )"
)
_IN_WORDS = re.compile(
    r"\b\w+ ?(?:\bdot\b|\(dot\)|\[dot\]) ?(?:com|net|org|xyz|top|shop|info|biz|ru|online|site|co)\b"
    r"|\b[\w-]+\.(?:com|net|xyz|top|shop|info|biz|ru|online|site|store|club|bet|icu|live|vip|win)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody wants to post, and what is known of who sends it.

    `links` are the outside targets in the body (`writing.links`). `same_text_seen`: the same text was posted
    here before, by anybody.
    """

    title: str
    body: str
    links: Sequence[str] = ()
    is_first_post: bool = False
    account_age_hours: float = 0.0
    posts_in_last_hour: int = 0
    same_text_seen: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The probability of spam, 0 to 1, and what speaks for it, the weightiest first."""

    probability: float
    reasons: tuple[str, ...]

    @property
    def is_held(self) -> bool:
        """Whether a moderator should read it before anybody else does."""
        return self.probability >= HELD_FROM


def score(message: Message, learned: Learned | None = None) -> Verdict:
    """How likely a message is spam; `learned` is what moderators taught, at least its rows of these words."""
    known = signals()
    text = _Text.of(message)
    reach = _Reach.of(message, text, known)
    found = [*_words(reach, text, known), *_shape(text, known), *_contact(reach, text, known)]
    found += [*_topic(reach, text, known), *_links(message, reach, text, known), *_sender(message, known)]
    found += _talk(reach, text, known)
    if learned is not None:
        words = tokens(f"{message.title} {message.body}", message.links)
        found.append((learned.weight(words), "like posts that moderators took for spam"))
    log_odds = math.fsum([known.weights["base"], *(weight for weight, _ in found)])
    reasons = sorted((one for one in found if one[0] >= LEAST_REASON), key=lambda one: (-one[0], one[1]))
    return Verdict(
        round(1 / (1 + math.exp(-log_odds)), 6),
        tuple(dict.fromkeys(reason for _, reason in reasons))[:MOST_REASONS],
    )


@dataclass(frozen=True, slots=True)
class _Reach:
    """Where a message wants people to turn: strange hosts with the number of links, and other ways."""

    hosts: Counter[str]
    phone: bool
    mail: bool
    messenger: bool
    spelt_out: bool
    by_message: bool

    @classmethod
    def of(cls, message: Message, text: _Text, known: Signals) -> _Reach:
        without_links = _ADDRESS.sub(" ", text.written)
        # An address that is not made a link is still one to turn to.
        addresses = {address.rstrip(").,;") for address in _ADDRESS.findall(text.written)}
        bare = {host_of(address if "://" in address else f"//{address}") for address in addresses}
        linked = Counter(filter(None, map(host_of, message.links)))
        linked.update(bare - linked.keys() - {""})
        hosts = Counter({host: times for host, times in linked.items() if not _known_host(host, known)})
        return cls(
            hosts=hosts,
            phone=any(sum(map(str.isdigit, found)) >= 9 for found in _PHONE.findall(without_links)),
            mail=bool(_MAIL.search(text.written)),
            messenger=bool(_MESSENGER.search(text.plain) or _HANDLE.search(text.written)),
            spelt_out=_spelt_out(_MAIL.sub(" ", without_links), known),
            by_message=bool(_BY_MESSAGE.search(text.plain)),
        )

    @property
    def is_open(self) -> bool:
        """Whether there is a way that leads away from here."""
        return bool(self.hosts) or self.phone or self.mail or self.messenger or self.spelt_out


@dataclass(frozen=True, slots=True)
class _Text:
    """A message as it was written, folded, and folded with its disguise off."""

    written: str
    plain: str
    undisguised: str

    @classmethod
    def of(cls, message: Message) -> _Text:
        written = f"{message.title}\n{message.body}"
        if len(written) > LONGEST_READ:
            written = f"{written[: LONGEST_READ // 2]}\n{written[-LONGEST_READ // 2 :]}"
        written = _MARKUP.sub(r" \1 ", written)
        return cls(written, plain(written), undisguised(written))

    @property
    def words(self) -> list[str]:
        return self.plain.split()


def _words(reach: _Reach, text: _Text, known: Signals) -> Found:
    """What the words say: kinds of spam, and wanting something done."""
    # Who sells must say where. Words of a sale with no way to turn to are mostly somebody telling of it.
    share = 1.0 if reach.is_open or reach.by_message else known.weights["nowhere_to_turn"]
    missing = _missing(reach, text, known)
    for kind in known.kinds.values():
        yield share * (_strong(kind, text, known) + missing * _weak(kind, text, known)), kind.reason
        if _is_disguised(kind, text):
            yield known.weights["disguised"], "words disguised so that a filter misses them"
    offers = len(set(known.offers.findall(text.plain)) | set(known.offers.findall(text.undisguised)))
    yield _sum_of(known.weights["offer"], offers), known.offer_reason


def _strong(kind: Kind, text: _Text, known: Signals) -> float:
    phrases = _found(kind, text.plain) | _found(kind, text.undisguised)
    named = bool(kind.names.search(text.undisguised))
    sum_of_phrases = _sum_of(known.weights["strong"], len(phrases))
    return float(min(known.weights["strong_most"], sum_of_phrases) + named * known.weights["name"])


def _weak(kind: Kind, text: _Text, known: Signals) -> float:
    steps: list[float] = known.weights["weak"]
    words = len(set(kind.weak.findall(text.undisguised)))
    return steps[min(words, len(steps)) - 1] if words else 0.0


def _is_disguised(kind: Kind, text: _Text) -> bool:
    """Whether something is sold in words that can be read only after folding."""
    if kind.names.search(text.undisguised) and not kind.names.search(text.plain):
        return True
    return bool(_found(kind, text.undisguised)) and not _found(kind, text.plain)


def _found(kind: Kind, text: str) -> set[str]:
    return set(kind.strong.findall(text))


def _sum_of(steps: Sequence[float], count: int) -> float:
    """The sum of the steps for that many signs; the last step counts for each further one, up to ten."""
    further = max(0, min(count, 10) - len(steps))
    return math.fsum(steps[:count]) + further * steps[-1]


def _shape(text: _Text, known: Signals) -> Found:
    """How it is written: shouted, decorated, stuffed, disguised."""
    weights = known.weights
    letters = [sign for sign in text.written if sign.isalpha()]
    if len(letters) >= 30 and sum(map(str.isupper, letters)) > 0.6 * len(letters):
        yield weights["shouting"], "mostly capital letters"
    if len(letters) >= 30 and sum(sign > "\u024f" for sign in letters) > 0.5 * len(letters):
        yield weights["other_script"], "mostly in another script"
    if re.search(r"!{3,}|(?:![^!]*){6}", text.written):
        yield weights["exclaiming"], "many exclamation marks"
    if len(_DECORATION.findall(text.written)) >= 3:
        yield weights["decorated"], "decorated like an advertisement"
    if next(mixed_words(text.written), ""):
        yield weights["mixed_scripts"], "letters of two scripts within a word"
    if len(_HIDDEN.findall(text.written)) >= 3 and text.written.isprintable() is False:
        yield weights["hidden_signs"], "signs that nobody can see"
    yield from _stuffed(text, known)


def _stuffed(text: _Text, known: Signals) -> Found:
    words = [word for word in text.words if len(word) > 3]
    if len(words) >= 20:
        pairs = Counter(pairwise(words))
        often, times = max(pairs.items(), key=lambda pair: (pair[1], pair[0]), default=(("", ""), 0))
        if times >= 4 and times * 2 > 0.12 * len(words):
            yield known.weights["stuffed"], f"“{' '.join(often)}” {times} times"
    longest = max((line.count(",") + line.count("|") for line in text.written.split("\n")), default=0)
    sentences = text.written.count(". ") + text.written.count("? ") + 1
    if longest >= 6 and longest * 3 > 0.6 * len(text.words) and sentences < 4:
        yield known.weights["listed"], "a list of search words"


def _contact(reach: _Reach, text: _Text, known: Signals) -> Found:
    """Numbers, handles and addresses to turn to."""
    weights = known.weights
    yield reach.phone * weights["phone"], "a phone number"
    yield reach.mail * weights["mail"], "an e-mail address"
    yield reach.messenger * weights["messenger"], "a messenger to turn to"
    yield reach.spelt_out * weights["address_in_words"], "an address spelt out in words"
    if (reach.phone or reach.mail or reach.messenger) and _WANTS_CONTACT.search(text.plain):
        yield weights["contact"], "a number or name to write to"


def _on_topic(words: Sequence[str], known: Signals) -> float:
    """How many different words of running and injuries there are; those that others use too count less."""
    found = set(words)
    return len(known.running & found) + LOOSE * len(known.loosely & found)


def _missing(reach: _Reach, text: _Text, known: Signals) -> float:
    """How far the message is from talk on running: 0 for on topic, 1 without a word of it."""
    words = text.words
    needed = min(MOST_NEEDED, max(1.0, len(words) / WORDS_FOR_ONE))
    own = _on_topic(words, known) + LOOSE * any(_OWN_HOST.search(host) for host in reach.hosts)
    return max(0.0, 1 - own / needed)


def _topic(reach: _Reach, text: _Text, known: Signals) -> Found:
    """Whether it is about anything that this community talks of; what is sold elsewhere is not."""
    missing = _missing(reach, text, known)
    if reach.is_open:
        yield missing * known.weights["off_topic_reach"], "nothing on running, and somewhere else to turn to"
        if _MONEY.search(text.written):
            yield known.weights["money_reach"], "a sum of money, and somewhere else to turn to"
    elif len(text.words) >= FEW_WORDS:
        yield missing * known.weights["off_topic"], "nothing on running"


def _spelt_out(text: str, known: Signals) -> bool:
    hosts = _IN_WORDS.findall(text)
    return bool(hosts) and not all(_known_host(host.lower(), known) for host in hosts)


def _known_host(host: str, known: Signals) -> bool:
    parts = host.split(".")
    return any(".".join(parts[at:]) in known.familiar_hosts for at in range(len(parts)))


def _links(message: Message, reach: _Reach, text: _Text, known: Signals) -> Found:
    """Where it leads."""
    weights = known.weights
    if not reach.hosts:
        return
    yield weights["outside_link"], "links to another site"
    if len(text.words) < FEW_WORDS:
        yield weights["only_links"], "hardly anything but a link"
    if message.is_first_post:
        yield weights["first_post_links"], "a link in a first post"
    yield from _hosts(reach.hosts, known)


def _hosts(hosts: Counter[str], known: Signals) -> Found:
    weights = known.weights
    host, times = max(hosts.items(), key=lambda item: (item[1], item[0]))
    if times >= 3:
        yield weights["three_links_one_host"], f"{times} links to {host}"
    if len(hosts) > MANY_HOSTS:
        yield weights["many_hosts"], f"links to {len(hosts)} other sites"
    for host in sorted(hosts):
        if host in known.shorteners:
            yield weights["shortener"], f"{host} hides where a link leads"
            break
    if any(_NUMBERED.search(host) for host in hosts):
        yield weights["numbered_host"], "a host with a number to its name"
    if any(host.rpartition(".")[2] in known.cheap_domains for host in hosts):
        yield weights["cheap_domain"], "a link to a domain that spammers like"
    selling = next((host for host in sorted(hosts) if known.selling_hosts.search(host)), "")
    if selling:
        yield weights["selling_host"], f"{selling} is named after what it sells"


def _sender(message: Message, known: Signals) -> Found:
    """What is known of who sends it."""
    weights = known.weights
    if message.same_text_seen:
        yield weights["same_text"], "the same text was posted before"
    if message.account_age_hours < DAY:
        yield weights["new_account"], "an account less than a day old"
    if message.account_age_hours >= MONTH and not message.is_first_post:
        yield weights["old_account"], ""
    if message.posts_in_last_hour > 5:
        yield weights["many_posts"][message.posts_in_last_hour > 10], "many posts within an hour"


def _talk(reach: _Reach, text: _Text, known: Signals) -> Found:
    """What speaks for an honest post: words of running and injuries, and somebody telling or asking."""
    weights = known.weights
    running = _on_topic(text.words, known)
    # Anybody can put such words around a link.
    most = "running_most_with_links" if reach.hosts else "running_most"
    yield max(weights[most], weights["running"] * running), ""
    telling = len(set(known.telling.findall(text.plain)))
    yield max(weights["telling_most"], weights["telling"] * telling), ""
