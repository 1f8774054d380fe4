"""Runs the installed command, in a small course whose class is judged within a second."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from grader.authoring.new import new_assignment
from grader.course import Course
from tests.warm_commands import run_warm

GRADE = Path(sys.executable).parent / "grade"
ROOT = Path(__file__).resolve().parents[1]
QUICK_START = ROOT / "tests" / "quick_start"
SAMPLE = ROOT / "samples" / "rnn_bptt" / "submitted"

LOOPS = "def leaky_sum(x, keep):\n    while True:\n        pass\n"
FORGETS_NOTHING = """\
import numpy as np

def leaky_sum(x, keep):
    return np.cumsum(x, axis=1)
"""

PATIENCE = 1200
"""Seconds after which a test that waits gives up; no test asserts how long anything takes."""


@dataclass(frozen=True)
class Done:
    """A command that has ended: its exit code, and what it printed and complained about."""

    code: int
    out: str
    err: str


def environment() -> dict[str, str]:
    """Return an environment in which the width of lines is no chance, and nothing is coloured."""
    fixed = {"COLUMNS", "LINES", "TERM", "FORCE_COLOR", "NO_COLOR", "PYTHONIOENCODING"}
    kept = {name: value for name, value in os.environ.items() if name not in fixed}
    return {**kept, "PYTHONPATH": str(QUICK_START)}


def grade(
    *arguments: str | Path,
    where: Path = ROOT,
    before: Callable[[], None] | None = None,
    **env: str,
) -> Done:
    """Run `grade` in a folder to its end; ``before`` is called in its process first.

    Where nothing is unusual it is a fork of a process that has imported what `grade` needs.
    """
    if before is None and not env:
        return Done(*run_warm("grade", arguments, where, environment()))
    done = subprocess.run(
        [GRADE, *arguments],
        cwd=where,
        env={**environment(), **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
        preexec_fn=before,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def refused(*arguments: str | Path, where: Path) -> tuple[int, str]:
    """Run a `grade` that prints nothing; return its exit code and its complaint."""
    done = grade(*arguments, where=where)
    assert done.out == ""
    return done.code, done.err


def small_course(folder: Path, *names: str) -> Path:
    """Make a course with assignments of one function each, by default one called "leaky"."""
    for name in names or ("leaky",):
        new_assignment(Course(folder), name)
    return folder


def right(course: Path, remark: str = "") -> str:
    """Return a right solution; a remark makes it another file than the next one."""
    return (course / "solutions/leaky/leaky.py").read_text("utf-8") + f"# {remark}\n"


def hand_in(course: Path, **sources: str) -> None:
    """Put the sources of some students where nbgrader collects them."""
    for student, source in sources.items():
        folder = course / "submitted" / student / "leaky"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "leaky.py").write_text(source, "utf-8")


def results(course: Path, student: str) -> Any:
    """Return a student's results.json."""
    path = course / "graded/leaky" / student / "results.json"
    return json.loads(path.read_text("utf-8"))


def files(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder by their relative paths; not those of `.run`, nor the
    history, in which every run has its time.
    """
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".run" not in path.parts and path.name != "history.jsonl"
    }


class Running:
    """A `grade run` that is under way, and all processes that it has started."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.seen: set[psutil.Process] = set()

    def line(self) -> str:
        """Wait for its next line."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def lanes(self) -> list[psutil.Process]:
        """Return its lanes; whatever they have started is remembered."""
        parent = psutil.Process(self.process.pid)
        self.seen.update(parent.children(recursive=True))
        return parent.children()

    def looping_lane(self, but: tuple[psutil.Process, ...] = ()) -> psutil.Process:
        """Wait until a lane's submission loops, and return the lane."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "the run has ended"
            for lane in self.lanes():
                if lane not in but and _loops(lane):
                    return lane
            time.sleep(0.02)
        raise AssertionError("no submission loops")

    def looping_worker(self, but: tuple[psutil.Process, ...] = ()) -> psutil.Process:
        """Wait until a submission's worker has used some time, and return it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "the run has ended"
            for lane in self.lanes():
                for worker in _looping_workers(lane):
                    if worker not in but:
                        return worker
            time.sleep(0.02)
        raise AssertionError("no submission loops")

    def told(self, number: int) -> Done:
        """Send it a signal and wait for its end, and for the end of all that it has started."""
        self.lanes()
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> Done:
        """Wait for its end, and for the end of all that it has started."""
        out, err = self.process.communicate(timeout=PATIENCE)
        _, alive = psutil.wait_procs(self.seen, timeout=PATIENCE)
        assert not alive
        return Done(self.process.returncode, out, err)


def _hears_signals() -> None:
    """Be told to stop, even where the tests run under nohup or in a shell's background."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _loops(lane: psutil.Process) -> bool:
    """Whether the worker below a lane has used more time than starting one takes."""
    return bool(_looping_workers(lane))


def _looping_workers(lane: psutil.Process) -> list[psutil.Process]:
    try:
        workers = [one for one in lane.children(recursive=True) if not one.children()]
        return [worker for worker in workers if worker.cpu_times().user > 0.5]
    except psutil.NoSuchProcess:
        return []


@contextmanager
def running(course: Path, *options: str) -> Iterator[Running]:
    """Start grading the class of a small course; whatever happens, nothing of it is left."""
    process = subprocess.Popen(
        [GRADE, "run", "leaky", *options],
        cwd=course,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        preexec_fn=_hears_signals,
    )
    run = Running(process)
    with process:
        try:
            yield run
        finally:
            if process.poll() is None:
                run.lanes()
                process.send_signal(signal.SIGKILL)
            for one in run.seen:
                if one.is_running():
                    one.kill()
