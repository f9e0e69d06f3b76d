"""Whole exports: a Strava or Garmin account, a zip, a folder, a single file, as a row of entries.

    with open_archive(path) as archive:
        for entry in archive.entries(start=last_done + 1):
            ...

Entries come one at a time and in an order that does not change, so that an import can go on after a crash at
the index where it stopped. Each is an activity file with what the export says about it, a run that was typed
in by hand, a file of another kind (`skipped` says which), or a damaged one (`damaged` says why).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import IO

from secondwind.running.activity import Activity
from secondwind.running.archives import garmin, strava
from secondwind.running.archives.facts import Facts, Gear
from secondwind.running.archives.members import Member, of_folder, of_zip
from secondwind.running.files import LIMITS, Limits, NotAnActivity, Unreadable, fit, read

__all__ = ["Archive", "Entry", "Facts", "Gear", "open_archive"]

ACTIVITY_ENDINGS = (".fit", ".gpx", ".tcx")
HEAD_BYTES = 512
ZIP = b"PK"
SAME_START_S = 60.0
FIT_EPOCH_S = 631_065_600
MOST_MEDIA_BYTES = 32 * 2**20


@dataclass(frozen=True, eq=False)
class Entry:
    """One thing in an archive. `data` is the file as it came, for keeping; `name` its name in the archive."""

    index: int
    name: str
    activities: tuple[Activity, ...] = ()
    facts: Facts | None = None
    skipped: str = ""
    damaged: str = ""
    data: bytes = b""


@dataclass(frozen=True)
class _Plan:
    """What is to become an entry: a file, facts, or both."""

    name: str
    member: Member | None = None
    facts: Facts | None = None
    skipped: str = ""


class Archive:
    """An opened export. `kind` is strava, garmin, zip, folder or file; `warnings` are for its owner."""

    def __init__(self, kind: str, plans: list[_Plan], stack: ExitStack, limits: Limits) -> None:
        self.kind = kind
        self.gear: tuple[Gear, ...] = ()
        self.warnings: tuple[str, ...] = ()
        self._plans = plans
        self._stack = stack
        self._limits = limits
        self._media: dict[str, Member] = {}
        self._by_start: list[Facts] = []

    def __len__(self) -> int:
        return len(self._plans)

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the files that are open."""
        self._stack.close()

    def entries(self, start: int = 0) -> Iterator[Entry]:
        """The entries from an index on, in order. Never raises for what a file may be."""
        for index in range(start, len(self._plans)):
            yield self._entry(index, self._plans[index])

    def media(self, name: str) -> bytes:
        """A picture that facts name. Raises Unreadable when it is not there or too large."""
        member = self._media.get(name)
        if member is None:
            raise Unreadable(f"The archive has no file {name[:100]}.")
        return member.read(MOST_MEDIA_BYTES)

    def _entry(self, index: int, plan: _Plan) -> Entry:
        if plan.skipped:
            return Entry(index, plan.name, skipped=plan.skipped)
        if plan.member is None:
            return Entry(index, plan.name, *self._typed(plan))
        data = b""
        try:
            data = plan.member.read(self._limits.file_bytes)
            found = read(plan.member.name, data, self._limits)
        except NotAnActivity as error:
            return Entry(index, plan.name, facts=plan.facts, skipped=error.kind, data=data)
        except Unreadable as error:
            return Entry(index, plan.name, facts=plan.facts, damaged=str(error), data=data)
        except Exception as error:  # noqa: BLE001  a fault of ours with one file must not end an import
            why = f"Reading failed in a way that was not foreseen ({error!r})."
            return Entry(index, plan.name, facts=plan.facts, damaged=why, data=data)
        facts = plan.facts or self._facts_of(found[0])
        named = tuple((self._facts_of(a) or facts).added_to(a) if facts else a for a in found)
        return Entry(index, plan.name, named, facts, data=data)

    def _typed(self, plan: _Plan) -> tuple[tuple[Activity, ...], Facts | None]:
        assert plan.facts is not None  # noqa: S101  a plan has a file or facts
        activity = plan.facts.activity()
        if plan.skipped or not plan.name.startswith("activities/"):
            return (activity,), plan.facts
        lost = f"The export names the file {plan.name}, but does not hold it; its figures alone are kept."
        return (replace(activity, warnings=(*activity.warnings, lost)),), plan.facts

    def _facts_of(self, activity: Activity) -> Facts | None:
        """The facts that begin when this activity does, within a minute."""
        if activity.start is None:
            return None
        clock = activity.start.timestamp()
        first = bisect_left(self._by_start, clock - SAME_START_S, key=_clock)
        last = bisect_right(self._by_start, clock + SAME_START_S, key=_clock)
        return min(self._by_start[first:last], key=lambda f: abs(_clock(f) - clock), default=None)


def _clock(facts: Facts) -> float:
    return facts.start.timestamp() if facts.start else float("inf")


def open_archive(path: Path, limits: Limits = LIMITS) -> Archive:
    """Open an export, a folder or a single file. Raises Unreadable; OSError when it is not there."""
    if path.is_dir():
        return _arranged(of_folder(path), "folder", ExitStack(), limits)
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        if file.read(2) == ZIP:
            archive = _arranged(of_zip(file, stack), "zip", stack, limits)
        else:
            archive = _single(path, stack, limits)
        archive._stack = stack.pop_all()  # it stays open until the archive is closed
        return archive


def _single(path: Path, stack: ExitStack, limits: Limits) -> Archive:
    opener: Callable[[], IO[bytes]] = lambda: path.open("rb")  # noqa: E731  it needs its type
    member = Member(path.name, path.stat().st_size, opener)
    return Archive("file", [_Plan(path.name, member)], stack, limits)


def _arranged(members: list[Member], kind: str, stack: ExitStack, limits: Limits) -> Archive:
    """The archive of these files, by what kind of export they are."""
    tables = [m for m in members if _base(m.name) == strava.TABLE and not m.fault]
    table = next((m for m in tables if strava.is_table(m.head(8192))), None)
    if table is not None:
        return _strava(table, members, stack, limits)
    if any(garmin.is_list(m.name) or garmin.UPLOADS in m.name.lower() for m in members):
        return _garmin(members, stack, limits)
    return Archive(kind, [_plain(m) for m in members], stack, limits)


def _plain(member: Member) -> _Plan:
    if _is_file(member.name) or member.fault:
        return _Plan(member.name, member)
    return _Plan(member.name, skipped=_class(member.name))


def _base(name: str) -> str:
    return name.rpartition("/")[2].lower()


def _is_file(name: str) -> bool:
    return _base(name).removesuffix(".gz").endswith(ACTIVITY_ENDINGS) and not _base(name).startswith("._")


def _class(name: str) -> str:
    """What to call a file that is none of a watch, by its ending."""
    ending = _base(name).rpartition(".")[2]
    return f"{ending} file" if ending and len(ending) <= 8 and ending != _base(name) else "other file"


# Strava.


def _strava(table: Member, members: list[Member], stack: ExitStack, limits: Limits) -> Archive:
    root = table.name[: -len(strava.TABLE)]
    by_name = {m.name.removeprefix(root): m for m in members if m.name.startswith(root)}
    told = strava.Table(table)
    plans = []
    used = set()
    for file, facts in told.rows:
        member = by_name.get(file) if _is_file(file) else None
        used.add(file)
        plans.append(_Plan(file or f"{strava.TABLE} {facts.id}", member, facts))
    unnamed = [name for name in by_name if _is_file(name) and name not in used]
    plans += [_Plan(name, by_name[name]) for name in sorted(unnamed)]
    plans += [_Plan(m.name, m) for m in members if m.fault and m.name.removeprefix(root) not in used]
    archive = Archive("strava", plans, stack, limits)
    archive._media = {name: m for name, m in by_name.items() if name.startswith("media/")}
    gear: list[Gear] = []
    warnings = list(told.warnings)
    for name, kind in (("shoes.csv", "shoe"), ("bikes.csv", "bike")):
        try:
            gear += strava.gear(by_name[name], kind) if name in by_name else []
        except Unreadable as error:
            warnings.append(f"{name}: {error}")
    archive.gear, archive.warnings = tuple(gear), tuple(warnings)
    return archive


# Garmin.


def _garmin(members: list[Member], stack: ExitStack, limits: Limits) -> Archive:
    facts: list[Facts] = []
    warnings = []
    for member in members:
        if garmin.is_list(member.name):
            try:
                facts.extend(garmin.summaries(member))
            except Exception as error:  # noqa: BLE001  a zip's codec may raise anything; the files are still there
                warnings.append(f"The list of activities could not be read to its end ({error}).")
    plans, starts = _garmin_files(members)
    unmatched = [f for f in facts if not _near(f, starts)]
    plans += [_Plan(f"activity {f.id}", facts=f) for f in unmatched]
    archive = Archive("garmin", plans, stack, limits)
    archive._by_start = sorted(facts, key=_clock)
    archive.warnings = tuple(warnings)
    return archive


def _garmin_files(members: list[Member]) -> tuple[list[_Plan], Counter[int]]:
    """A plan for each uploaded file, and the minutes in which activities among them were begun."""
    plans = []
    minutes: Counter[int] = Counter()
    for member in members:
        if not _is_file(member.name):
            if member.fault:
                plans.append(_Plan(garmin.without_mail(member.name), member))
            continue
        name = garmin.without_mail(member.name)
        head = b"" if member.fault or ".fit" not in _base(member.name) else _head(member)
        kind = fit.kind_of(head) if head else ""
        if kind and kind != "activity":
            plans.append(_Plan(name, skipped=kind))
            continue
        if (created := fit.created(head)) is not None:
            minutes[int(created // 60)] += 1
        plans.append(_Plan(name, replace(member, name=name)))
    return plans, minutes


def _head(member: Member) -> bytes:
    try:
        return member.head(HEAD_BYTES)
    except Unreadable:
        return b""  # it is told when its turn comes


def _near(facts: Facts, minutes: Counter[int]) -> bool:
    """Whether a file was begun within a minute or so of this start."""
    if facts.start is None:
        return False
    minute = int(facts.start.timestamp() // 60)
    return any(minutes[m] for m in (minute - 1, minute, minute + 1))
