"""The trusted end of the wire: sends a submission to a worker and takes in its answers.

The worker may answer anything, or nothing.  Whatever breaks a limit or the protocol costs the
function that was running; the next function gets a fresh worker.
"""

from __future__ import annotations

import selectors
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, Self

from numpy.typing import NDArray

from grader.isolation.answers import GroupAnswer, Reply, Stopped, reply_of
from grader.isolation.child import Child
from grader.isolation.sandbox import Sandbox
from grader.record import Fact
from grader.worker.wire import READ_BYTES, FrameReader, WireError, frame

_POLL_SECONDS = 0.05
_MAX_BYTES = 256 << 20
"""Bytes that one worker may send in all."""
_WALL_PER_CPU = 3.0
"""Wall-clock seconds allowed per second of processor time: a busy machine is no mistake."""


@dataclass(frozen=True)
class Common:
    """What is the same for many submissions: arrays that calls take, and trusted code by file."""

    constants: Sequence[NDArray[Any]] = ()
    code: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """The calls of one function: ``frame`` holds them ready to send.

    A group without cases only imports a module; its ``function`` is "".
    """

    function: str
    cases: int
    frame: bytes


@dataclass(frozen=True)
class Lent:
    """Which right functions stand in the place of a submission's own.

    ``functions`` maps a module to the names lent in it, and these to the names of their
    methods, None for a plain function; ``expected`` maps one to the names that others may
    import, for which something stands in where they are not there; ``whole`` are modules that
    are not even tried; ``judged`` is the module whose function is judged beside them.
    """

    functions: Mapping[str, Mapping[str, Sequence[str] | None]] = field(default_factory=dict)
    expected: Mapping[str, Sequence[str]] = field(default_factory=dict)
    whole: tuple[str, ...] = ()
    judged: str = ""


def import_beside(lent: Lent, module: str) -> Group:
    """Return the group that imports a submission's modules afresh, beside what is lent."""
    message = {"module": module, "function": "", "cases": [], "lent": asdict(lent)}
    return Group("", 0, frame(message))


class Lends(Protocol):
    """Who answers the calls of lent functions."""

    def answer(self, request: Sequence[Any]) -> bytes:
        """Return the frame that answers ["lent", name, method, state, args, kwargs]."""


class _BrokenError(Exception):
    """The worker is of no more use."""

    def __init__(self, kind: str, **facts: Fact) -> None:
        super().__init__(kind)
        self.stopped = Stopped(kind, facts)


class Lane:
    """One zygote's workers, used for one submission after the other.

    ``timeout`` is the processor time in seconds that one function may take.
    """

    def __init__(self, sandbox: Sandbox, timeout: float) -> None:
        self._sandbox = sandbox
        self.timeout = timeout

    def keep(self, common: Common) -> None:
        """Have all workers to come hold from their start what submissions have in common."""
        self._sandbox.keep(asdict(common))

    def open(self, files: Mapping[str, bytes], common: Common | None = None) -> Worker:
        """Start a worker for a submission, with what is kept or with a common part of its own."""
        first = frame({"files": dict(files), "kept": common is None})
        if common is not None:
            first += frame(asdict(common))
        return Worker(self._sandbox.spawn(), first, self.timeout)


class Worker:
    """A submission's own locked process; a ``with`` ends it."""

    def __init__(self, child: Child, first: bytes, timeout: float) -> None:
        self._child = child
        self._outgoing = memoryview(first)
        self._timeout = timeout
        self._reader = FrameReader()
        self._received = 0
        self._groups: Sequence[Group] = ()
        self._lender: Lends | None = None
        self._answers: list[GroupAnswer] = []
        self._replies: list[tuple[Reply, ...] | None] = []
        self._cpu_start = 0.0
        self._checked = self._wall_start = time.monotonic()
        self._waits_for_room = True
        self.broken = False
        """Whether it came to no end, or broke the protocol: it is of no more use."""
        child.socket.setblocking(False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it does."""
        self._child.kill()
        self._child.reap()

    def ask(self, groups: Sequence[Group], lender: Lends | None = None) -> list[GroupAnswer]:
        """Have it answer the groups in turn, up to the first that came to no end."""
        self._groups, self._lender, self._answers = groups, lender, []
        self._outgoing = memoryview(b"".join([self._outgoing, *(one.frame for one in groups)]))
        self._waits_for_room = True
        self._checked = self._wall_start = time.monotonic()
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._child.socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
                while len(self._answers) < len(self._groups):
                    self._turn(selector)
        except _BrokenError as broken:
            self.broken = True
            if len(self._answers) < len(self._groups):  # else it said more than it was asked
                self._finish_group(broken.stopped)
        return self._answers

    def _turn(self, selector: selectors.BaseSelector) -> None:
        for _, events in selector.select(_POLL_SECONDS):
            if events & selectors.EVENT_WRITE:
                self._send(selector)
            if events & selectors.EVENT_READ:
                self._receive(selector)
        if time.monotonic() - self._checked > _POLL_SECONDS:
            self._check_limits()

    def _send(self, selector: selectors.BaseSelector) -> None:
        try:
            sent = self._child.socket.send(self._outgoing)
        except BlockingIOError:
            sent = 0
        except OSError:  # it will be read as the end of the stream, after what came before
            sent = len(self._outgoing)
        self._outgoing = self._outgoing[sent:]
        self._watch(selector)

    def _watch(self, selector: selectors.BaseSelector) -> None:
        """Wait for room to send only while there is something to be sent."""
        waits = bool(self._outgoing)
        if waits != self._waits_for_room:
            self._waits_for_room = waits
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if waits else 0)
            selector.modify(self._child.socket, events)

    def _receive(self, selector: selectors.BaseSelector) -> None:
        try:
            data = self._child.socket.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            raise _BrokenError("died", reason=self._child.reap().reason)
        self._received += len(data)
        if self._received > _MAX_BYTES:
            raise _BrokenError("nonsense reply")
        self._reader.feed(data)
        try:
            while (message := self._reader.next()) is not None:
                self._take(message, selector)
        except (WireError, ValueError, TypeError, KeyError, IndexError) as error:
            raise _BrokenError("nonsense reply") from error

    def _take(self, message: Any, selector: selectors.BaseSelector) -> None:
        if len(self._answers) == len(self._groups):
            raise WireError("more than was asked for")
        kind, *rest = message
        if kind == "case":
            (replies,) = rest
            if len(self._replies) == self._groups[len(self._answers)].cases:
                raise WireError("more cases than were asked for")
            self._replies.append(tuple(reply_of(reply) for reply in replies))
        elif kind == "end" and not rest:
            if len(self._replies) != self._groups[len(self._answers)].cases:
                raise WireError("fewer cases than were asked for")
            self._finish_group(None)
        elif kind == "lent" and self._lender is not None:
            self._outgoing = memoryview(bytes(self._outgoing) + self._lender.answer(message))
            self._send(selector)
        else:
            raise WireError("an unknown message")

    def _finish_group(self, stopped: Stopped | None) -> None:
        group = self._groups[len(self._answers)]
        missing = group.cases - len(self._replies)
        cpu = self._child.cpu_seconds()
        self._answers.append(
            GroupAnswer(
                (*self._replies, *[None] * missing), stopped, max(0.0, cpu - self._cpu_start)
            )
        )
        self._replies = []
        self._cpu_start, self._wall_start = cpu, time.monotonic()

    def _check_limits(self) -> None:
        self._checked = time.monotonic()
        if self._child.cpu_seconds() - self._cpu_start > self._timeout:
            raise _BrokenError("cpu limit", seconds=_number(self._timeout))
        if self._checked - self._wall_start > self._timeout * _WALL_PER_CPU:
            raise _BrokenError("wall limit", seconds=_number(self._timeout * _WALL_PER_CPU))


def _number(seconds: float) -> int | float:
    return int(seconds) if seconds == int(seconds) else seconds
