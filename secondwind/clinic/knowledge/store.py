"""Where the data files are, what version they are, and the copy of a valid set in the cache directory."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

LISTS = (
    "areas",
    "regions",
    "findings",
    "treatments",
    "tests",
    "suspicions",
    "danger_signs",
    "implied",
    "return_plans",
    "sources",
    "engine",
    "similarity",
)
"""The data files that stand directly in the knowledge directory."""


def data_files(root: Path) -> list[Path]:
    """Every data file below the knowledge directory, in a fixed order."""
    top = [p for name in LISTS if (p := root / f"{name}.yaml").is_file()]
    return top + sorted(root.glob("conditions/*.yaml")) + sorted(root.glob("language/*.yaml"))


def read_bytes(root: Path) -> dict[str, bytes]:
    """File name (relative, with slashes) to content, in the order of `data_files`."""
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in data_files(root)}


def version_of(contents: dict[str, bytes]) -> str:
    """The SHA-256 of names and contents, in hex."""
    digest = hashlib.sha256()
    for name, content in contents.items():
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def cache_directory() -> Path:
    """`SECONDWIND_CACHE`, else `secondwind` below the user's cache directory (XDG)."""
    if named := os.environ.get("SECONDWIND_CACHE"):
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "secondwind"


def _cache_file(version: str) -> Path:
    """One file for each state of the data and of the code and schemas that judged it."""
    here = Path(__file__).parent
    judges = {p.name: p.read_bytes() for p in sorted([*here.glob("*.py"), *here.glob("schema/*.yaml")])}
    return cache_directory() / f"knowledge-{version[:24]}-{version_of(judges)[:8]}.json"


def read_copy(version: str) -> dict[str, Any] | None:
    """The checked data of that version, if a readable copy is kept."""
    try:
        raw = json.loads(_cache_file(version).read_bytes())
    except (OSError, RuntimeError, ValueError):  # RuntimeError: there is no home directory
        return None
    return raw if isinstance(raw, dict) else None


def write_copy(version: str, raw: dict[str, Any]) -> None:
    """Keep the checked data for the next process, whole or not at all; a directory that cannot be written
    is no error.
    """
    with contextlib.suppress(OSError, RuntimeError):
        target = _cache_file(version)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix="knowledge-", suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(raw, file, ensure_ascii=False, separators=(",", ":"))
            Path(name).replace(target)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        _drop_old_copies(target)


def _drop_old_copies(kept: Path) -> None:
    """Leave the newest few copies, so that editing the data does not fill the cache directory."""
    copies = sorted(kept.parent.glob("knowledge-*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in copies[8:]:
        old.unlink(missing_ok=True)
