"""Lanes forked from one that is ready, which never reads a submission.

To get ready takes a lane seconds; its fork begins with the same hidden cases, the same tables of
known mistakes and a fork of the same zygote at once.  That is safe because of the order: all that
a fork starts from was made before any submission was read, and the process it is forked from reads
none ever, so that whatever one submission does to its lane is in no other.  A zygote holds no
submission either (see ``grader.worker.zygote``).
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import reduction
from multiprocessing.connection import Connection
from socket import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.isolation.sandbox import Sandbox

POSSIBLE = hasattr(os, "pidfd_open")
"""Elsewhere the end of a process that is not one's own child cannot be waited for."""

_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Fork:
    """Asks a lane that is ready for its twin; a socket for it comes next.

    It is answered by the twin's number, or None where there can be none.
    """


@dataclass(frozen=True)
class Reap:
    """Asks how a twin has ended; it is answered by its exit code, negative for a signal."""

    pid: int


class TwinProcess:
    """A twin's process, as ``subprocess.Popen`` would show it to the one that asked for it."""

    def __init__(self, pid: int, mother: Connection) -> None:
        self.pid = pid
        self._mother = mother
        self._pidfd = os.pidfd_open(pid)  # its mother does not reap it before she is asked to
        self._code: int | None = None

    def kill(self) -> None:
        """End it, whatever it does."""
        if self._code is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return its exit code; raises subprocess.TimeoutExpired."""
        if self._code is None:
            if not select.select([self._pidfd], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("a lane", timeout or 0.0)
            self._code = self._asked()
            os.close(self._pidfd)
        return self._code

    def _asked(self) -> int:
        with contextlib.suppress(OSError, EOFError):
            self._mother.send(Reap(self.pid))
            if self._mother.poll(_PATIENCE_SECONDS):
                return int(self._mother.recv())
        return -signal.SIGKILL  # with its mother nobody knows any more


def twin_of(mother: Connection, pid: int, theirs: socket) -> TwinProcess | None:
    """Have a lane that is ready forked, to be spoken to on a socket; None where it cannot be."""
    with contextlib.suppress(OSError, EOFError):
        mother.send(Fork())
        reduction.send_handle(mother, theirs.fileno(), pid)
        twin = mother.recv()
        if isinstance(twin, int):
            return TwinProcess(twin, mother)
    return None


def be_forked(mother: Connection, sandbox: Sandbox, begin: Callable[[int], None]) -> Connection:
    """Fork as asked, and return what is listened to from then on, in this process and in the twin.

    In the twin ``begin`` is called with the descriptor of its own connection.
    """
    from grader.isolation.sandbox import SandboxError

    descriptor = reduction.recv_handle(mother)
    try:
        control = sandbox.admit()
    except SandboxError:
        os.close(descriptor)
        mother.send(None)
        return mother
    gc.collect()
    gc.freeze()  # what both have stays shared
    pid = os.fork()
    if pid:
        os.close(descriptor)
        control.close()
        mother.send(pid)
        return mother
    sandbox.take(control)
    mother.close()
    begin(descriptor)
    return Connection(descriptor)


def reap(asked: Reap) -> int:
    """Return how a twin has ended."""
    _, status = os.waitpid(asked.pid, 0)
    return os.waitstatus_to_exitcode(status)
