"""`secondwind archive`: what it prints, what it does when it is cut, and how it takes things away again."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from secondwind.archive import tests as archive_tests
from secondwind.cli import main
from secondwind.forums.actions import archived
from secondwind.forums.models import ArchivedPage, ArchiveImport, Forum, Post, QueueItem, Thread
from secondwind.notifications.models import Notification
from secondwind.search.models import Document

PAGES = Path(archive_tests.__path__[0]) / "pages"
NAMES = (
    "jive/older-gaps.txt",
    "jive/older.html",
    "vbulletin/live.txt",
    "phpbb/two.txt",
    "discourse/topic.html",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "old"
    for name in NAMES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PAGES / name, root / name)
    (root / "style.css").write_text("p {}")
    return root


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_dry_run_needs_no_database_and_prints_what_it_read(folder: Path):
    (folder / "soup.txt").write_text("Take an onion.")
    done = subprocess.run(
        [sys.executable, "-m", "secondwind", "archive", "import", "--dry-run", "--json", str(folder)],
        capture_output=True, text=True, check=False,
        env={"DATABASE_URL": "sqlite:////nowhere/x.sqlite3", "PATH": "", "PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    threads = {line["thread"]["pages"][0]: line["thread"] for line in lines if "thread" in line}

    assert done.returncode == 1, done.stderr
    assert [line for line in lines if "error" in line] == [
        {"page": "old/soup.txt", "error": "No forum software is recognised on this page.", "line": 1}
    ]
    assert set(threads) == {f"old/{name}" for name in NAMES}
    jive = threads["old/jive/older-gaps.txt"]
    assert (jive["engine"], jive["views"], jive["replies"], jive["title"]) == (
        "jive",
        418,
        5,
        "Sore outer ankle on cambered roads",
    )
    assert [post["number"] for post in jive["posts"]] == [None, 1, 3, 5]
    post = jive["posts"][2]
    assert post["in_response_to"] == "Ann Marie"
    assert post["responds_to"] == 1
    assert post["date"] == {"text": "Mar 4, 2010 9:30 AM", "iso": "2010-03-04T09:30", "zone": None}
    assert post["since"]["iso"] == "2009-02-11"
    assert post["mark"] is None
    assert "6 pages" in done.stderr
    assert "1 files are no pages" in done.stderr


def test_people_get_lines(folder: Path, capsys):
    (folder / "soup.txt").write_text("Take an onion.")
    assert main(["archive", "import", "--dry-run", str(folder)]) == 1
    out = capsys.readouterr().out
    assert "read     old/jive/older-gaps.txt: jive (" in out
    assert "Sore outer ankle on cambered roads, 4 posts" in out
    assert "The page counts 5 replies and holds 3." in out
    assert "refused  old/soup.txt:1: No forum software is recognised on this page." in out


def test_pages_become_threads_once(folder: Path, db, capsys):
    assert main(["archive", "import", str(folder)]) == 0
    assert "5 pages · threads: 5 new · 12 posts · 1 files are no pages · 0 refused" in capsys.readouterr().out
    assert Forum.objects.get(slug="archives").threads.count() == 5
    counts = [model.objects.count() for model in (Thread, Post, ArchivedPage, ArchiveImport, QueueItem)]

    assert main(["archive", "import", "--json", str(folder)]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "5 pages were here already" in captured.err
    assert counts == [
        model.objects.count() for model in (Thread, Post, ArchivedPage, ArchiveImport, QueueItem)
    ]


def test_an_import_that_is_cut_goes_on_where_it_was(folder: Path, db, capsys, monkeypatch):
    create, lots = archived._create, []

    def cut(*given: Any) -> None:
        lots.append(1)
        create(*given)
        if len(lots) == 2:
            raise KeyboardInterrupt  # within the transaction of the third and fourth thread

    monkeypatch.setattr(archived, "AT_ONCE", 2)
    monkeypatch.setattr(archived, "_create", cut)
    assert main(["archive", "import", str(folder)]) == 130
    assert Thread.objects.count() == 2
    assert ArchiveImport.objects.get().finished_at is None
    assert not QueueItem.objects.exists()

    assert main(["archive", "import", str(folder)]) == 0
    assert Thread.objects.count() == 5
    assert ArchiveImport.objects.get().finished_at is not None
    assert "5 threads with 12 posts" in QueueItem.objects.get().details[0]
    assert "2 pages were here already" in capsys.readouterr().out


def test_a_forum_is_named_and_one_that_is_not_there_is_told(folder: Path, db, capsys):
    archived.place()
    Forum.objects.filter(slug="archives").update(slug="old-times")
    assert main(["archive", "import", "--forum", "old-times", str(folder)]) == 0
    assert set(Thread.objects.values_list("forum__slug", flat=True)) == {"old-times"}
    assert main(["archive", "import", "--forum", "nowhere", str(folder)]) == 2
    assert "There is no forum with the address nowhere." in capsys.readouterr().err
    assert main(["archive", "import", str(folder / "gone")]) == 2
    assert "is not there" in capsys.readouterr().err


def test_a_thread_and_an_import_are_taken_down(folder: Path, db, capsys):
    main(["archive", "import", str(folder)])
    assert main(["archive", "takedown", "http://community.trailhead.example/thread/5512"]) == 0
    assert "taken down: Toe box too tight" in capsys.readouterr().out
    assert Thread.objects.count() == 4
    assert main(["archive", "takedown", "http://community.trailhead.example/thread/5512"]) == 1
    assert main(["archive", "takedown", "--import", str(ArchiveImport.objects.get().pk)]) == 0
    assert not Thread.objects.exists()
    assert main(["archive", "takedown", "--import", "77"]) == 1


# --- Killed in the middle ----------------------------------------------------------------------------------

ROOT = Path(__file__).resolve().parents[3]
KILLED = """
import os, signal, sys, django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from secondwind.cli import main
from secondwind.forums.actions import archived
archived.AT_ONCE = 2
real, left = getattr(archived, sys.argv[3]), int(sys.argv[4])
def step(*args, **kwargs):
    global left
    left -= 1
    done = real(*args, **kwargs)
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
setattr(archived, sys.argv[3], step)
main(["archive", "import", sys.argv[2]])
"""


def everything() -> dict[str, list[Any]]:
    """What an import brings, told without the numbers that the database gives."""
    of_post = (
        "thread__archived__key", "number", "body", "html", "state", "mark", "created_at",
        "in_response_to__number", "archived__author", "archived__digest",
    )  # fmt: skip
    of_thread = (
        "archived__key", "title", "reply_count", "latest_number", "next_number", "latest_at", "is_answered",
        "is_listed", "archived__last_number", "archived__last_author", "archived__title",
    )  # fmt: skip
    return {
        "threads": sorted(Thread.objects.values_list(*of_thread)),
        "posts": sorted(Post.objects.values_list(*of_post), key=str),
        "pages": sorted(ArchivedPage.objects.values_list("digest", "name", "thread__key")),
        "imports": [row.finished_at is not None for row in ArchiveImport.objects.all()],
        "matters": list(QueueItem.objects.values_list("kind", "post__thread__archived__key")),
        "found": sorted(Document.objects.values_list("text", "title", "leads")),
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("step", "times"),
    [("_respond", 2), ("_look_into", 2)],
    ids=["with the posts of the third and fourth thread written", "while it is followed up"],
)
def test_an_import_that_is_killed_and_run_again_is_one_that_was_not(
    folder: Path, step: str, times: int, mailoutbox: list[Any]
):
    with transaction.atomic():
        assert main(["archive", "import", str(folder)]) == 0
        wanted = everything()
        transaction.set_rollback(True)
    assert not Thread.objects.exists()

    name = str(connection.settings_dict["NAME"])
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, name, str(folder), step, str(times)],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "secondwind.config.testing"},
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr

    assert main(["archive", "import", str(folder)]) == 0
    archived.follow_up(100)  # what a job does every minute
    assert everything() == wanted
    assert not mailoutbox
    assert not Notification.objects.exists()
