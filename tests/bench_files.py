"""What reading files costs, against the libraries that others use: `make bench-files`.

Prints CPU times and their ratios, both sides in one run and in turn, on generated files of usual length: FIT
against fitdecode (at least 30 times as fast is wanted), and a share of an export (70 % FIT, 25 % GPX,
5 % TCX) with its terrain against the parsing alone of fitdecode, gpxpy and tcxreader (at least 15 times).
"""

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import fitdecode  # type: ignore[import-untyped] # it has no types
import gpxpy
from tcxreader.tcxreader import TCXReader  # type: ignore[import-untyped] # neither has this

from secondwind.running.files import read
from secondwind.running.terrain import survey
from secondwind.running.tests.making import fit_file, gpx_file, recording, tcx_file

FILES = 20
SHARES = {"fit": 14, "gpx": 5, "tcx": 1}
LONGEST_S, SHORTEST_S = 5400, 1500
FIT_RATIO, WHOLE_RATIO = 30, 15

Files = list[tuple[str, bytes]]


def generated() -> Files:
    """Runs of 25 to 90 minutes, a sample a second, in the shares of a usual export; always the same."""
    makers: dict[str, Callable[..., bytes]] = {"fit": fit_file, "gpx": gpx_file, "tcx": tcx_file}
    kinds = [kind for kind, count in SHARES.items() for _ in range(count)]
    lengths = [SHORTEST_S + (LONGEST_S - SHORTEST_S) * i // (FILES - 1) for i in range(FILES)]
    # 7 and 20 have no common divisor, so every length is used once and each kind has long and short ones.
    return [(kind, makers[kind](recording(lengths[i * 7 % FILES], i))) for i, kind in enumerate(kinds)]


def ours(kind: str, data: bytes) -> None:
    """Read a file with this project."""
    read(f"a.{kind}", data)


def ours_with_terrain(kind: str, data: bytes) -> None:
    """The same, with the terrain."""
    for activity in read(f"a.{kind}", data):
        survey(activity)


def peers(kind: str, data: bytes) -> None:
    """Read a file with the library that others use for it."""
    if kind == "fit":
        with fitdecode.FitReader(io.BytesIO(data)) as reader:
            for _ in reader:
                pass
    elif kind == "gpx":
        gpxpy.parse(data.decode())
    else:
        with TemporaryDirectory() as folder:
            path = Path(folder, "a.tcx")
            path.write_bytes(data)
            TCXReader().read(str(path))


def cpu_s(work: Callable[[str, bytes], None], files: Files, rounds: int = 1) -> float:
    """The CPU time of working on all files, in seconds; the best of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        for kind, data in files:
            work(kind, data)
        times.append(time.process_time() - start)
    return min(times)


def main() -> int:
    """Print the figures; 1 when a ratio is below what is wanted."""
    files = generated()
    fit = [f for f in files if f[0] == "fit"]
    xml = [f for f in files if f[0] != "fit"]
    cpu_s(ours_with_terrain, files)  # what is made once in a process is no part of it
    fine = True
    for name, chosen, work, wanted in (
        ("FIT, against fitdecode", fit, ours, FIT_RATIO),
        ("FIT with terrain, against fitdecode without", fit, ours_with_terrain, WHOLE_RATIO),
    ):
        fine &= compare(name, chosen, work, wanted)
    size = sum(len(data) for _, data in xml) / 1e6
    print(f"{size / cpu_s(ours, xml, 3):7.1f} MB/s         GPX and TCX ({size:.0f} MB)")
    fine &= compare(
        "an export's mixture with terrain, against all peers", files, ours_with_terrain, WHOLE_RATIO
    )
    return 0 if fine else 1


def compare(name: str, files: Files, work: Callable[[str, bytes], None], wanted: float) -> bool:
    """Print how many times as fast `work` is as the peers; whether that is as wanted."""
    before = cpu_s(work, files, 2)
    others = cpu_s(peers, files)
    own = min(before, cpu_s(work, files, 2))
    ratio = others / own
    print(f"{ratio:7.1f} times as fast  {name} ({own:.3f} s, {others:.2f} s; at least {wanted:g} is wanted)")
    return ratio >= wanted


if __name__ == "__main__":
    sys.exit(main())
