"""The worker: a loop that runs what is due, in a thread beside the pages or in a process of its own."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.util import Finalize
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from django.utils.crypto import get_random_string

from secondwind.jobs import queue, schedule
from secondwind.jobs.errors import place_of
from secondwind.jobs.models import BEAT, Heartbeat

logger = logging.getLogger(__name__)

IDLE_S = 1.0
LONGEST_PAUSE_S = 60.0
LAST_WORDS_S = 1.0  # how long a job may still take when its process is told to end
SCHEDULE_EVERY = 5  # the schedule is asked at every fifth idle round, and after each job


class Tally(NamedTuple):
    """How many jobs ran, and how many of them failed."""

    run: int
    failed: int


class Worker:
    """One loop over the schedule and the queue. It ends soon after `stop` is set, between two jobs."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop
        self.id = ""
        self.errors = 0  # since the last round without one

    def run(self) -> None:
        """Run jobs until told to stop. A database that does not answer is asked again, ever more rarely."""
        with self._heartbeat():
            while not self.stop.is_set():
                try:
                    self._work()
                except Exception as error:  # noqa: BLE001 - the loop must outlive any error
                    self._rest_after(error)
            self._sign_off()

    def run_once(self) -> Tally:
        """Run everything that is due now, and nothing that becomes due later. Raises DatabaseError."""
        with self._heartbeat():
            self._sign_on()
            went_well = self._run_schedule() + self._run_queue()
            self._sign_off()
        return Tally(len(went_well), went_well.count(False))

    def _work(self) -> None:
        self._sign_on()
        rounds = 0
        while not self.stop.is_set():
            # By turns: neither a long schedule after a pause nor a long queue keeps the other waiting.
            ran = self._run_schedule(most=1) if rounds % SCHEDULE_EVERY == 0 else []
            ran += self._run_queue(most=1)
            rounds = 0 if ran else rounds + 1
            self.errors = 0
            close_old_connections()
            if rounds:
                self.stop.wait(IDLE_S)

    def _run_schedule(self, most: int | None = None) -> list[bool]:
        """Run the functions that are due, or so many; whether each went well."""
        ended: list[bool] = []
        for entry in schedule.due():
            if self.stop.is_set() or len(ended) == most:
                break
            went_well = schedule.run_if_due(entry)
            if went_well is not None:
                ended.append(went_well)
        return ended

    def _run_queue(self, most: int | None = None) -> list[bool]:
        """Run waiting tasks until there is none, or so many; whether each went well."""
        ended: list[bool] = []
        while not self.stop.is_set() and len(ended) != most:
            went_well = queue.run_next(self.id)
            if went_well is None:
                break
            ended.append(went_well)
        return ended

    # --- Signs of life ------------------------------------------------------------------------------------

    def _sign_on(self) -> None:
        """Be known as a new worker, so that what an earlier id of this one was doing counts as lost."""
        name = f"{socket.gethostname()[:30]}-{os.getpid()}-{get_random_string(12)}"
        schedule.enter_all()
        Heartbeat.objects.beat(name)
        Heartbeat.objects.filter(worker_id=self.id).delete()
        self.id = name

    def _sign_off(self) -> None:
        name, self.id = self.id, ""  # which beats no more
        with suppress(DatabaseError):
            Heartbeat.objects.filter(worker_id=name).delete()
        connections.close_all()

    def _rest_after(self, error: Exception) -> None:
        self.errors += 1
        pause_s = min(2.0 ** min(self.errors, 10), LONGEST_PAUSE_S)
        logger.warning("Jobs rest for %.0f s: %s", pause_s, place_of(error), exc_info=settings.DEBUG)
        with suppress(Exception):  # a connection that is broken may break once more when it is closed
            connections.close_all()
        self.stop.wait(pause_s)

    @contextmanager
    def _heartbeat(self) -> Iterator[None]:
        """Beat in a thread of its own, since a job may take longer than a worker may be silent."""
        ended = threading.Event()
        thread = threading.Thread(target=self._beat, args=[ended], name="jobs-heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(LAST_WORDS_S)

    def _beat(self, ended: threading.Event) -> None:
        _leave_signals_to_the_main_thread()
        while not ended.wait(BEAT.total_seconds()):
            with suppress(DatabaseError):  # the loop meets it too, and says so
                if self.id:
                    Heartbeat.objects.beat(self.id)
            connections.close_all()


def start_thread() -> threading.Thread | None:
    """Run a worker beside the pages of this process, if JOBS says so; None when it does not.

    The thread ends with the process: a job gets a second to end, and one that is cut is run again.
    """
    if settings.JOBS != "thread":
        return None
    worker = Worker(threading.Event())
    thread = threading.Thread(target=_run_in_thread, args=[worker], name="jobs", daemon=True)

    def end() -> None:
        worker.stop.set()
        thread.join(LAST_WORDS_S)

    # Unlike atexit's, these are called at the end of a server's worker process too.
    Finalize(None, end, exitpriority=10)
    thread.start()
    return thread


def _run_in_thread(worker: Worker) -> None:
    _leave_signals_to_the_main_thread()
    worker.run()


def _leave_signals_to_the_main_thread() -> None:
    # One that is handed to this thread would not wake the main thread, which waits for it.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
