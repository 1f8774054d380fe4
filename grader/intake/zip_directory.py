"""How long a zip says that its list of members is: asked before that is taken into memory."""

from __future__ import annotations

import struct

MAX_DIRECTORY = 4 * 2**20
"""Bytes of the list of members of a student's own zip."""

_END = b"PK\x05\x06"


def directory_bytes(content: bytes) -> int:
    """Return how long the list of members says it is, before it is taken into memory.

    A zip of the 64-bit format has more than a student's zip may have.
    """
    end = _end_record(content)
    if end < 0 or len(content) < end + 22:
        return 0  # zipfile will say that this is no zip
    if content[max(0, end - 20) : end].startswith(b"PK\x06\x07"):
        return MAX_DIRECTORY + 1
    size: int = struct.unpack_from("<L", content, end + 12)[0]
    return size


def _end_record(content: bytes) -> int:
    """Return where zipfile will find the last record of a zip, -1 where it will find none.

    A record at the very end counts before any that looks like one within it, or in its comment.
    """
    last = len(content) - 22
    if content[max(0, last) :].startswith(_END) and content.endswith(bytes(2)):
        return last
    return content.rfind(_END, max(0, last - (1 << 16)))
