"""What sending submissions to a Dask cluster adds: a scheduler and two workers on this machine."""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.classes import ROOT, make_class, submissions
from benchmarks.measure import cores, grade_run
from benchmarks.options import Options
from benchmarks.stored import Found, table

TITLE = "What a Dask cluster adds"
PATIENCE, GRACE = 60, 20


def measure(options: Options) -> dict[str, Any]:
    """Grade the same class with lanes of this machine, and through a cluster on it."""
    size = options.some
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        folder = make_class(place / "submitted", size)
        here = grade_run(folder, out=place / "results")
        print(f"  here: {here.cpu:.1f} s of CPU, {here.wall:.1f} s", flush=True)
        few = make_class(place / "few", max(size // 10, 1))
        ends: list[float] = []
        with _cluster(place, ends) as file:
            there = grade_run(folder, "--cluster", file)
        with _cluster(place, []) as file:
            start = grade_run(few, "--cluster", file)
        print(f"  there: {there.cpu + sum(ends):.1f} s of CPU, {there.wall:.1f} s", flush=True)
        sent, taken = _travels(folder, place / "results")
    return {
        "cores": cores(),
        "size": size,
        "few": max(size // 10, 1),
        "start": start.cpu,
        "here": {"cpu": here.cpu, "wall": here.wall},
        "there": {"command": there.cpu, "others": sum(ends), "wall": there.wall},
        "bytes_out": sent,
        "bytes_back": taken,
    }


@contextlib.contextmanager
def _cluster(place: Path, ends: list[float]) -> Iterator[Path]:
    """Start a scheduler and a worker per core; ``ends`` gets the processor seconds of each."""
    file = place / "scheduler.json"
    local = ["--host", "127.0.0.1"]
    commands = [
        ["dask_scheduler", *local, "--port", "0", "--scheduler-file", str(file), "--no-dashboard"],
        *(
            [
                *("dask_worker", *local, "--scheduler-file", str(file), "--nthreads", "1"),
                *("--no-nanny", "--no-dashboard", "--name", f"worker-{number}"),
            ]
            for number in range(cores())
        ),
    ]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{name}", *options],
            cwd=place,
            env={**os.environ, "PYTHONPATH": str(ROOT)},  # the very program that sends
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for name, *options in commands
    ]
    try:
        _wait_for(file, cores())
        yield file
    finally:
        for process in reversed(processes):  # workers say goodbye to a scheduler that is there
            ends.append(_end(process))


def _end(process: subprocess.Popen[bytes]) -> float:
    """End a process, by force if it does not listen; the seconds of processor time it took."""
    process.terminate()
    force = threading.Timer(GRACE, process.kill)
    force.start()
    _, status, usage = os.wait4(process.pid, 0)
    force.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def _wait_for(file: Path, workers: int) -> None:
    from distributed import Client

    end = time.monotonic() + PATIENCE
    while not file.exists() and time.monotonic() < end:
        time.sleep(0.1)
    with Client(scheduler_file=str(file), set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=PATIENCE)


def _travels(folder: Path, results: Path) -> tuple[float, float]:
    """Return how many bytes a submission and a report have as they travel, on average."""
    from grader.course import find_course
    from grader.intake.submission import read_submission
    from grader.running.stored_results import stored_reports

    assignment = find_course(ROOT).assignment("rnn_bptt")
    sent = [
        len(pickle.dumps(read_submission(path, student, assignment)))
        for student, path in submissions(folder).items()
    ]
    taken = [len(pickle.dumps(report)) for report in stored_reports(results, assignment)]
    return sum(sent) / len(sent), sum(taken) / len(taken)


def added(found: Found) -> float:
    """Return the seconds of processor time that a submission costs more, all processes together."""
    more = found["there"]["command"] + found["there"]["others"] - found["here"]["cpu"]
    return float(more / found["size"])


def by_command(found: Found) -> float:
    """Return the seconds that the command itself, which feeds the cluster, takes a submission.

    Its start is taken off: what it takes for a class of a tenth of the size tells.
    """
    more = found["there"]["command"] - found["start"]
    return float(more / (found["size"] - found["few"]))


def text(found: Found) -> str:
    """Return the table."""
    here, there = found["here"], found["there"]
    rows = [
        (
            f"{found['cores']} lanes of `grade run`",
            f"{here['cpu']:.1f}",
            f"{here['wall']:.1f}",
            f"{1000 * here['cpu'] / found['size']:.0f}",
        ),
        (
            f"`grade run --cluster`, {found['cores']} workers of one thread",
            f"{there['command'] + there['others']:.1f}",
            f"{there['wall']:.1f}",
            f"{1000 * (there['command'] + there['others']) / found['size']:.0f}",
        ),
    ]
    return "\n\n".join(
        [
            table((f"{found['size']} submissions", "CPU s", "wall s", "CPU ms each"), rows),
            "The scheduler, the workers and all that they start up are counted; that the cluster "
            "was there already is not taken off.  Of the second run the command itself, which "
            "reads, sends, receives and writes, took "
            f"{there['command']:.1f} s ({1000 * by_command(found):.1f} ms a further submission).  "
            f"A submission travels as {found['bytes_out'] / 1024:.1f} KiB, its record as "
            f"{found['bytes_back'] / 1024:.1f} KiB.",
        ]
    )
