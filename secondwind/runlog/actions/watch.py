"""A folder that is watched, with a sub-folder for each pseudonym: what is put there is imported.

WATCH_DIR/anna/run.fit        new
WATCH_DIR/anna/.taken/12/     being imported, as import 12
WATCH_DIR/anna/done/          imported, or in the log already
WATCH_DIR/anna/refused/       not readable; run.fit.txt says why
"""

import logging
import time
from collections.abc import Iterator
from pathlib import Path

from secondwind.accounts.models import User
from secondwind.jobs.errors import place_of
from secondwind.runlog.actions import imports
from secondwind.runlog.errors import Refused
from secondwind.runlog.models import Batch, BatchState, Outcome
from secondwind.runlog.uploads import Incoming

logger = logging.getLogger(__name__)

STILL_S = 10.0  # a file that was written to within this time may still grow
MOST_AT_ONCE = 200  # files of one person in one round; the rest comes with the next
TAKEN, DONE, REFUSED = ".taken", "done", "refused"
ENDED = (BatchState.DONE, BatchState.FAILED, BatchState.UNDONE)


def scan(root: Path) -> None:
    """Put away what was imported since, then take in what is new, for every pseudonym that has a folder."""
    folders = {path.name: path for path in _entries(root) if path.is_dir() and not path.is_symlink()}
    for owner in User.objects.filter(username__in=folders, is_active=True):
        folder = folders[owner.username]
        try:
            _put_away(owner, folder)
            _take(owner, folder)
        except OSError as error:
            logger.warning("The watched folder of %s cannot be used: %s", owner.pk, place_of(error))


def _take(owner: User, folder: Path) -> None:
    found = [path for path in _entries(folder) if _is_ready(path)][:MOST_AT_ONCE]
    archives = [path for path in found if imports.is_zip(path)]
    single = [path for path in found if path not in archives]
    for paths in [*([one] for one in archives), *([single] if single else [])]:
        try:
            batch = _batch(owner, paths)
        except Refused:
            return  # too much waits; the files stay for a later round
        place = folder / TAKEN / str(batch.pk)
        place.mkdir(parents=True, exist_ok=True)
        for path in paths:
            path.replace(place / path.name)


def _batch(owner: User, paths: list[Path]) -> Batch:
    return imports.begin(owner, [Incoming(path.name, path) for path in paths])[0]


def _put_away(owner: User, folder: Path) -> None:
    """Move the files of imports that have ended to where their owner looks for them."""
    places = {int(path.name): path for path in _entries(folder / TAKEN) if path.name.isdecimal()}
    known = Batch.objects.filter(owner=owner).in_bulk(list(places))
    for id, place in places.items():
        batch = known.get(id)
        if batch is not None and batch.state not in ENDED:
            continue
        faults = _faults(batch) if batch else {}
        for path in _entries(place):
            _move(path, folder, batch.problem if batch and batch.problem else faults.get(path.name, ""))
        place.rmdir()


def _faults(batch: Batch) -> dict[str, str]:
    """Why single files were refused, by name. An archive that could be opened is never refused for a part."""
    damaged = batch.lines.filter(outcome=Outcome.DAMAGED).values_list("name", "reason")
    others = batch.lines.filter(outcome=Outcome.SKIPPED).values_list("name", "reason")
    found = [*damaged, *((name, f"It holds no activity: {kind}.") for name, kind in others)]
    return {name: why for name, why in found if "/" not in name}


def _move(path: Path, folder: Path, fault: str) -> None:
    place = folder / (REFUSED if fault else DONE)
    place.mkdir(exist_ok=True)
    target = _free(place / path.name)
    if fault:
        target.with_name(target.name + ".txt").write_text(fault + "\n", encoding="utf-8")
    path.replace(target)


def _free(path: Path) -> Path:
    """A name that is not taken: run.fit, run (2).fit."""
    number, target = 1, path
    while target.exists():
        number += 1
        target = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return target


def _is_ready(path: Path) -> bool:
    if path.name.startswith(".") or path.is_symlink() or not path.is_file():
        return False
    state = path.stat()
    return state.st_size > 0 and time.time() - state.st_mtime >= STILL_S


def _entries(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.iterdir()) if folder.is_dir() else ()
