"""Killed in the middle, and begun again: no post is lost, no mail goes twice, what was due runs once.

The site is that of the tests, in whichever database they run; its workers and commands are processes of their
own, started as an operator starts them and ended by SIGKILL, which no program can hear.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import policy
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as site_settings
from django.db import connection, connections
from django.utils import timezone
from pytest_django.fixtures import Settings

from secondwind.accounts.models import User
from secondwind.cli import main
from secondwind.forums.actions import places
from secondwind.forums.actions.counts import recount
from secondwind.forums.models import (
    ArchivedPage,
    ArchivedPost,
    ArchivedThread,
    Forum,
    Post,
    QueueItem,
    Thread,
)
from secondwind.forums.testing import member
from secondwind.jobs import registry, schedule
from secondwind.jobs.models import Heartbeat, Schedule
from secondwind.notifications.incoming.addresses import address_for
from secondwind.notifications.models import MailState, Notification, Preference, Rhythm
from secondwind.notifications.registry import Key
from secondwind.notifications.tests import corpus, imapserver, mailserver
from secondwind.search.models import Document

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 120  # for a machine that is busy with other tests
HOUR = timedelta(hours=1)
TITLE = "Outer lower leg aches the day after trail runs"


# --- The site ----------------------------------------------------------------------------------------------


def database_url() -> str:
    """Where the database of this test is, as a site is told."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{quote(name)}").geturl()


class Machine:
    """What runs commands of the site, each in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.environment = {
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(folder),
            "DATABASE_URL": database_url(),
            "SECRET_KEY": site_settings.SECRET_KEY,
            "SITE_URL": "https://run.example.org",
            "DJANGO_SETTINGS_MODULE": "secondwind.config.settings",
        }
        self.started: list[subprocess.Popen[str]] = []

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start a command. It gives way to the test, which has to kill it in time."""
        self.started.append(subprocess.Popen(
            ["nice", sys.executable, "-m", "secondwind", *words],
            cwd=ROOT, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ))  # fmt: skip
        return self.started[-1]

    def work(self) -> None:
        """Let a worker run all that is due."""
        ended(self.start("jobs", "--once"), 0)


def ended(process: "subprocess.Popen[str]", status: int) -> str:
    """What a process had printed when it ended, which must be with this status."""
    printed, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == status, printed
    return printed


def wait_until(is_so: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    """Wait for something that a process does."""
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            pytest.fail(f"it did not happen: {process.communicate()[0]}")
        time.sleep(0.01)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    yield machine
    for process in machine.started:
        process.kill()
        process.communicate()
    connections.close_all()


@pytest.fixture
def server(settings: Settings, machine: Machine) -> Iterator[mailserver.Post]:
    """The mail server of the site."""
    with mailserver.running(settings) as post:
        machine.environment["MAIL_URL"] = f"smtp://{mailserver.HOST}:{post.port}?tls=none"
        yield post


def due(*names: str, since: timedelta = timedelta()) -> None:
    """Let these functions be due for so long, and no others. Workers are heard of no more."""
    schedule.enter_all()
    now = timezone.now()
    for entry in registry.entries():
        Schedule.objects.filter(name=entry.name).update(next_run=now + entry.interval)
    assert Schedule.objects.filter(name__in=names).update(next_run=now - since) == len(names)
    Heartbeat.objects.update(seen_at=now - HOUR)


def somebody(name: str) -> User:
    """A member with a confirmed address."""
    user = member(name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def conversation(replies: int) -> tuple[User, User, list[Post]]:
    """alice, bob, and a thread in which she asked and he replied so often; nothing was done for it yet."""
    places.make_first()
    alice, bob = somebody("alice"), somebody("bob")
    now = timezone.now()
    forum = Forum.objects.get(slug="injuries")
    thread = Thread.objects.create(
        forum=forum, author=alice, title=TITLE, created_at=now, latest_at=now, next_number=replies + 2
    )
    posts = Post.objects.bulk_create(
        Post(
            thread=thread, number=number, author=bob if number > 1 else alice, created_at=now,
            body=f"Word{number}.", html=f"<p>Word{number}.</p>",
        )
        for number in range(1, replies + 2)
    )  # fmt: skip
    recount(thread)
    return alice, bob, posts


def told_of(user: User, posts: list[Post], mail: Rhythm, at: datetime) -> None:
    """Somebody is told of posts, and the mails of it wait."""
    Notification.objects.bulk_create(
        Notification(
            user=user, kind="post", happening=str(post.pk), at=at, due_at=at, mail=mail,
            state=MailState.WAITING,
        )
        for post in posts
    )  # fmt: skip


# --- Mails -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "came"),
    [("EHLO", [1, 1, 1]), ("DATA", [1, 1, 1]), ("RCPT", [1, 0, 1])],
    ids=[
        "before it is noted as handed over: the next worker sends it",
        "with the mail server, which has not answered yet: nobody sends it again",
        "between the two: it may be lost, and the news of it stay on the site",
    ],
)
def test_no_mail_goes_twice_when_the_worker_is_killed_at_the_second(
    step: str, came: list[int], machine: Machine, server: mailserver.Post
) -> None:
    alice, _, posts = conversation(replies=3)
    told_of(alice, posts[1:], Rhythm.ONCE, timezone.now())
    due("notifications.mail")
    server.at[step], server.spared = "kill", 1

    worker = machine.start("jobs")
    server.victim = worker.pid
    ended(worker, -signal.SIGKILL)
    server.at.clear()
    due("jobs.reclaim", "notifications.mail")
    machine.work()

    ids = [str(mail["Message-ID"]) for mail in server.to("alice@example.org")]
    assert [sum(f"post.{post.pk}." in id for id in ids) for post in posts[1:]] == came
    assert len(ids) == sum(came)
    states = Notification.objects.order_by("pk").values_list("state", "read_at")
    second = MailState.SENT if step == "EHLO" else MailState.HANDED
    assert list(states) == [(MailState.SENT, None), (second, None), (MailState.SENT, None)]


# --- Posts -------------------------------------------------------------------------------------------------


def test_an_import_that_is_killed_and_run_again_is_whole(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = 150
    folder = tmp_path / "old"
    folder.mkdir()
    for number in range(threads):
        (folder / f"{number}.txt").write_text(
            f"View Full Version : Thread {number}\n\n"
            f"walker\n13-06-2009, 08:44 PM\nThe hill of day {number} was long and steep and wet.\n\n"
            f"jogger\n14-06-2009, 08:44 PM\nMine of day {number} was dry and short and fine.\n"
        )
    command = machine.start("archive", "import", str(folder))
    wait_until(ArchivedThread.objects.exists, command)
    command.kill()
    ended(command, -signal.SIGKILL)
    assert 0 < Thread.objects.count() < threads
    assert Post.objects.count() == 2 * Thread.objects.count() == ArchivedPost.objects.count()
    assert ArchivedPage.objects.count() == Thread.objects.count()

    monkeypatch.setattr("secondwind.cli.archive.FOLLOWED_AT_ONCE", 0)  # as if all the rest came later
    assert main(["archive", "import", str(folder)]) == 0
    titles = set(Thread.objects.values_list("title", flat=True))
    assert titles == {f"Thread {number}" for number in range(threads)}
    assert [Thread.objects.count(), Post.objects.count()] == [threads, 2 * threads]
    assert ArchivedPage.objects.values("digest").distinct().count() == threads
    assert f"{threads} threads with {2 * threads} posts" in QueueItem.objects.get().details[0]


def test_posts_are_in_the_index_once_when_the_worker_that_puts_them_in_is_killed(machine: Machine) -> None:
    _, _, posts = conversation(replies=600)
    due("search.catch_up")
    worker = machine.start("jobs")
    wait_until(Document.objects.exists, worker)
    worker.kill()
    ended(worker, -signal.SIGKILL)
    assert 0 < Document.objects.count() < len(posts)

    due("search.catch_up")
    machine.work()
    assert sorted(Document.objects.values_list("ref", flat=True)) == [post.pk for post in posts]


def test_a_reply_by_mail_is_posted_once_when_the_worker_is_killed_before_it_can_say_so(
    machine: Machine, settings: Settings
) -> None:
    settings.REPLY_ADDRESS = machine.environment["REPLY_ADDRESS"] = "reply@run.example.org"
    _, bob, posts = conversation(replies=1)
    address = address_for(bob, Key("thread", str(posts[0].thread_id)))
    words = ["Three weeks, and it was gone.", "And it stayed away."]
    mails = []
    for number, text in enumerate(words):
        mail = corpus.gmail(text)
        mail["From"], mail["To"], mail["Message-ID"] = bob.email, address, f"<{number}@mail.example.org>"
        mails.append(mail.as_bytes(policy=policy.SMTP))
    box = imapserver.Mailbox(*mails)
    with imapserver.running(box):
        machine.environment["REPLY_MAILBOX_URL"] = (
            f"imap://reply:{quote(box.password)}@127.0.0.1:{box.port}/INBOX?tls=none"
        )
        due("notifications.fetch_replies")
        worker = machine.start("jobs")
        box.victim = worker.pid
        ended(worker, -signal.SIGKILL)
        assert not box.seen
        box.victim = 0
        due("notifications.fetch_replies")
        machine.work()
        assert box.seen == {1, 2}
    own = Post.objects.filter(author=bob, number__gt=2).order_by("number")
    assert [re.sub(r"\s+", " ", post.body) for post in own] == words


# --- The clock ---------------------------------------------------------------------------------------------

HOURLY = """
import sys, django
django.setup()
from secondwind import jobs
from secondwind.cli import main
@jobs.every(hours=1, name="test.hourly")
def note():
    with open(sys.argv[1], "a") as file:
        print("ran", file=file)
sys.exit(main(["jobs", "--once"]) or main(["jobs", "--once"]))
"""


def test_what_was_due_several_times_while_the_site_was_down_runs_once(
    machine: Machine, server: mailserver.Post, tmp_path: Path
) -> None:
    alice, _, posts = conversation(replies=3)
    begin = timezone.now()
    for days, post in zip((3, 2, 1), posts[1:], strict=True):
        told_of(alice, [post], Rhythm.DAILY, begin - timedelta(days=days))
    long_ago = begin - timedelta(days=4)
    Preference.objects.update_or_create(user=alice, defaults={"daily_at": long_ago, "weekly_at": begin})
    due("notifications.digests", since=timedelta(days=4))
    was_due = begin - timedelta(days=4, minutes=20)
    Schedule.objects.create(name="test.hourly", next_run=was_due)

    started = subprocess.run(
        [sys.executable, "-c", HOURLY, str(tmp_path / "ran")],
        cwd=ROOT, env=machine.environment, capture_output=True, text=True, timeout=PATIENCE_S,
    )  # fmt: skip
    assert started.returncode == 0, started.stderr
    assert (tmp_path / "ran").read_text() == "ran\n"
    row = Schedule.objects.get(name="test.hourly")
    assert begin < row.next_run <= timezone.now() + HOUR
    assert (row.next_run - was_due) % HOUR == timedelta()  # in the rhythm that it had

    (digest,) = server.to("alice@example.org")
    assert digest["Subject"] == "3 new things on Second Wind"
