"""The entry point that `secondwind serve` gives to granian: the site, in a worker that leaves Ctrl-C alone.

A terminal sends Ctrl-C to granian and to its workers, and granian then tells the workers to stop. A WSGI
worker of granian 2.8 that gets both signals close together may never end, so the first is kept from it.
"""

import signal

from secondwind.config.wsgi import application
from secondwind.jobs import worker

__all__ = ["application"]

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
worker.start_thread()
