"""The engines, one module each. A new one is a module here with a class that extends `Engine`, and its
test."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from secondwind.archive.engine import Engine


@cache
def engines() -> tuple[Engine, ...]:
    """One of each, in the order of their names."""
    found = []
    for module in iter_modules(__path__):
        held = import_module(f"{__name__}.{module.name}")
        found += [
            one()
            for one in vars(held).values()
            if isinstance(one, type) and issubclass(one, Engine) and one.__module__ == held.__name__
        ]
    return tuple(sorted(found, key=lambda one: one.name))
