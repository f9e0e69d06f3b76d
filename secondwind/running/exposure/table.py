"""A CSV table of days as a diary: `date`, one column for each exposure, and columns of pain."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from secondwind.running.activity import Column
from secondwind.running.exposure import cells, names, slots
from secondwind.running.exposure.diary import TOP, Diary, Exposure
from secondwind.running.exposure.result import LeftOut

Which = NDArray[np.bool_]
MOST_ROWS: Final = 100_000
MOST_LEVELS: Final = 12
REST: Final = frozenset({"rest", "off", "no run", "none", "rest day", "day off", "restday"})


class BadTable(ValueError):
    """The table cannot be read at all; the message says why."""


@dataclass(frozen=True)
class Problem:
    """A value that cannot be used: line of the file (the header is 1), column, the value, and what is
    wrong."""

    line: int
    column: str
    value: str
    why: str


@dataclass(frozen=True, eq=False)
class Table:
    """A diary with what was wrong in its file and which columns were passed over. `dates` are the days of the
    runs as written, by id."""

    diary: Diary
    problems: tuple[Problem, ...]
    passed_over: tuple[LeftOut, ...]
    rest_days: int
    dates: dict[str, str]


@dataclass(eq=False)
class _Rows:
    """The lines that have a day, and what was wrong with the others."""

    header: list[str]
    delimiter: str = ","
    lines: list[int] = field(default_factory=list)
    texts: list[list[str]] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def column(self, name: str) -> list[str]:
        place = self.header.index(name)
        return [row[place] for row in self.texts]

    def numbers(self, name: str) -> Column:
        """A column of numbers; what is none is a problem and NaN."""
        texts = self.column(name)
        values = self.read(texts)
        units = Counter(u for t in texts if (u := cells.unit(t)))
        usual = max(units, key=lambda u: units[u], default="")
        for i, text in enumerate(texts):
            if np.isnan(values[i]):
                if not cells.is_blank(text):
                    self.problems.append(Problem(self.lines[i], name, text, "This is not a number."))
            elif (unit := cells.unit(text)) and unit != usual:
                why = f"This is in {unit}, and most of the column is in {usual}."
                self.problems.append(Problem(self.lines[i], name, text, why))
                values[i] = np.nan
        return values

    def read(self, texts: Sequence[str]) -> Column:
        """The numbers of a column; NaN for what is none."""
        return np.array(cells.numbers(texts, comma_parts=self.delimiter == ","), dtype=float)


def read_table(content: bytes | str) -> Table:
    """The diary of a CSV file: comma, semicolon or tab, any order of columns and rows.

    A line without a day, or with more or fewer cells than the header, is passed over and told as a problem;
    so is a cell that is no number in a column of numbers. Rows without a run are days of rest: their pain
    counts. Raises BadTable."""
    rows = _rows(_text(content))
    pains = _pain_columns(rows.header)
    if not pains:
        raise BadTable("No column holds pain. Name it pain, pain_next_day, pain_left_knee or the like.")
    wordy = {n for n in pains if _is_wordy(rows, n)}
    if wordy == set(pains):
        raise BadTable(f"No level of pain in {', '.join(sorted(wordy))} is a number. Pain goes from 0 to 10.")
    date = _date_column(rows.header)
    columns = [n for n in rows.header if n != date and n not in pains]
    exposures, passed_over, is_run = _exposures(rows, columns)
    passed_over += [LeftOut(n, n, "It holds words. Pain goes from 0 to 10.") for n in pains if n in wordy]
    pains = {n: p for n, p in pains.items() if n not in wordy}
    told = slots.pains(_told(rows, pains), np.array(rows.days, np.int64), is_run)
    ids = _ids(rows, is_run, date)
    run_rows = np.flatnonzero(is_run)
    diary = Diary.of(ids, [rows.days[i] for i in run_rows], exposures, told)
    written = rows.column(date)
    dates = {id: written[int(i)].strip() for id, i in zip(ids, run_rows, strict=True)}
    problems = tuple(sorted(rows.problems, key=lambda p: p.line))
    return Table(diary, problems, tuple(passed_over), int((~is_run).sum()), dates)


def _text(content: bytes | str) -> str:
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    for encoding in ("utf-16",) if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _rows(text: str) -> _Rows:
    """The lines with a day. Raises BadTable when there is no header with a column of days."""
    first = next((line for line in text.splitlines() if line.strip() and not _is_before(line)), "")
    delimiter = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    rows: _Rows | None = None
    written: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            if not any(cell.strip() for cell in row) or (rows is None and _is_before(delimiter.join(row))):
                continue
            if rows is None:
                rows = _Rows(_header(row), delimiter)
            elif len(cut := _as_wide(row, rows.header)) != len(rows.header):
                what = f"The line has {len(row)} cells; the header has {len(rows.header)}."
                rows.problems.append(Problem(reader.line_num, "", delimiter.join(row)[:80], what))
            else:
                written.append((reader.line_num, cut))
            if len(written) > MOST_ROWS:
                raise BadTable(f"The table has more than {MOST_ROWS} lines.")
    except csv.Error as error:
        raise BadTable(f"Line {reader.line_num} is not CSV: {error}.") from None
    if rows is None:
        raise BadTable("The table is empty.")
    _take(rows, written)
    return rows


def _is_before(line: str) -> bool:
    """Whether a line stands before the table: a comment, or what tells a spreadsheet the separator."""
    return line.lstrip().startswith("#") or line.strip().casefold().startswith("sep=")


def _as_wide(row: Sequence[str], header: Sequence[str]) -> list[str]:
    """The row without empty cells beyond the header, and with those that columns without a name may lack."""
    cut = list(row)
    while len(cut) > len(header) and not cut[-1].strip():
        cut.pop()
    while len(cut) < len(header) and header[len(cut) :] and all(_is_unnamed(n) for n in header[len(cut) :]):
        cut.append("")
    return cut


def _is_unnamed(name: str) -> bool:
    return name.startswith(("(column ", "Unnamed:"))


def _header(row: Sequence[str]) -> list[str]:
    header = [cell.strip() or f"(column {place})" for place, cell in enumerate(row, 1)]
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise BadTable(f"Two columns have the same name: {', '.join(map(repr, twice))}.")
    _date_column(header)
    return header


def _take(rows: _Rows, written: Sequence[tuple[int, list[str]]]) -> None:
    """Sort the lines into those with a day and problems."""
    name = _date_column(rows.header)
    place = rows.header.index(name)
    days = cells.days([row[place] for _, row in written])
    for (line, row), day in zip(written, days, strict=True):
        if day is None:
            rows.problems.append(Problem(line, name, row[place], "This is not a day."))
        else:
            rows.lines.append(line)
            rows.texts.append(row)
            rows.days.append(day)


def _date_column(header: Sequence[str]) -> str:
    """The column of days. Raises BadTable."""
    known = {names.key(name): name for name in reversed(header)}
    for word in names.DATE_WORDS:
        if word in known:
            return known[word]
    dated = [n for n in header if "date" in names.tokens(n)]
    if dated:
        return dated[0]
    raise BadTable(f"No column is called date. The columns are: {', '.join(header)}.")


def _pain_columns(header: Sequence[str]) -> dict[str, names.PainName]:
    found = {n: p for n in header if (p := names.pain_name(n)) is not None}
    found = found or {n: p for n in header if (p := names.pain_name(n, sore=True)) is not None}
    return found or {n: p for n in header if (p := names.pain_name(n, body=True)) is not None}


def _is_wordy(rows: _Rows, name: str) -> bool:
    """Whether a column tells something, and no number."""
    told = [t for t in rows.column(name) if not cells.is_blank(t)]
    return bool(told) and not cells.all_yes_no(told) and not np.isfinite(rows.read(told)).any()


def _told(rows: _Rows, pains: dict[str, names.PainName]) -> list[slots.Told]:
    """The columns of pain on one scale each; what is outside of it is a problem. 0 and 1 are levels, not no
    and yes, where another column has more of them."""
    texts = {name: rows.column(name) for name in pains}
    has_levels = any(not cells.all_yes_no(told) and not _is_empty(told) for told in texts.values())
    told = []
    for name, what in pains.items():
        yes_no = cells.all_yes_no(texts[name]) and not (has_levels and _is_numeric(rows, texts[name]))
        values = np.array([cells.yes(t) for t in texts[name]]) if yes_no else rows.numbers(name)
        top = TOP if has_levels and not yes_no else 1.0
        top = max(top, slots.top_of(values))
        for i in np.flatnonzero((values < 0) | (values > top)):
            what_is_wrong = f"Pain goes from 0 to {top:g}."
            rows.problems.append(Problem(rows.lines[i], name, texts[name][i], what_is_wrong))
            values[i] = np.nan
        told.append(slots.Told(what.site, what.slot, values, top))
    return told


def _is_empty(texts: Sequence[str]) -> bool:
    return all(cells.is_blank(t) for t in texts)


def _is_numeric(rows: _Rows, texts: Sequence[str]) -> bool:
    return bool(np.isfinite(rows.read([t for t in texts if not cells.is_blank(t)])).all())


def _exposures(rows: _Rows, columns: Sequence[str]) -> tuple[list[Exposure], list[LeftOut], Which]:
    """The exposures of the runs, the columns that are none, and which rows are runs."""
    kept: list[tuple[str, list[Exposure]]] = []
    passed_over: list[LeftOut] = []
    flags = [n for n in columns if _is_flag(rows, n)]
    for name in columns:
        if name in flags:
            passed_over.append(LeftOut(name, name, "It says which days had a run."))
            continue
        if _is_unnamed(name):
            passed_over.append(LeftOut(name, name, "It has no name."))
            continue
        if names.key(name) in names.ID_WORDS or names.key(name) in names.TEXT_WORDS:
            passed_over.append(LeftOut(name, name, "It names or describes a run."))
            continue
        found = _exposure(rows, name)
        if isinstance(found, str):
            passed_over.append(LeftOut(name, name, found))
        else:
            kept.append((name, found))
    is_run = _is_run(rows, [name for name, _ in kept])
    for name in flags:
        is_run &= np.array([cells.yes(t) for t in rows.column(name)]) == _had(name)
    exposures = [e for _, group in kept for e in group]
    return [replace(e, values=e.values[is_run]) for e in exposures], passed_over, is_run


def _is_flag(rows: _Rows, name: str) -> bool:
    """Whether a column says, with yes and no, which days had a run."""
    texts = rows.column(name)
    is_either = names.key(name) in names.RUN_WORDS | names.REST_WORDS and cells.all_yes_no(texts)
    return is_either and len({cells.yes(t) for t in texts if not cells.is_blank(t)}) == 2


def _had(name: str) -> float:
    return 0.0 if names.key(name) in names.REST_WORDS else 1.0


def _exposure(rows: _Rows, name: str) -> list[Exposure] | str:
    """The exposures that a column holds, or why it holds none."""
    texts = rows.column(name)
    told = [t for t in texts if not cells.is_blank(t) and t.strip().casefold() not in REST]
    if not told:
        return "It is empty."
    label, unit = names.unit_of(name)
    if cells.all_yes_no(told):
        values = np.array([cells.yes(t) for t in texts])
        return [Exposure(name, values, label, yes_no=True)]
    numeric = np.isfinite(rows.read(told)).sum()
    if numeric >= 0.5 * len(told) and not (names.is_choice(name) and len(set(told)) <= MOST_LEVELS):
        return [Exposure(name, rows.numbers(name), label, unit, volume=names.is_volume(name))]
    times, unit = cells.clocks(texts)
    if np.isfinite(times).sum() >= 0.5 * len(told):
        return [Exposure(name, np.array(times), label, unit, volume=names.is_volume(name))]
    levels = _levels(texts)
    if len(levels) > MOST_LEVELS:
        return f"It has {len(levels)} different words, which is too many to compare."
    spelt = [cells.level(t) for t in texts]
    return [
        Exposure(
            f"{name}: {level}",
            np.array([np.nan if not s else float(s == low) for s in spelt]),
            level,
            yes_no=True,
            of=label,
        )
        for low, level in levels.items()
    ]


def _levels(texts: Sequence[str]) -> dict[str, str]:
    """The different words of a column, by how they are told apart, as first written; days of rest left
    out."""
    levels: dict[str, str] = {}
    for text in texts:
        if (low := cells.level(text)) and low not in REST:
            levels.setdefault(low, text.strip())
    return levels


def _is_run(rows: _Rows, columns: Sequence[str]) -> Which:
    """Which rows are runs: those with a distance or a time, where such a column is; else those that tell any
    exposure and do not say rest."""
    far = [n for n in columns if names.is_volume(n) and {"distance", "dist", "km", "miles", "duration",
           "minutes", "mins", "kilometres", "kilometers"} & set(names.tokens(n))]  # fmt: skip
    found = np.zeros(len(rows.texts), np.bool_)
    for name in far:
        texts = rows.column(name)
        found |= (np.nan_to_num(rows.read(texts)) > 0) | (np.nan_to_num(cells.clocks(texts)[0]) > 0)
    if found.any():
        return found
    for i, row in enumerate(rows.texts):
        told = [row[rows.header.index(n)] for n in columns]
        rest = any(t.strip().casefold() in REST for t in told)
        found[i] = not rest and any(not cells.is_blank(t) for t in told)
    return found


def _ids(rows: _Rows, is_run: Which, date: str) -> list[str]:
    """The ids of the runs: of a column of ids when all differ, else the day as written, with a number behind
    the second run of a day."""
    at = np.flatnonzero(is_run)
    for name in rows.header:
        if names.key(name) in names.ID_WORDS:
            ids = [rows.texts[i][rows.header.index(name)].strip() for i in at]
            if all(ids) and len(set(ids)) == len(ids):
                return ids
    written = [rows.column(date)[i].strip() for i in at]
    seen: dict[str, int] = {}
    ids = []
    for day in written:
        seen[day] = seen.get(day, 0) + 1
        ids.append(day if seen[day] == 1 else f"{day} #{seen[day]}")
    return ids
