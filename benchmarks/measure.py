"""Runs a command and tells its processor time, wall time and peak memory, children included."""

from __future__ import annotations

import os
import platform
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Seconds of processor and wall time, and peak memory in MiB.

    Memory is the proportional set size, where pages that processes share are counted once: of
    all processes (``memory``), and of all but the command's own (``below``).
    """

    cpu: float
    wall: float
    memory: float
    below: float


def run(command: Sequence[str], cwd: Path, codes: Sequence[int] = (0,)) -> Cost:
    """Run a command to its end; RuntimeError if it ends with an exit code that is not due."""
    start = time.perf_counter()
    with subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    ) as process:
        peak = _Peak(process.pid)
        peak.start()
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        peak.over.set()
        peak.join()
    if process.returncode not in codes:
        said = output.decode(errors="replace")[-2000:]
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {said}")
    wall = time.perf_counter() - start
    return Cost(usage.ru_utime + usage.ru_stime, wall, peak.kib / 1024, peak.below / 1024)


class _Peak(threading.Thread):
    """Looks at the memory of a process and all below it, some times a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.kib, self.below, self.over = pid, 0.0, 0.0, threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.5):
            own, *others = map(_pss, _family(self.pid))
            self.kib = max(self.kib, own + sum(others))
            self.below = max(self.below, sum(others))


def _family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path("/proc", entry, "stat").read_text()
            except OSError:
                continue
            parents[int(entry)] = int(stat.rpartition(")")[2].split()[1])
    family = [pid]
    for one in family:
        family += [child for child, parent in parents.items() if parent == one]
    return family


def _pss(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return float(line.split()[1])
    except OSError:
        pass
    return 0.0


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
    return f"{os.cpu_count()} cores ({name}), {system}, {date.today().isoformat()}"
