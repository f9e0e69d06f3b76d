"""`secondwind serve` and `secondwind dev`: prepare the site, say where it is, serve it."""

import argparse
import hashlib
import json
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from secondwind.config import env

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def serve(argv: Sequence[str]) -> int:
    """Prepare the site and become its server.

    The exit status is 0 after Ctrl-C, 1 when the site cannot start (a port in use, an error in the clinical
    knowledge, a database that does not answer), 2 for a wrong setting; a sentence says which.
    """
    host, port = _address("serve", argv)
    workers = env.whole_number("WORKERS", default=1, least=1, most=256)
    threads = env.whole_number("THREADS", default=4, least=1, most=256)
    _set_up()
    if not (_can_listen(host, port) and _knowledge_is_sound() and _migrate()):
        return 1
    _collect_static()
    _announce(host, port)
    return _become_server(host, port, workers, threads)


def dev(argv: Sequence[str]) -> int:
    """Serve for work on the site: DEBUG is on and a changed file restarts it. Needs no collected files."""
    os.environ.setdefault("DEBUG", "yes")
    host, port = _address("dev", argv)
    _set_up()
    # The reloader runs this once in a parent that watches and again in each child that serves.
    if os.environ.get("RUN_MAIN") != "true":
        if not (_can_listen(host, port) and _knowledge_is_sound() and _migrate()):
            return 1
        _announce(host, port)
    else:
        from secondwind.jobs import worker

        worker.start_thread()
    from secondwind.cli import django_commands

    return django_commands.main(["runserver", f"[{host}]:{port}" if ":" in host else f"{host}:{port}"])


def _address(command: str, argv: Sequence[str]) -> tuple[str, int]:
    parser = argparse.ArgumentParser(
        prog=f"secondwind {command}",
        description="Settings come from the environment: HOST and PORT say where to listen, and "
        "docs/configure.md lists the others.",
    )
    parser.parse_args(argv)
    return env.text("HOST", default="127.0.0.1"), env.whole_number("PORT", default=8000, least=1, most=65535)


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondwind.config.settings")
    import django

    django.setup()


def _can_listen(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or error
            print(f"Cannot listen on {host} port {port}: {reason}. Set HOST or PORT.", file=sys.stderr)
            return False
    return True


def _knowledge_is_sound() -> bool:
    from secondwind.clinic import knowledge

    try:
        knowledge.load()
    except knowledge.KnowledgeError as error:
        print(error, file=sys.stderr)
        print("The clinical knowledge has an error, so nothing is served.", file=sys.stderr)
        return False
    return True


def _migrate() -> bool:
    from django.core.management import call_command
    from django.db import OperationalError

    try:
        call_command("migrate", interactive=False, verbosity=0, skip_checks=False)
    except OperationalError as error:
        print(f"The database cannot be used: {str(error).strip()}", file=sys.stderr)
        return False
    return True


def _collect_static() -> None:
    """Collect, hash and compress static files when they differ from what was collected last."""
    from django.conf import settings
    from django.core.management import call_command

    if settings.DEBUG:
        return
    root = Path(settings.STATIC_ROOT)
    stamp = root.with_name("static.collected")  # beside the folder, since everything inside it is served
    fingerprint = _static_fingerprint()
    collected = (root / "staticfiles.json").exists() and stamp.exists()
    if collected and stamp.read_text(encoding="ascii") == fingerprint:
        return
    print("Collecting static files")
    root.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint, encoding="ascii")


def _static_fingerprint() -> str:
    """A digest of every static file's name and content, and of how they are stored."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.blake2b(json.dumps(settings.STORAGES["staticfiles"], sort_keys=True).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            with storage.open(name) as file:
                digest.update(f"\0{name}\0{storage.size(name)}\0".encode() + file.read())
    return digest.hexdigest()


def _announce(host: str, port: int) -> None:
    from django.conf import settings

    shown = f"[{host}]" if ":" in host else host
    print(f"Second Wind is at http://{shown}:{port}/ (Ctrl-C stops it)", flush=True)
    if host not in LOOPBACK and not settings.SITE_URL and not env.words("ALLOWED_HOSTS"):
        print("Other machines will be refused until SITE_URL says which address they use.", flush=True)
    if settings.JOBS == "process" and not _a_worker_runs():
        print("Work beside the pages waits until `secondwind jobs` runs too.", flush=True)


def _a_worker_runs() -> bool:
    from secondwind.jobs.models import Heartbeat

    return Heartbeat.objects.alive().exists()


def _become_server(host: str, port: int, workers: int, threads: int) -> NoReturn:
    # The server takes this process's place, so that no second Python stays in memory beside it and a signal
    # sent to this process reaches it.
    os.execv(sys.executable, [sys.executable, *server(host, port, workers, threads)])


def server(
    host: str, port: int, workers: int, threads: int, serves: str = "secondwind.config.worker:application"
) -> list[str]:
    """The words after `python` that make it the server of a WSGI application."""
    words = ["-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning"]
    words += ["--host", host, "--port", str(port)]
    words += ["--workers", str(workers), "--blocking-threads", str(threads)]
    words += ["--workers-kill-timeout", "10"]  # in seconds: how long a page may still take after Ctrl-C
    return [*words, serves]
