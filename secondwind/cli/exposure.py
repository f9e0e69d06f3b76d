"""`secondwind exposure`: a table of days in, which runs precede pain out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from secondwind.cli.lines import BadFile, read_bytes, write
from secondwind.running.exposure import BadTable, analyse, read_table
from secondwind.running.exposure.told import as_json, as_lines

COLUMNS = """\
The table is CSV (comma, semicolon, tab or bar) with a header and a line for each run; days of rest may have
lines too. Lines that begin with # before the header are passed over.

  date            the day, with or without a time: 2026-05-17, 17.05.2026, 05/17/2026, May 17, 2026,
                  or a number that counts days
  pain...         pain from 0 to 10 (or 0 to 100, or yes and no). The name tells when and where:
                    pain, pain_during, pain_after           the day of the run
                    pain_next_day, pain_next_morning        the morning after
                    pain_48h                                two days after (pain_lag_0, _1 and _2 as well)
                    pain_before                             before the run; without it, what is usual
                                                            for the runner in those two weeks
                    pain_left_calf, pain_left_calf_next_day one site each
                  Told on days of rest too, one daily column tells the morning after and 48 hours as well.
  run, rest_day   yes or no: which lines are runs
  id              names of the runs in the answer (else their day)
  anything else   an exposure: numbers (distance_km, descent_m, shoe_age_km), yes and no (1 and 0), or
                  words (surface: trail, road; shoe: A, B, C) and times (7:30, 6:15 pm, 45:10). A unit at
                  the end of a name or behind the numbers is understood.

An empty cell is not known. A line without a distance or a time (or, where no such column is, without any
exposure) is a day of rest. A run made a site worse when pain rose by 2 of 10 or more; the first of several
on consecutive days is a flare. Each flare is compared with the runs without one in the 14 days to each side.

The answer has, for each site and lag, a model or a refusal; for each exposure the odds ratio with intervals
for the step named, the flares behind it, whether it is flagged, and what it cannot be told apart from. With
--json all runs behind each figure are named.

The exit status: 0; 1 when lines or values could not be used (they are listed); 2 when there was no table.
"""


def main(argv: Sequence[str]) -> int:
    """Run the command; the status is in its help."""
    options = _parser().parse_args(argv)
    try:
        table = read_table(read_bytes(options.file))
    except (BadFile, BadTable) as error:
        print(error, file=sys.stderr)
        return 2
    result = analyse(table.diary)
    if options.json:
        write(as_json(table, result))
    else:
        print("\n".join(as_lines(table, result)))
        for problem in table.problems:
            where = f"line {problem.line}" + (f", {problem.column}" if problem.column else "")
            print(f"{where}: {problem.value!r} is passed over. {problem.why}", file=sys.stderr)
    return 1 if table.problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="secondwind exposure",
        description="Which runs precede pain, for one runner: odds ratios with intervals, or why not.",
        epilog=COLUMNS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="a CSV file; - reads the standard input")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    return parser
