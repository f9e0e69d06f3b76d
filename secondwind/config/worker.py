"""The entry point that `secondwind serve` gives to granian: the site, in a worker that leaves Ctrl-C alone.

A terminal sends Ctrl-C to granian and to its workers, and granian then tells the workers to stop. A WSGI
worker of granian 2.8 that gets both signals close together may never end, so the first is kept from it.
"""

import gc
import signal

from django.urls import get_resolver

from secondwind.config.wsgi import application
from secondwind.jobs import worker

__all__ = ["application"]

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

# What every page needs is read before the first visitor comes, and left out of garbage collection from then
# on: going through it took a tenth of a second every few thousand pages, in which nobody was answered. A page
# leaves a hundred objects that refer to each other and holds thousands while it is made: to look through them
# after every 700 stopped one page in 700 for 30 ms, and every 5,000 none in 2,500 for more than 12 ms.
get_resolver().url_patterns  # noqa: B018 - made when it is looked at
gc.collect()
gc.freeze()
gc.set_threshold(5_000)

worker.start_thread()
