"""A site of one's own for measuring: served as it is for people, in a folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from secondwind.cli.serve import server


class Site:
    """A served site with its own folder, and the memory of its processes where it is `watched`: looking at
    that four times a second takes milliseconds from the processor that serves.

    `instead` names another WSGI application to be served by the same server with the same settings.
    """

    def __init__(self, root: Path, instead: str = "", *, watched: bool = False) -> None:
        self._instead, self._is_watched = instead, watched
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._log = (root / "log").open("wb")
        self._peak = 0
        self._ended = threading.Event()

    def __enter__(self) -> "Site":
        env = os.environ | {"PORT": str(self.port), "LOG_LEVEL": "WARNING"}
        self._process = subprocess.Popen(self._command(), env=env, stdout=self._log, stderr=self._log)
        self._watch = threading.Thread(target=self._follow, daemon=True)
        if self._is_watched:
            self._watch.start()
        for _ in range(240):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return self
            time.sleep(0.5)
        raise SystemExit("The site does not answer.")

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(20)
        self._process.kill()
        self._log.close()

    def _command(self) -> list[str]:
        if not self._instead:
            return [sys.executable, "-m", "secondwind", "serve"]
        return [
            sys.executable,
            *server("127.0.0.1", self.port, int(os.environ.get("WORKERS", "1")), 4, self._instead),
        ]

    def peak_mb(self) -> float:
        """The most memory that all its processes had together (PSS, which counts shared pages once)."""
        return self._peak / 1e6

    def cpu_s(self) -> float:
        """The computing time of all its processes, with those that have ended and were waited for."""
        ticks = sum(sum(_times(pid)) for pid in _family(self._process.pid))
        return ticks / os.sysconf("SC_CLK_TCK")

    def _follow(self) -> None:
        while not self._ended.wait(0.25):
            self._peak = max(self._peak, sum(map(_memory, _family(self._process.pid))))


def _family(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        with suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def _times(pid: int) -> list[int]:
    """Ticks of a process and of its ended children, in user and in system mode."""
    with suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]]
    return []


def _memory(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
