"""Spam told from talk without any outside service: signals with weights, and what moderators taught."""

from secondwind.writing.spam.learning import Learned, tokens
from secondwind.writing.spam.scoring import HELD_FROM, Message, Verdict, score

__all__ = ["HELD_FROM", "Learned", "Message", "Verdict", "score", "tokens"]
