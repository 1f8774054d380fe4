"""One locked worker as the judge holds it: its socket, its processor time, its end."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Wait = Callable[[int, int], dict[str, Any]]
"""wait(pid, pidfd) -> what the zygote says of a worker's end; pidfd is -1 where there are none."""


@dataclass(frozen=True)
class End:
    """How a worker ended."""

    reason: str
    cpu_seconds: float
    signal: int = 0


class Child:
    """One locked worker."""

    def __init__(self, wait: Wait, connection: socket.socket, pid: int, pidfd: int) -> None:
        self.socket = connection
        self._wait, self._pid, self._pidfd = wait, pid, pidfd
        self.pid = _own_number(pidfd) or pid
        """Its number as this process sees it; the zygote may see another."""
        self._clock = None if pidfd < 0 else (~self.pid << 3) | 2
        self._last_cpu = 0.0
        self._end: End | None = None

    def cpu_seconds(self) -> float:
        """Return the processor time it has used so far."""
        if self._end is None and self._clock is not None:
            with contextlib.suppress(OSError):  # it has just ended
                self._last_cpu = time.clock_gettime(self._clock)
        return self._last_cpu

    def kill(self) -> None:
        """End it, whatever it does; once it has ended this does nothing."""
        if self._end is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            if self._pidfd >= 0:
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            else:  # not waited for yet, so the number is still its own
                os.kill(self._pid, signal.SIGKILL)

    def ended(self, seconds: float) -> bool:
        """Wait so long at most for its end, and say whether it came."""
        return self._pidfd < 0 or bool(select.select([self._pidfd], [], [], seconds)[0])

    def reap(self) -> End:
        """Wait for its end and say how it came."""
        if self._end is None:
            self.cpu_seconds()
            answer = self._wait(self._pid, self._pidfd)
            code = os.waitstatus_to_exitcode(answer["status"])
            reason = f"signal {-code}" if code < 0 else f"exit status {code}"
            self._end = End(reason, answer["cpu"], max(0, -code))
            self._last_cpu = self._end.cpu_seconds
            self.socket.close()
            if self._pidfd >= 0:
                os.close(self._pidfd)
        return self._end


def _own_number(pidfd: int) -> int:
    """Return the number of a process as this one sees it, 0 where there is no telling."""
    try:
        with open(f"/proc/self/fdinfo/{pidfd}") as file:
            fields = dict(line.split(":", 1) for line in file.read().splitlines())
        return max(0, int(fields["Pid"]))
    except (OSError, KeyError, ValueError):
        return 0
