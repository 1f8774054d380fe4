"""How long a worker has computed, and how long it has slept: the clock on the wall tells neither.

A worker that could run but has no core is not asleep, and neither is one that waits for the
judge.  ``/proc`` tells them apart: how long a process has run, how long it was ready to, and
whether it is now.  What is left is sleep, and that is the worker's own doing.
"""

from __future__ import annotations

import contextlib
import os
import time

from grader.isolation.child import Child

POLL_SECONDS = 0.05
"""How often a worker is looked at that says nothing."""

_MOST_AT_ONCE = 2 * POLL_SECONDS
"""A look that comes later than this says that the judge itself did not run."""

_WORTH_A_LOOK = 0.005
_STUCK_PER_CPU = 100.0
"""Seconds on the wall, per second of processor time, after which nobody waits any longer."""
_UNKNOWN_PER_CPU = 3.0
"""The same where the system does not tell sleeping from waiting."""


class Patience:
    """What one worker may still take for the calls of one function: ``seconds`` of each kind."""

    def __init__(self, child: Child, seconds: float) -> None:
        self._child, self._seconds = child, seconds
        self._waits, self._judge_waits = _Waits(child.pid), _Waits("self")
        self.begin()

    def begin(self) -> None:
        """Begin with another function."""
        self._cpu_start = self._child.cpu_seconds()
        self._asleep = 0.0
        self._start = time.monotonic()
        self._note(self._start)

    def go_on(self) -> None:
        """Go on when the judge has done its own part since it looked: that is nobody's time.

        What was not worth a look yet stays to be looked at: who says a word every millisecond
        sleeps no less.
        """
        took = time.monotonic() - self._began
        self._looked += took
        # it never sleeps there: what it did not compute it waited for a core
        self._judge_waited += max(0.0, took - (time.thread_time() - self._computed))

    def close(self) -> None:
        """Watch no more."""
        self._waits.close()
        self._judge_waits.close()

    def used(self) -> float:
        """Return the processor time used since it began."""
        return max(0.0, self._child.cpu_seconds() - self._cpu_start)

    def look(self, silent: bool) -> str:
        """Return what it has used up: "cpu limit", "wall limit", "stuck", or "" for nothing.

        ``silent`` says that nothing came and nothing is on its way to it.
        """
        now = self._began = time.monotonic()
        self._computed = time.thread_time()
        past = now - self._looked
        if self.used() > self._seconds:
            return "cpu limit"
        if past < _WORTH_A_LOOK:
            return ""
        waited = self._waits.seconds()
        if waited is None or self._waited is None:
            return "stuck" if now - self._start > _UNKNOWN_PER_CPU * self._seconds else ""
        idle = min(past, _MOST_AT_ONCE) - (self._child.cpu_seconds() - self._ran)
        idle -= waited - self._waited
        idle -= max(0.0, self._of_judge() - self._judge_waited)
        if not (silent and _is_ready(self._child.pid)):
            self._asleep += max(0.0, idle)
        self._note(now)
        if self._asleep > self._seconds:
            return "wall limit"
        return "stuck" if now - self._start > _STUCK_PER_CPU * self._seconds else ""

    def _note(self, now: float) -> None:
        """Keep in mind how things stand, for the next look."""
        self._looked, self._judge_waited = now, self._of_judge()
        self._ran, self._waited = self._child.cpu_seconds(), self._waits.seconds()

    def _of_judge(self) -> float:
        return self._judge_waits.seconds() or 0.0


class _Waits:
    """How long a process's first thread was ready to run and had no core."""

    def __init__(self, pid: int | str) -> None:
        self._file = -1
        with contextlib.suppress(OSError):
            self._file = os.open(f"/proc/{pid}/schedstat", os.O_RDONLY | os.O_CLOEXEC)

    def seconds(self) -> float | None:
        """Return it, None where the system does not tell, or the process has ended."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            return int(os.pread(self._file, 100, 0).split()[1]) / 1e9
        return None

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _is_ready(pid: int) -> bool:
    """Whether a thread of a process runs, could run, or waits for a disk."""
    with contextlib.suppress(OSError, IndexError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with (
                contextlib.suppress(FileNotFoundError, ProcessLookupError),
                open(f"/proc/{pid}/task/{task}/stat") as file,
            ):
                if file.read().rpartition(")")[2].split()[0] in ("R", "D"):
                    return True
    return False
