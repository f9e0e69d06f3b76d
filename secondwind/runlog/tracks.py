"""A recording as bytes for the database, and back: whole numbers in fine steps, their differences, zlib.

A value comes back within half a step of its column (a place within 1 cm, a height within 5 mm). What does not
fit the steps is kept as it is. No Django, so that the process that reads an import can use it.
"""

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from secondwind.running.activity import Column, Samples

Whole = NDArray[np.int64]

MAGIC = b"SWT1"
LEVEL = 6
STEPS = {
    "time_s": 1e-3,
    "lat_deg": 1e-7,
    "lon_deg": 1e-7,
    "altitude_m": 0.01,
    "distance_m": 0.01,
    "heart_rate_bpm": 0.5,
    "cadence_spm": 0.5,
    "speed_mps": 1e-3,
    "power_w": 0.5,
    "temperature_c": 0.1,
}
BREAKS = "breaks"
EXTRA = "extra:"
MOST = 2.0**51
"""Whole numbers up to here, and their differences, are exact."""
SIZES = (np.int8, np.int16, np.int32, np.int64)


def packed(samples: Samples) -> bytes:
    """The samples as bytes; `unpacked` reads them."""
    heads, bodies = [], []
    for name, values in _named(samples):
        head, body = _column(name, values)
        heads.append({"name": name, "bytes": len(body), **head})
        bodies.append(body)
    table = json.dumps({"points": len(samples), "columns": heads}, separators=(",", ":")).encode()
    whole = b"".join((struct.pack("<I", len(table)), table, *bodies))
    return MAGIC + zlib.compress(whole, LEVEL)


def unpacked(data: bytes | memoryview) -> Samples:
    """The samples that were packed. Raises ValueError for bytes that are none."""
    raw = bytes(data)
    if raw[:4] != MAGIC:
        raise ValueError("these bytes are no recording")
    whole = zlib.decompress(raw[4:])
    (size,) = struct.unpack_from("<I", whole)
    table = json.loads(whole[4 : 4 + size])
    at, columns = 4 + size, {}
    for head in table["columns"]:
        columns[head["name"]] = _values(head, whole[at : at + head["bytes"]])
        at += head["bytes"]
    breaks = columns.pop(BREAKS, np.empty(0)).astype(np.int64)
    extra = {n.removeprefix(EXTRA): v for n, v in columns.items() if n.startswith(EXTRA)}
    own = {n: v for n, v in columns.items() if n in STEPS}
    own.setdefault("time_s", np.full(table["points"], np.nan))
    return Samples(breaks=breaks, extra=extra, **own)


def _named(samples: Samples) -> Iterator[tuple[str, Column]]:
    for field in fields(samples):
        if field.name in STEPS and (values := getattr(samples, field.name)) is not None:
            yield field.name, values
    if len(samples.breaks):
        yield BREAKS, samples.breaks.astype(np.float64)
    for name, values in samples.extra.items():
        yield EXTRA + name, values


def _column(name: str, values: Column) -> tuple[dict[str, object], bytes]:
    """How a column is kept, and its bytes: first which values are known (when not all are), then the rest."""
    known = np.isfinite(values)
    mask = b"" if known.all() else np.packbits(known).tobytes()
    inside = values[known]
    step = STEPS.get(name, 1.0 if name == BREAKS else 0.0)
    if not step or (len(inside) and np.abs(inside).max() / step > MOST):
        return {"kind": "plain", "count": len(values), "mask": len(mask)}, mask + inside.astype(
            "<f8"
        ).tobytes()
    whole = np.rint(inside / step).astype(np.int64)
    first = int(whole[0]) if len(whole) else 0
    kind, body = _smallest(np.diff(whole))
    head = {"kind": kind, "step": step, "first": first, "count": len(values), "mask": len(mask)}
    return head, mask + body


def _smallest(steps: Whole) -> tuple[str, bytes]:
    """The differences in as few bytes each as hold them all, the bytes of one weight side by side."""
    low, high = (int(steps.min()), int(steps.max())) if len(steps) else (0, 0)
    size = next(s for s in SIZES if np.iinfo(s).min <= low and high <= np.iinfo(s).max)
    small = np.ascontiguousarray(steps.astype(np.dtype(size).newbyteorder("<")))
    planes = small.view(np.uint8).reshape(len(steps), small.itemsize).T
    return np.dtype(size).name, np.ascontiguousarray(planes).tobytes()


def _values(head: dict[str, object], body: bytes) -> Column:
    count, masked = _number(head, "count"), _number(head, "mask")
    known = np.ones(count, bool)
    if masked:
        known = np.unpackbits(np.frombuffer(body[:masked], np.uint8), count=count).astype(bool)
    values = np.full(count, np.nan)
    rest = body[masked:]
    if head["kind"] == "plain":
        values[known] = np.frombuffer(rest, "<f8")
    elif known.any():
        size = np.dtype(str(head["kind"])).newbyteorder("<")
        planes = np.frombuffer(rest, np.uint8).reshape(size.itemsize, -1).T
        steps = np.ascontiguousarray(planes).view(size).ravel().astype(np.int64)
        whole = np.cumsum(np.concatenate(([_number(head, "first")], steps)))
        values[known] = whole * float(str(head["step"]))
    return values


def _number(head: dict[str, object], name: str) -> int:
    return int(str(head[name]))
