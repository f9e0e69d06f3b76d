"""Many things in one job, where an error of one is no reason to leave the others."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError

from secondwind.jobs.errors import place_of

logger = logging.getLogger(__name__)

T = TypeVar("T")


def for_each(function: Callable[[T], object], things: Iterable[T]) -> None:
    """Call a function with each thing.

    What raises is logged, the others have their turn, and the first error is raised at the end. A database
    that does not answer ends it at once: none of the others would fare better.
    """
    first: Exception | None = None
    for thing in things:
        try:
            function(thing)
        except (InterfaceError, OperationalError):
            raise
        except Exception as error:
            logger.error("One of many failed: %s", place_of(error), exc_info=settings.DEBUG)
            first = first or error
    if first is not None:
        raise first
