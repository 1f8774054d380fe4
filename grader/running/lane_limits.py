"""What the judge process of a lane may take for one submission: memory, and its own time.

What a submission makes the judge do is bounded where the judge does it; this is what holds where
that has a hole.  It is the parent that holds a lane to it, by looking on from outside and by a
limit of the kernel's.  Of the time only the judge's own counts: neither its workers', nor that in
which it waits, for them or for a core.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
import time

MAX_SECONDS = 20.0
"""Processor time of a judge for one submission."""
MAX_MEMORY = 512 << 20
"""Bytes that a judge may hold."""
LOOK_SECONDS = 0.25
"""How often it is looked at."""


class LaneLimits:
    """Holds one process to its limits; where the system tells nothing of it, to none."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._start = 0.0

    def ready(self) -> None:
        """Have the kernel refuse it memory from now on beyond what it may hold."""
        if sys.platform != "linux":
            return
        with contextlib.suppress(OSError, ValueError, KeyError):
            status = _status(self._pid)
            room = max(0, MAX_MEMORY - status["VmRSS"])
            most = status["VmData"] + room
            hard = resource.prlimit(self._pid, resource.RLIMIT_DATA)[1]
            if hard == resource.RLIM_INFINITY or most < hard:
                resource.prlimit(self._pid, resource.RLIMIT_DATA, (most, most))

    def begin(self) -> None:
        """Begin with another submission."""
        self._start = self._seconds()

    def broken(self) -> str:
        """Return which limit it is over: "processor", "memory" or ""."""
        if self._seconds() - self._start > MAX_SECONDS:
            return "processor"
        return "memory" if self._memory() > MAX_MEMORY else ""

    def _seconds(self) -> float:
        """Return the processor time it has used."""
        if sys.platform == "linux":
            with contextlib.suppress(OSError):  # it has just ended
                return time.clock_gettime((~self._pid << 3) | 2)
        return self._start

    def _memory(self) -> int:
        with (
            contextlib.suppress(OSError, ValueError, IndexError),
            open(f"/proc/{self._pid}/statm") as file,
        ):
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return 0


def _status(pid: int) -> dict[str, int]:
    """Return the sizes in a process's status, in bytes."""
    with open(f"/proc/{pid}/status") as file:
        lines = [line.split() for line in file if line.rstrip().endswith("kB")]
    return {name.rstrip(":"): int(number) << 10 for name, number, _ in lines}
