"""The two indexes behind one face.

Each module has the same functions: `put` writes, `ranked` and `newest` find, `count_words` counts. What is
deleted goes out of the index by itself.
"""

from types import ModuleType

from django.db import connection


def backend() -> ModuleType:
    """The module for the database of this site."""
    if connection.vendor == "postgresql":
        from secondwind.search.backends import postgres

        return postgres
    from secondwind.search.backends import sqlite

    return sqlite
