"""What a worker may send, and in what size: everything beyond it breaks the rules.

A submission runs beside the code that answers for it, so it may write whatever it likes to the
judge.  All of it is looked at here, where it arrives, before any of it is made into objects:
caps inside the worker are a courtesy.  What breaks a rule is named by a key of ``BROKEN``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.isolation.heard import Heard, Hearing
from grader.worker.wire import HEADER, OF_WORKERS, WireError, unpack

MAX_BYTES = 8 << 20
"""Bytes that may arrive for one function, an array that is named again counted again."""
MAX_PARTS = 100_000
"""Numbers, texts, lists, arrays and so on that may arrive for one function."""
MAX_DEPTH = 32
"""Of lists within lists."""

BROKEN = frozenset(
    {"bytes", "parts", "depth", "frame", "kinds", "form", "turn", "signal", "memory", "processor"}
)
"""What may have been broken; the last three are of processes, not of messages."""


class BrokenRuleError(WireError):
    """A worker sent what it may not; ``rule`` says what, as a key of ``BROKEN``."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


_SKIP, _LIST, _MAP, _MARK, _SIZED, _SIZED_LIST, _SIZED_MAP, _SIZED_MARK, _REFUSED = range(9)


def _kinds() -> list[tuple[int, int]]:
    """Return what each first byte of msgpack says: a kind, and a length or that of its length."""
    kinds = [(_SKIP, 0)] * 256
    kinds[0x80:0x90] = [(_MAP, n) for n in range(16)]
    kinds[0x90:0xA0] = [(_LIST, n) for n in range(16)]
    kinds[0xA0:0xC0] = [(_SKIP, n) for n in range(32)]
    kinds[0xC1] = (_REFUSED, 0)  # never used
    kinds[0xC4:0xC7] = [(_REFUSED, 0)] * 3  # bare bytes are no answer
    kinds[0xC7:0xCA] = [(_SIZED_MARK, n) for n in (1, 2, 4)]
    for first, size in {0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8}.items():
        kinds[first] = (_SKIP, size)
    for first, size in {0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8}.items():
        kinds[first] = (_SKIP, size)
    kinds[0xD4:0xD9] = [(_MARK, n) for n in (1, 2, 4, 8, 16)]
    kinds[0xD9:0xDC] = [(_SIZED, n) for n in (1, 2, 4)]
    kinds[0xDC:0xDE] = [(_SIZED_LIST, n) for n in (2, 4)]
    kinds[0xDE:0xE0] = [(_SIZED_MAP, n) for n in (2, 4)]
    return kinds


_KINDS = _kinds()
_MARKS = frozenset(bytes([code]) for code in OF_WORKERS)


def parts_of(data: bytes, most: int = MAX_PARTS) -> int:
    """Count the parts of a frame without making any of them; it stops where they are too many.

    Raises BrokenRuleError also for what is nested too deeply, and for what is no frame.
    """
    waiting: list[int] = [1]  # parts that are still to come, of each list around
    at, parts, end = 0, 0, len(data)
    while waiting:
        if not waiting[-1]:
            waiting.pop()
            continue
        waiting[-1] -= 1
        parts += 1
        if parts > most:
            raise BrokenRuleError("parts")
        if at >= end:
            raise BrokenRuleError("frame")
        kind, number = _KINDS[data[at]]
        at += 1
        if kind == _SKIP:
            at += number
            continue
        if kind == _REFUSED:
            raise BrokenRuleError("kinds")
        if kind >= _SIZED:
            size, number = number, int.from_bytes(data[at : at + number], "big")
            at += size
        if kind in (_MARK, _SIZED_MARK):
            if data[at : at + 1] not in _MARKS:
                raise BrokenRuleError("kinds")
            at += 1
        if kind in (_MARK, _SIZED, _SIZED_MARK):
            at += number
            continue
        waiting.append(2 * number if kind in (_MAP, _SIZED_MAP) else number)
        if len(waiting) > MAX_DEPTH:
            raise BrokenRuleError("depth")
    if at != end:
        raise BrokenRuleError("frame")
    return parts


class ReplyReader:
    """Cuts what a worker sends into frames, within what may arrive for one function.

    With ``hearing`` a frame that was read before is not read again: it counts alike.
    """

    def __init__(self, hearing: Hearing | None = None) -> None:
        self._hearing = hearing
        self._buffer = bytearray()
        self.begin()

    def begin(self) -> None:
        """Begin with another function."""
        self._arrived = self._repeated = self._parts = 0

    @property
    def empty(self) -> bool:
        """Whether nothing has arrived that was not taken."""
        return not self._buffer

    def feed(self, data: bytes) -> None:
        """Add the next bytes of the stream; raises BrokenRuleError where they are too many."""
        self._arrived += len(data)
        self._within_bytes()
        self._buffer += data

    def next(self) -> Heard | None:
        """Return the next whole frame, or None if more bytes are needed.

        Raises BrokenRuleError for everything that no worker has a reason to send.
        """
        if len(self._buffer) < HEADER.size:
            return None
        (length,) = HEADER.unpack_from(self._buffer)
        if length > MAX_BYTES:
            raise BrokenRuleError("bytes")
        end = HEADER.size + length
        if len(self._buffer) < end:
            return None
        data = bytes(self._buffer[HEADER.size : end])
        del self._buffer[:end]
        digest, heard = b"", None
        if self._hearing is not None:
            digest, heard = self._hearing.known(data)
        if heard is None:
            heard = self._read(data, digest)
            if self._hearing is not None:
                self._hearing.keep(heard, len(data))
        elif self._parts + heard.parts > MAX_PARTS:
            raise BrokenRuleError("parts")
        else:
            self._repeated += heard.repeated
            self._within_bytes()
        self._parts += heard.parts
        return heard

    def _read(self, data: bytes, digest: bytes) -> Heard:
        def repeated(size: int) -> None:
            self._repeated += size
            self._within_bytes()

        parts, before = parts_of(data, MAX_PARTS - self._parts), self._repeated
        try:
            return Heard(unpack(data, repeated=repeated), parts, self._repeated - before, digest)
        except BrokenRuleError:
            raise
        except WireError as error:
            raise BrokenRuleError("kinds") from error

    def _within_bytes(self) -> None:
        if self._arrived + self._repeated > MAX_BYTES:
            raise BrokenRuleError("bytes")


def texts(some: Any, most: int, longest: int) -> tuple[str, ...]:
    """Return a list of short texts; raises BrokenRuleError where it is anything else."""
    if type(some) is not list or len(some) > most:
        raise BrokenRuleError("form")
    return tuple(text(one, longest) for one in some)


def text(one: Any, longest: int) -> str:
    """Return a short text; raises BrokenRuleError where it is anything else."""
    if type(one) is not str or len(one) > longest:
        raise BrokenRuleError("form")
    return one


def number(one: Any, below: int) -> int:
    """Return a whole number from 0 on; raises BrokenRuleError where it is anything else."""
    if type(one) is not int or not 0 <= one < below:
        raise BrokenRuleError("form")
    return one


def of_length(some: Any, length: int) -> Sequence[Any]:
    """Return a list of that length; raises BrokenRuleError where it is anything else."""
    if type(some) not in (list, tuple) or len(some) != length:
        raise BrokenRuleError("form")
    return list(some)
