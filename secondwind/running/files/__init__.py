"""Watch files: bytes in, activities out, whatever the format.

The format is known by the content, not by the name. Everything that can be read is kept, and what was lost
stands in the activity's `warnings`; a file of which nothing can be kept raises `Unreadable` with a sentence.
"""

from __future__ import annotations

from dataclasses import replace

from secondwind.running.activity import Activity
from secondwind.running.files import fit, gpx, tcx
from secondwind.running.files.fit_stream import header_size
from secondwind.running.files.limits import LIMITS, Limits, NotAnActivity, Unreadable
from secondwind.running.files.unpack import GZIP, gunzip
from secondwind.running.files.xml import utf8

__all__ = ["LIMITS", "Limits", "NotAnActivity", "Unreadable", "read"]

ROOT_WITHIN = 4096


def read(name: str, data: bytes, limits: Limits = LIMITS) -> list[Activity]:
    """The activities of one FIT, GPX or TCX file, gzipped or not; `name` is used in messages only.

    At least one is given. Raises NotAnActivity for a sound file of another kind, else Unreadable.
    """
    if len(data) > limits.file_bytes:
        raise Unreadable(f"The file has {len(data)} bytes; at most {limits.file_bytes} are read.")
    lost = ""
    if data[:2] == GZIP:
        data, lost = gunzip(data, limits)
    try:
        found = _read(name, data, limits)
    except Unreadable as error:
        if lost and not isinstance(error, NotAnActivity):
            raise Unreadable(f"{lost} {error}") from None
        raise
    except MemoryError:
        raise Unreadable("Reading the file would take more memory than there is.") from None
    return [replace(a, warnings=(lost, *a.warnings)) for a in found] if lost else found


def _read(name: str, data: bytes, limits: Limits) -> list[Activity]:
    if header_size(data):
        return fit.read(data, limits)
    head = utf8(data[:ROOT_WITHIN])
    if head[:1] == b"<":
        return _read_xml(head, data, limits)
    raise Unreadable(_what_else(name, data))


def _read_xml(head: bytes, data: bytes, limits: Limits) -> list[Activity]:
    # By the root's name; by a point's when the beginning of the file is lost.
    if b"TrainingCenterDatabase" in head or (b"<Trackpoint" in data and b"<trkpt" not in data):
        return tcx.read(data, limits)
    if b"gpx" in head or b"<trkpt" in data:
        return gpx.read(data, limits)
    raise Unreadable("The file is XML, but neither GPX nor TCX: its root is of another kind.")


def _what_else(name: str, data: bytes) -> str:
    if not data.strip(b"\0 \t\r\n"):
        return "The file is empty." if not data else "The file holds nothing but blanks or zeros."
    if data[:4] == b"PK\x03\x04":
        return "This is a zip archive, not a single activity: import it as an archive."
    if name.lower().removesuffix(".gz").endswith(".fit"):
        return "The file does not begin with a FIT header (“.FIT” at byte 8)."
    return "The file is none of FIT, GPX and TCX: it does not begin like any of them."
