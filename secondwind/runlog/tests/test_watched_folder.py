"""For people who automate: a folder that is watched."""

import os
import time
from pathlib import Path

import pytest

from secondwind.runlog import tasks
from secondwind.runlog.models import Batch, Run
from secondwind.running.tests.making import fit_file, fit_start, recording

pytestmark = pytest.mark.django_db
DATA = fit_file(recording(300))


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path_factory) -> None:
    settings.VAR_DIR = tmp_path_factory.mktemp("var")


@pytest.fixture
def folder(settings, tmp_path: Path, alice) -> Path:
    settings.WATCH_DIR = tmp_path
    (tmp_path / "alice").mkdir()
    return tmp_path / "alice"


def put(path: Path, data: bytes = DATA, age_s: float = 60) -> Path:
    path.write_bytes(data)
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def names(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_what_is_put_into_the_folder_is_imported_and_put_away(folder, alice):
    put(folder / "run.fit")
    put(folder / "bad.fit", b"rubbish")
    put(folder / "course.fit", fit_start(kind=6).bytes())
    put(folder / "export.zip", b"PK and nothing")
    tasks.watch_folder()
    assert Run.objects.get().owner == alice
    tasks.watch_folder()
    assert names(folder) == [
        "done/run.fit",
        "refused/bad.fit",
        "refused/bad.fit.txt",
        "refused/course.fit",
        "refused/course.fit.txt",
        "refused/export.zip",
        "refused/export.zip.txt",
    ]
    assert "FIT header" in (folder / "refused" / "bad.fit.txt").read_text()
    assert "course" in (folder / "refused" / "course.fit.txt").read_text()

    put(folder / "run.fit")
    tasks.watch_folder()
    tasks.watch_folder()
    assert "done/run (2).fit" in names(folder)
    assert Run.objects.count() == 1


def test_a_file_that_may_still_grow_is_left_and_so_are_links_and_hidden_ones(folder, tmp_path):
    put(folder / "run.fit", age_s=1)
    put(folder / ".run.fit.part")
    (folder / "link.fit").symlink_to(put(tmp_path / "elsewhere.fit"))
    tasks.watch_folder()
    assert not Batch.objects.exists()
    assert "run.fit" in names(folder)


def test_a_folder_of_nobody_is_left_alone(folder, tmp_path):
    (tmp_path / "nobody").mkdir()
    put(tmp_path / "nobody" / "run.fit")
    tasks.watch_folder()
    assert not Batch.objects.exists()


def test_without_the_setting_nothing_is_watched(settings):
    settings.WATCH_DIR = None
    tasks.watch_folder()
