"""Gzip with bounds: what a compressed file may become, and what a cut one still gives."""

from __future__ import annotations

import zlib

from secondwind.running.files.limits import Limits, Unreadable

GZIP = b"\x1f\x8b"
PIECE = 2**20
MOST_MEMBERS = 100


def gunzip(data: bytes, limits: Limits) -> tuple[bytes, str]:
    """The content of gzipped data, and a sentence on what was lost ("" when nothing was).

    Raises Unreadable when it grows beyond `limits.file_bytes`, or when nothing comes out of it.
    """
    whole = bytearray()
    rest, members = data, 0
    while rest[:2] == GZIP and members < MOST_MEMBERS:
        members += 1
        unpacker = zlib.decompressobj(wbits=31)
        try:
            piece = unpacker.decompress(rest, PIECE)
            while piece:
                whole += piece
                if len(whole) > limits.file_bytes:
                    raise Unreadable(f"The file unpacks to more than {limits.file_bytes // 2**20} MB.")
                piece = unpacker.decompress(unpacker.unconsumed_tail, PIECE)
        except zlib.error:
            if not whole:
                raise Unreadable(
                    "The file is compressed with gzip, but its first bytes are damaged."
                ) from None
            return bytes(whole), f"The compressed file is damaged: only {len(whole)} bytes could be unpacked."
        if not unpacker.eof:
            return bytes(whole), f"The compressed file breaks off after {len(whole)} unpacked bytes."
        rest = unpacker.unused_data
    return bytes(whole), ""
