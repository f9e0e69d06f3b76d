"""A real mail server for tests, which keeps what it gets and may refuse, or kill who sends, on the way."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"


class Post:
    """The mails that came, and what to do at a step: an answer such as "451 later", or "kill"."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.at: dict[str, str] = {}
        self.victim = 0
        self.spared = 0  # mails that come through before somebody is killed
        self.port = 0

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to an address."""
        return [one for one in self.mails if address in str(one["To"])]

    def _answer(self, step: str) -> str:
        wanted = self.at.get(step, "250 OK")
        if wanted != "kill":
            return wanted
        if len(self.mails) < self.spared:
            return "250 OK"
        os.kill(self.victim, signal.SIGKILL)
        return "250 OK"

    # What aiosmtpd calls, by these names.

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self._answer("EHLO")
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self._answer("RCPT")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self._answer("DATA")
        if answer.startswith("250"):
            content = cast(bytes, envelope.content)
            self.mails.append(message_from_bytes(content, policy=policy.default))
        return answer


@contextmanager
def running(settings: Any) -> Iterator[Post]:
    """A mail server that the site hands its mails to."""
    post = Post()
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        post.port = int(probe.getsockname()[1])
    controller = Controller(post, hostname=HOST, port=post.port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, post.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    try:
        yield post
    finally:
        controller.stop()
