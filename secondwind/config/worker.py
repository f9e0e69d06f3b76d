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
# makes some thousands of objects, and nearly all are gone when it is sent; to look for those that are not
# several times a page was a twentieth of it.
get_resolver().url_patterns  # noqa: B018 - made when it is looked at
gc.collect()
gc.freeze()
gc.set_threshold(50_000)

worker.start_thread()
