"""A mailbox over IMAP for tests: as much of RFC 3501 as a reader of new mails speaks."""

import os
import re
import signal
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Mailbox:
    """Mails by number, and which were seen."""

    def __init__(self, *mails: bytes) -> None:
        self.mails = dict(enumerate(mails, 1))
        self.seen: set[int] = set()
        self.password = "a secret"
        self.port = 0
        self.victim = 0  # a process to kill when it wants to mark a mail as seen


class Server(socketserver.ThreadingTCPServer):
    """Serves one mailbox."""

    box: Mailbox


class Session(socketserver.StreamRequestHandler):
    """What one reader says, and the answers."""

    server: "Server"

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _, words = line.partition(" ")
            if not self.answer(tag, words):
                return

    def answer(self, tag: str, words: str) -> bool:
        verb = words.upper().removeprefix("UID ").split()[0]
        ok = getattr(self, f"do_{verb.lower()}", self.do_nothing)(words)
        self.say(f"{tag} {'OK' if ok else 'NO'} done")
        return verb != "LOGOUT"

    def do_nothing(self, words: str) -> bool:
        return True

    def do_capability(self, words: str) -> bool:
        self.say("* CAPABILITY IMAP4rev1")
        return True

    def do_login(self, words: str) -> bool:
        return f'"{self.server.box.password}"' in words

    def do_search(self, words: str) -> bool:
        self.say(
            "* SEARCH " + " ".join(str(n) for n in self.server.box.mails if n not in self.server.box.seen)
        )
        return True

    def do_fetch(self, words: str) -> bool:
        number = int(words.split()[2])
        mail = self.server.box.mails[number]
        self.wfile.write(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(mail)}}}\r\n".encode() + mail)
        self.say(")")
        return True

    def do_store(self, words: str) -> bool:
        if self.server.box.victim:
            os.kill(self.server.box.victim, signal.SIGKILL)
            return False
        found = re.search(r"STORE (\d+) ", words)
        if found:
            self.server.box.seen.add(int(found[1]))
        return True

    def say(self, line: str) -> None:
        with suppress(OSError):  # who asked may be gone
            self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def running(box: Mailbox) -> Iterator[Mailbox]:
    """Serve a mailbox to whoever knows the password."""
    with Server(("127.0.0.1", 0), Session) as server:
        server.box = box
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
