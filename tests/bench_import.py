"""What an import costs: `make bench-import`.

Makes a Strava export of 1,000 watch files (700 FIT, 250 GPX, 50 TCX, all gzipped) with manual runs and runs
that two devices recorded, serves a site of its own, and imports the export through the page, as people do,
while another visitor keeps opening pages. Prints seconds (at most 60 on two cores are wanted), the computing
time, the peak memory of all processes of the site (at most 300 MB), and how long pages took meanwhile; checks
that nothing is lost, that a second import adds nothing, and that undo removes exactly what was brought.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from secondwind.runlog.tests import strava_export
from tests.serving import Site

if TYPE_CHECKING:
    from secondwind.accounts.models import User
    from secondwind.runlog.models import Batch

MOST_S, MOST_MB = 60, 300
PATIENCE_S = 900


def main() -> None:
    """Print the figures; the exit status is 1 when something is lost or left."""
    with tempfile.TemporaryDirectory(prefix="secondwind-bench-") as folder:
        root = Path(folder)
        export = root / "export.zip"
        expected = strava_export.make(export)
        print(f"{export.stat().st_size / 1e6:7.0f} MB of export, {expected.imported} activities in it")
        os.environ |= {"VAR_DIR": str(root / "var"), "DJANGO_SETTINGS_MODULE": "secondwind.config.settings"}
        with Site(root, watched=True) as site:
            sys.exit(0 if _measure(site, export, expected) else 1)


def _measure(site: Site, export: Path, expected: strava_export.Expected) -> bool:
    import django

    django.setup()
    from secondwind.accounts.models import User
    from secondwind.runlog.models import Original, Run, Shoe, Track

    user = User.objects.create_user("runner", "runner@example.org", "correct horse battery")

    def rows() -> tuple[int, ...]:
        return tuple(model.objects.count() for model in (Run, Track, Original, Shoe))

    with Visitor(site.address) as idle:
        time.sleep(5)
    before, cpu = rows(), site.cpu_s()
    with Visitor(site.address) as busy:
        seconds, first = _import(site, user, export)
    print(f"{seconds:7.1f} s from sending the export to the end of its report (at most {MOST_S})")
    print(f"{site.cpu_s() - cpu:7.1f} s of computing for it, of which the visitor's pages are a part")
    print(f"{site.peak_mb():7.0f} MB at the peak, all processes of the site (at most {MOST_MB})")
    print(f"{idle.middle_ms():7.0f} ms for a page before, {busy.middle_ms():.0f} ms meanwhile;"
          f" of 20 the slowest {busy.slow_ms():.0f} ms, of all {busy.slowest_ms():.0f} ms")  # fmt: skip
    after = rows()
    print(f"{first.imported:7} imported, {first.duplicates} found to be here already, {after[3]} shoes")
    seconds, second = _import(site, user, export)
    print(f"{second.imported:7} added by a second import, in {seconds:.1f} s")
    again = rows()
    begin = time.perf_counter()
    _curl(site, user, f"/log/import/{first.pk}/undo/")
    print(f"{time.perf_counter() - begin:7.1f} s to take it back, which leaves {sum(rows())} rows")
    return all((
        first.imported == after[0] == expected.imported,
        first.duplicates == expected.duplicates,
        (first.damaged, second.imported) == (0, 0),
        after == again,
        after[3] == expected.shoes,
        rows() == before,
    ))  # fmt: skip


def _import(site: Site, user: "User", export: Path) -> tuple[float, "Batch"]:
    from secondwind.runlog.models import Batch, BatchState

    begin = time.perf_counter()
    _curl(site, user, "/log/import/", "-F", f"files=@{export}")
    while time.perf_counter() - begin < PATIENCE_S:
        batch = Batch.objects.order_by("-pk").first()
        if batch and batch.state in {BatchState.DONE, BatchState.FAILED}:
            return time.perf_counter() - begin, batch
        time.sleep(0.5)
    raise SystemExit(f"The import did not end within {PATIENCE_S} s.")


def _curl(site: Site, user: "User", path: str, *form: str) -> None:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.middleware.csrf import _get_new_csrf_string

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    token = _get_new_csrf_string()
    cookies = f"sessionid={session.session_key}; csrftoken={token}"
    command = ["curl", "--silent", "--fail", "--show-error", "--cookie", cookies, "-o", os.devnull]
    command += ["-F", f"csrfmiddlewaretoken={token}", *form, site.address + path]
    subprocess.run(command, check=True)


class Visitor:
    """Somebody who opens a page every fifth of a second, and how long each took."""

    def __init__(self, address: str) -> None:
        self._pages = [address + "/community/", address + "/conditions/", address + "/account/login/"]
        self._times: list[float] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._visit, daemon=True)

    def __enter__(self) -> "Visitor":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._thread.join()
        self._times.sort()

    def middle_ms(self) -> float:
        """The middle of all."""
        return self._ms(statistics.median)

    def slow_ms(self) -> float:
        """What 19 of 20 stay below."""
        return self._ms(lambda times: times[int(len(times) * 0.95)])

    def slowest_ms(self) -> float:
        """The slowest of all."""
        return self._ms(max)

    def _ms(self, of: Callable[[list[float]], float]) -> float:
        return of(self._times) * 1000 if self._times else float("nan")

    def _visit(self) -> None:
        from urllib.request import urlopen

        number = 0
        while not self._ended.wait(0.2):
            begin = time.perf_counter()
            with urlopen(self._pages[number % len(self._pages)], timeout=60) as page:
                page.read()
            self._times.append(time.perf_counter() - begin)
            number += 1


if __name__ == "__main__":
    main()
