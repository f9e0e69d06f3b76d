"""Pages of old forums, as HTML or as the plain text that crawls leave of them, become threads. No Django.

thread = read(data, "thread-123.html")

with Sources([Path("mirror")]) as sources:
    for source in sources:
        thread = read(source.read(), source.name)
"""

from secondwind.archive.joining import join, joined, key_of, page_address, same_post, thread_address
from secondwind.archive.model import Post, Thread, Unreadable, Written
from secondwind.archive.reading import Guess, detect, read
from secondwind.archive.sources import Source, Sources
from secondwind.archive.texts import mail_identity, without_mail

__all__ = [
    "Guess",
    "Post",
    "Source",
    "Sources",
    "Thread",
    "Unreadable",
    "Written",
    "detect",
    "join",
    "joined",
    "key_of",
    "mail_identity",
    "page_address",
    "read",
    "same_post",
    "thread_address",
    "without_mail",
]
