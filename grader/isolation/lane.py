"""The trusted end of the wire: sends a submission to a worker and takes in its answers.

The worker may answer anything, or nothing.  Whatever breaks a limit or the protocol costs the
function that was running; the next function gets a fresh worker.
"""

from __future__ import annotations

import selectors
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from grader.isolation.child import Child
from grader.isolation.sandbox import Sandbox
from grader.record import Fact
from grader.worker.wire import FrameReader, WireError, frame

_POLL_SECONDS = 0.05
_MAX_BYTES = 256 << 20
"""Bytes that one worker may send in all."""
_WALL_PER_CPU = 3.0
"""Wall-clock seconds allowed per second of processor time: a busy machine is no mistake."""


@dataclass(frozen=True)
class Value:
    """What step ``step`` of a case returned, as plain data."""

    step: int
    data: Any


@dataclass(frozen=True)
class Raised:
    """An exception in place of a result, as the worker tells it: nothing here is checked yet."""

    step: int
    type: str
    bases: tuple[str, ...]
    importing: bool
    frames: tuple[tuple[str, int, str], ...]
    text: str
    name: str


Reply = Value | Raised


@dataclass(frozen=True)
class Stopped:
    """Why a group of calls came to no end: "cpu limit", "wall limit", "died", "nonsense reply"."""

    kind: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """Everything a worker is told before the first call, submission apart."""

    constants: bytes
    probes: str = ""
    lend: Mapping[str, Mapping[str, Sequence[str] | None]] = field(default_factory=dict)
    whole: tuple[str, ...] = ()
    judged: str = ""


@dataclass(frozen=True)
class Group:
    """The calls of one function: ``frame`` holds them ready to send.

    A group without cases only imports the module; its ``function`` is "".
    """

    function: str
    cases: int
    frame: bytes


@dataclass(frozen=True)
class GroupAnswer:
    """What came back for one group: per case the replies, None where none came."""

    replies: tuple[tuple[Reply, ...] | None, ...]
    stopped: Stopped | None = None
    cpu_seconds: float = 0.0


class Lends(Protocol):
    """Who answers the calls of lent functions."""

    def answer(self, request: Sequence[Any]) -> list[Any]:
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

    def ask(
        self,
        files: Mapping[str, bytes],
        setting: Setting,
        groups: Sequence[Group],
        lender: Lends | None = None,
    ) -> list[GroupAnswer]:
        """Have one worker answer the groups in turn, up to the first that came to no end."""
        submission = frame(
            {
                "files": dict(files),
                "probes": setting.probes,
                "lend": {module: dict(names) for module, names in setting.lend.items()},
                "whole": list(setting.whole),
                "judged": setting.judged,
            }
        )
        outgoing = b"".join([submission, setting.constants, *(group.frame for group in groups)])
        child = self._sandbox.spawn()
        try:
            return _Conversation(child, groups, outgoing, lender, self.timeout).hold()
        finally:
            child.kill()
            child.reap()


class _Conversation:
    """One worker's answers to a row of groups, until it is done or broken."""

    def __init__(
        self,
        child: Child,
        groups: Sequence[Group],
        outgoing: bytes,
        lender: Lends | None,
        timeout: float,
    ) -> None:
        self._child = child
        self._groups = groups
        self._outgoing = memoryview(outgoing)
        self._lender = lender
        self._timeout = timeout
        self._reader = FrameReader()
        self._received = 0
        self._answers: list[GroupAnswer] = []
        self._replies: list[tuple[Reply, ...] | None] = []
        self._cpu_start = 0.0
        self._waits_for_room = True
        self._checked = self._wall_start = time.monotonic()

    def hold(self) -> list[GroupAnswer]:
        """Return an answer for every group up to the first that broke, that one included."""
        self._child.socket.setblocking(False)
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._child.socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
                while len(self._answers) < len(self._groups):
                    self._turn(selector)
        except _BrokenError as broken:
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
            data = self._child.socket.recv(1 << 18)
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
            self._replies.append(tuple(_reply(reply) for reply in replies))
        elif kind == "end" and not rest:
            if len(self._replies) != self._groups[len(self._answers)].cases:
                raise WireError("fewer cases than were asked for")
            self._finish_group(None)
        elif kind == "lent" and self._lender is not None:
            self._outgoing = memoryview(bytes(self._outgoing) + frame(self._lender.answer(message)))
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


def _reply(message: Any) -> Reply:
    """Check one reply's form; raises one of the errors that mean nonsense."""
    kind, step, content = message
    if kind == "value":
        return Value(int(step), content)
    if kind != "raised":
        raise WireError("an unknown reply")
    frames = tuple((str(file), int(line), str(name)) for file, line, name in content["frames"])
    return Raised(
        step=int(step),
        type=str(content["type"]),
        bases=tuple(str(base) for base in content["bases"]),
        importing=bool(content["importing"]),
        frames=frames,
        text=str(content["text"]),
        name=str(content["name"]),
    )
