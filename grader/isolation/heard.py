"""Frames of workers that were read before: what is right is the same bytes of many submissions."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

_MOST_BYTES = 8 << 20
"""Bytes of frames that are kept, whoever sent them: those not heard for longest go first."""
_LONGEST = 1 << 15
"""Bytes of a frame that is kept."""
_MOST_ONCE = 10_000
"""Frames of which it is known that they were heard once."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One frame as it was read: its value, its parts, and the bytes of arrays named again.

    Nobody may change the value: it is another's answer, too.  ``digest`` is that of the frame.
    """

    value: Any
    parts: int
    repeated: int
    digest: bytes


class Hearing:
    """The frames heard lately, and not for the first time, by their digests."""

    def __init__(self) -> None:
        self._once: OrderedDict[bytes, None] = OrderedDict()
        self._frames: OrderedDict[bytes, tuple[Heard, int]] = OrderedDict()
        self._bytes = 0

    def known(self, data: bytes) -> tuple[bytes, Heard | None]:
        """Return a frame's digest, and what was read of the very same bytes."""
        digest = hashlib.sha256(data).digest()
        kept = self._frames.get(digest)
        if kept is None:
            return digest, None
        self._frames.move_to_end(digest)
        return digest, kept[0]

    def keep(self, heard: Heard, size: int) -> None:
        """Keep a frame of ``size`` bytes, if it was heard before."""
        if size > _LONGEST:
            return
        if heard.digest not in self._once:
            self._once[heard.digest] = None
            if len(self._once) > _MOST_ONCE:
                self._once.popitem(last=False)
            return
        del self._once[heard.digest]
        self._frames[heard.digest] = heard, size
        self._bytes += size
        while self._bytes > _MOST_BYTES:
            _, (_, size) = self._frames.popitem(last=False)
            self._bytes -= size
