"""Runs a command and tells its processor time, wall time and memory, children included."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
GRADE = (sys.executable, "-c", "from grader.commands.main import main; main()")
ANY_CODE = range(-64, 256)
"""For commands that submissions may end: that is no failure, but what it cost."""

_PR_SET_CHILD_SUBREAPER = 36
_GRACE_SECONDS = 20.0
_PATIENCE_SECONDS = 7200.0
"""After which a command is ended: nothing that is measured takes as long."""


@dataclass(frozen=True)
class Sample:
    """Memory in MiB at one moment: the command's own, and of each child with and without its own.

    ``children`` maps the pid of a child of the command, and of a lane that is forked from one, to
    (its own, all that is below it but such lanes).
    """

    at: float
    own: float
    children: Mapping[int, tuple[float, float]]

    @property
    def total(self) -> float:
        """All processes together."""
        return self.own + sum(own + below for own, below in self.children.values())


@dataclass(frozen=True)
class Cost:
    """Seconds of processor and wall time of a command and all below it, and its memory over time.

    Memory is the proportional set size, where pages that processes share are counted once.
    """

    cpu: float
    wall: float
    samples: Sequence[Sample] = field(default=(), repr=False)

    @property
    def memory(self) -> float:
        """The peak of all processes together, in MiB."""
        return max((sample.total for sample in self.samples), default=0.0)


def run(
    command: Sequence[object],
    cwd: Path = ROOT,
    codes: Collection[int] = (0,),
    env: Mapping[str, str] | None = None,
    every: float = 0.2,
    meanwhile: Callable[[], bool] | None = None,
) -> Cost:
    """Run a command to its end; RuntimeError if it ends with an exit code that is not due.

    ``every`` is the time between two looks at its memory.  ``meanwhile`` is called over and over
    while it runs, until it returns True.
    """
    adopt_orphans()
    others = _children()
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        memory = _Memory(process.pid, every)
        memory.start()
        patience = threading.Timer(_PATIENCE_SECONDS, _kill, [process.pid])
        patience.daemon = True
        patience.start()
        try:
            while meanwhile is not None and not meanwhile():
                time.sleep(0.005)
                if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                    break
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:  # Ctrl-C is for this process alone: the other is in its own session
            _kill(process.pid)
            raise
        finally:
            patience.cancel()
        wall = time.perf_counter() - start
        memory.over.set()
        memory.join()
        cpu = usage.ru_utime + usage.ru_stime + _reap_orphans(but=others)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in codes:
            said.seek(0)
            text = said.read().decode(errors="replace").strip()[-2000:]
            raise RuntimeError(f"{command[0]} ended with {process.returncode}: {text}")
    return Cost(cpu, wall, tuple(memory.samples))


def grade_run(
    folder: Path,
    *options: str | Path,
    out: Path | None = None,
    meanwhile: Callable[[], bool] | None = None,
) -> Cost:
    """Grade a class with the command, into ``out`` or a folder that is forgotten."""
    with tempfile.TemporaryDirectory() as forgotten:
        place = out or Path(forgotten, "results")
        command = [*GRADE, "run", "rnn_bptt", folder, "--out", place, *options]
        return run(command, every=1.0, meanwhile=meanwhile)


class _Memory(threading.Thread):
    """Looks at the memory of a process and all below it, some times a second."""

    def __init__(self, pid: int, every: float) -> None:
        super().__init__(daemon=True)
        self.pid, self.every, self.over = pid, every, threading.Event()
        self.samples: list[Sample] = []
        self._start = time.perf_counter()

    def run(self) -> None:
        while not self.over.wait(self.every):
            at = time.perf_counter() - self._start
            parents = _parents()
            direct = {child for child, parent in parents.items() if parent == self.pid}
            below = {child for one in direct for child in _below(one, parents)}
            counted = direct | {pid for pid in below if _is_lane(pid)}
            others = {pid: parent for pid, parent in parents.items() if pid not in counted}
            children = {one: (_pss(one), sum(map(_pss, _below(one, others)))) for one in counted}
            self.samples.append(Sample(at, _pss(self.pid), children))


def _parents() -> dict[int, int]:
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                stat = Path("/proc", entry, "stat").read_text()
                parents[int(entry)] = int(stat.rpartition(")")[2].split()[1])
    return parents


def _below(pid: int, parents: Mapping[int, int]) -> Iterator[int]:
    for child, parent in parents.items():
        if parent == pid:
            yield child
            yield from _below(child, parents)


def _is_lane(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return b"lane_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _pss(pid: int) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return float(line.split()[1]) / 1024
    return 0.0


def _kill(pid: int) -> None:
    """End a command and all of its session that did not leave its process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def adopt_orphans() -> None:
    """Have processes whose parent has ended become this one's children, so that they count."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _reap_orphans(but: Collection[int]) -> float:
    """Wait a moment for adopted processes to end; the seconds of processor time they took.

    Children that were there before are left alone.
    """
    seconds, end = 0.0, time.monotonic() + _GRACE_SECONDS
    while (orphans := _children() - set(but)) and time.monotonic() < end:
        for orphan in orphans:
            with contextlib.suppress(ChildProcessError):
                pid, _, usage = os.wait4(orphan, os.WNOHANG)
                seconds += usage.ru_utime + usage.ru_stime if pid else 0.0
        time.sleep(0.02)
    return seconds


def _children() -> set[int]:
    """Return the children of this process, those included that have ended."""
    return {child for child, parent in _parents().items() if parent == os.getpid()}


def no_orphans(patience: float) -> int:
    """Wait until no adopted process is left; return how many are when the seconds are over."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.05)
        except ChildProcessError:
            return 0
    return len(psutil.Process().children(recursive=True))


def machine() -> str:
    """Return one line about this machine, and the date."""
    name = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    system = f"Linux {platform.release().split('-')[0]}, Python {platform.python_version()}"
    return f"{cores()} cores ({name}), {system}, {date.today().isoformat()}"


def cores() -> int:
    """Return how many cores this process may use, as `grade run` counts its lanes."""
    return len(os.sched_getaffinity(0))


def commit() -> str:
    """Return the commit that is measured; what measuring itself writes is no change to it."""

    def told(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
        return done.stdout.strip()

    written = [":!benchmarks/results", ":!docs/large-classes.md"]
    changed = told("status", "--porcelain", "--untracked-files=no", "--", ".", *written)
    return (told("describe", "--always") or "no commit") + ("-dirty" if changed else "")
