"""The trusted end of the wire: sends a submission to a worker and takes in its answers.

The worker may answer anything, or nothing.  Whatever breaks a limit or a rule costs the function
that was running; the next function gets a fresh worker.  One group is sent when the one before it
has ended, so that each is charged with its own time alone.
"""

from __future__ import annotations

import contextlib
import selectors
import signal
import socket
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Self

from grader.isolation.answers import GroupAnswer, Reply, Stopped, replies_of
from grader.isolation.child import Child
from grader.isolation.groups import Common, Group, Lends
from grader.isolation.heard import Heard, Hearing
from grader.isolation.patience import POLL_SECONDS, Patience
from grader.isolation.rules import BrokenRuleError, ReplyReader, of_length
from grader.isolation.sandbox import Sandbox
from grader.record import Fact
from grader.worker.wire import READ_BYTES, WireError, frame

_OWN_SIGNALS = frozenset(
    {
        *(signal.SIGILL, signal.SIGTRAP, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE),
        *(signal.SIGSEGV, signal.SIGSYS, signal.SIGXFSZ),
        *(signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF),
    }
)
"""What a process dies of by what it does itself: by a fault, or by its own alarm."""


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
        self._hearing = Hearing()
        self.timeout = timeout

    @property
    def may_end_itself(self) -> bool:
        """Whether a worker can have itself killed, so that it looks as if somebody else had."""
        return not self._sandbox.isolation.filtered

    def keep(self, common: Common) -> None:
        """Have all workers to come hold from their start what submissions have in common."""
        self._sandbox.keep(asdict(common))

    def open(self, files: Mapping[str, bytes], common: Common | None = None) -> Worker:
        """Start a worker for a submission, with what is kept or with a common part of its own."""
        first = frame({"files": dict(files), "kept": common is None})
        if common is not None:
            first += frame(asdict(common))
        return Worker(self._sandbox.spawn(), first, self.timeout, self._hearing)

    def watch(self, files: Mapping[str, bytes], timeout: float) -> Worker:
        """Start a worker that records what a submission's expressions make."""
        first = frame({"files": dict(files), "kept": True, "watched": True})
        return Worker(self._sandbox.spawn(), first, min(timeout, self.timeout))


class Worker:
    """A submission's own locked process; a ``with`` ends it."""

    def __init__(
        self, child: Child, first: bytes, timeout: float, hearing: Hearing | None = None
    ) -> None:
        self._child = child
        self._outgoing = memoryview(first)
        self._timeout = timeout
        self._reader = ReplyReader(hearing)
        self._patience = Patience(child, timeout)
        self._groups: Sequence[Group] = ()
        self._lender: Lends | None = None
        self._answers: list[GroupAnswer] = []
        self._replies: list[tuple[Reply, ...] | None] = []
        self._made: Any = None
        self._waits_for_room = True
        self.broken = False
        """Whether it came to no end, or broke a rule: it is of no more use."""
        child.socket.setblocking(False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it does."""
        self._child.kill()
        self._child.reap()
        self._patience.close()

    def ask(self, groups: Sequence[Group], lender: Lends | None = None) -> list[GroupAnswer]:
        """Have it answer the groups in turn, up to the first that came to no end."""
        self._groups, self._lender, self._answers = groups, lender, []
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._child.socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
                self._waits_for_room = True
                while len(self._answers) < len(self._groups) and not self.broken:
                    self._begin_group(selector)
                    asked = len(self._answers)
                    while len(self._answers) == asked:
                        self._turn(selector)
                    self._hear_nothing()
        except _BrokenError as broken:
            self.broken = True
            self._finish_group(broken.stopped)
        return self._answers

    def _begin_group(self, selector: selectors.BaseSelector) -> None:
        self._replies = []
        self._reader.begin()
        self._patience.begin()
        self._say(self._groups[len(self._answers)].frame, selector)

    def _hear_nothing(self) -> None:
        """See that a group that has ended says no more: the next has not even been asked."""
        with contextlib.suppress(OSError):
            if self._child.socket.recv(1, socket.MSG_PEEK):
                said_more = Stopped("broke rules", {"rule": "turn"})
                self._answers[-1] = _silenced(self._answers[-1], said_more)
                self.broken = True

    def _turn(self, selector: selectors.BaseSelector) -> None:
        ready = selector.select(POLL_SECONDS)
        if used_up := self._patience.look(silent=not ready and not self._outgoing):
            raise _BrokenError(used_up, seconds=_number(self._timeout))
        for _, events in ready:
            if events & selectors.EVENT_WRITE:
                self._send(selector)
            if events & selectors.EVENT_READ:
                self._receive(selector)
        if ready:
            self._patience.go_on()

    def _say(self, data: bytes, selector: selectors.BaseSelector) -> None:
        self._outgoing = memoryview(bytes(self._outgoing) + data)
        self._send(selector)

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
            raise self._ended()
        try:
            self._reader.feed(data)
            while (heard := self._reader.next()) is not None:
                self._take(heard, selector)
        except BrokenRuleError as error:
            raise _BrokenError("broke rules", rule=error.rule) from error
        except WireError as error:
            raise _BrokenError("broke rules", rule="form") from error

    def _ended(self) -> _BrokenError:
        """Say what is known of a process that has hung up: it ends, or it goes on for itself."""
        while not self._child.ended(POLL_SECONDS):
            if used_up := self._patience.look(silent=True):
                return _BrokenError(used_up, seconds=_number(self._timeout))
        end = self._child.reap()
        if end.signal and end.signal not in _OWN_SIGNALS:
            return _BrokenError("killed", reason=end.reason)
        return _BrokenError("died", reason=end.reason)

    def _take(self, heard: Heard, selector: selectors.BaseSelector) -> None:
        message = heard.value
        if type(message) is not list or not message:
            raise BrokenRuleError("form")
        if len(self._answers) == len(self._groups):
            raise BrokenRuleError("turn")
        due = self._groups[len(self._answers)].cases
        if message[0] == "case":
            if len(self._replies) == len(due):
                raise BrokenRuleError("turn")
            _, said = of_length(message, 2)
            self._replies.append(replies_of(said, due[len(self._replies)], heard.digest))
        elif message[0] == "made" and self._groups[len(self._answers)].recorded:
            if len(self._replies) != 1 or self._made is not None:
                raise BrokenRuleError("turn")
            _, self._made = of_length(message, 2)
        elif message[0] == "end":
            of_length(message, 1)
            if len(self._replies) != len(due) or not self._reader.empty:
                raise BrokenRuleError("turn")
            self._finish_group(None)
        elif message[0] == "lent" and self._lender is not None:
            self._say(self._lender.answer(message), selector)
        else:
            raise BrokenRuleError("turn")

    def _finish_group(self, stopped: Stopped | None) -> None:
        group = self._groups[len(self._answers)]
        missing = len(group.cases) - len(self._replies)
        replies = (*self._replies, *[None] * missing)
        answer = GroupAnswer(replies, stopped, self._patience.used(), self._made)
        broke_rules = stopped is not None and stopped.kind == "broke rules"
        self._answers.append(_silenced(answer, stopped) if broke_rules else answer)
        self._replies, self._made = [], None


def _silenced(answer: GroupAnswer, stopped: Stopped | None) -> GroupAnswer:
    """Return what is left of an answer where a rule was broken: nothing."""
    return replace(answer, replies=(None,) * len(answer.replies), stopped=stopped, made=None)


def _number(seconds: float) -> int | float:
    return int(seconds) if seconds == int(seconds) else seconds
