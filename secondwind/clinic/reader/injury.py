"""Whether an account is about an injury of the writer (or of somebody the writer asks for) at all."""

from __future__ import annotations

import math

from secondwind.clinic.model import Kind, Reply
from secondwind.clinic.reader.body import Mention
from secondwind.clinic.reader.context import Heard
from secondwind.clinic.reader.items import Found

# set on the accounts of `accuracy/`: complaints score above it, passing mentions below
THRESHOLD = 0.85


def is_injury(
    heard: list[Heard],
    headline: list[Heard],
    mentions: list[list[Mention]],
    title_mentions: list[list[Mention]],
    found: list[Found],
) -> bool:
    """True when complaint, not passing mention, is what the account is about."""
    # an account without a heading cannot earn the points of one
    bar = THRESHOLD if headline else THRESHOLD / 2
    return score(heard, headline, mentions, title_mentions, found) >= bar


def score(
    heard: list[Heard],
    headline: list[Heard],
    mentions: list[list[Mention]],
    title_mentions: list[list[Mention]],
    found: list[Found],
) -> float:
    """How much of an account is complaint: sentences in which a place hurts now, weighed against its
    length."""
    n = max(1, sum(len(h.sentence.tokens) for h in heard))
    claimed = {m.sentence for row in mentions for m in row if m.reply is Reply.YES and not m.aside}
    touched = {number for number in claimed if heard[number].role("passing")}
    # one place, only touched on, is not what an account is about
    claims = len(claimed) if len(claimed) > len(touched) else 0
    pains = sum(1 for h in heard if any(r is Reply.YES and not h.aside[a] for a, _, r in h.predicates))
    specific = len(
        {
            f.id
            for f in found
            if f.kind is Kind.FINDING
            and f.reply is Reply.YES
            and not f.aside
            and f.id.startswith(("act_", "time_", "qual_", "sign_", "rf_", "tend_"))
        }
    )
    title = sum(1 for row in title_mentions for m in row) and 1.0
    if any(r is Reply.YES for h in headline for *_, r in h.predicates):
        title += 0.7
    suspicion = len(
        {f.id for f in found if f.kind is Kind.SUSPICION and not f.aside and f.reply is Reply.YES}
    )
    asked = any("?" in h.sentence.tokens and any(r is Reply.YES for *_, r in h.predicates) for h in heard)
    length = math.sqrt(n / 120)
    body = 0.5 * claims + 0.15 * pains + 0.12 * specific + 0.2 * min(2, suspicion) + 0.4 * asked
    return body / max(1.0, length) + 0.5 * title
