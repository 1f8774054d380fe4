"""A lane: a process with a judge and a zygote of its own, which judges what it is sent.

The parent sends the assignment, then the settings, reads ``Ready`` or ``Unable``, then sends one
``Task`` after the other and reads a ``Report``, ``Failed`` or ``Overrun`` for each.  Or it sends
no task ever, and has the lane forked into others (see ``grader.running.twins``).  Both ends are
trusted, so what travels is pickled; no worker ever holds this connection.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection
from pathlib import Path
from socket import socket, socketpair
from typing import Any

from grader.course import Assignment
from grader.errors import NotJudgedProblem, UsageProblem
from grader.intake.submission import Submission
from grader.running.lane_limits import LOOK_SECONDS, LaneLimits
from grader.running.settings import Settings
from grader.running.twins import Fork, Reap, TwinProcess, be_forked, reap, twin_of

_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = (
    # an interrupt while it imports ends it without a word
    "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "import sys; sys.path.append(sys.argv[1]); "
    "from grader.running.lane_process import main; main(int(sys.argv[2]))"
)
_GRACE_SECONDS = 2.0
_ONE_THREAD = {
    f"{library}_NUM_THREADS": "1"
    for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM", "BLIS")
}
"""There is a lane for every core; threads of the judge's NumPy would only be in the way."""


class Trial(StrEnum):
    """Whether a lane tries its seed out on the solutions first, and whose seed it is."""

    NONE = "none"
    DRAWN = "drawn"
    ASKED_FOR = "asked for"


@dataclass(frozen=True)
class Ready:
    """A lane's first word: it can judge, under this isolation (one line), on these settings."""

    isolation: str
    settings: Settings


@dataclass(frozen=True)
class Unable:
    """A lane's only word: it cannot judge, and why; ``usage`` if the user can mend it.

    ``details`` are a long text for whoever can mend it.  ``passing`` says that another lane may
    fare better: its processes failed, not what they were given.
    """

    reason: str
    usage: bool = False
    details: str = ""
    passing: bool = False

    def problem(self) -> UsageProblem | NotJudgedProblem:
        """Return it as a problem of the command."""
        if self.usage:
            return UsageProblem(self.reason)
        return NotJudgedProblem(self.reason, self.details)


@dataclass(frozen=True)
class Task:
    """A submission to be judged.

    ``last`` says that it is tried for the last time, and nothing else at the time; ``explain``
    that what is wrong is to be explained, which may be what takes a lane too much.
    """

    submission: Submission
    last: bool = False
    explain: bool = True


@dataclass(frozen=True)
class Failed:
    """In place of a report: the judge itself failed, and why."""

    reason: str


@dataclass(frozen=True)
class Overrun:
    """In place of a report: judging takes more than it may, of "memory" or "processor" time."""

    rule: str


class NoTwin(Exception):
    """A lane that was ready cannot be forked any more."""


class LaneProcess:
    """The parent's end of one lane; it ends when this process does, however that comes.

    It gets ready at once, ``weak`` or not, and waits to be told the settings of the run; the twin
    of a ``mother`` is ready, on hers, and more so where there is ``much`` to judge.  Raises
    ``NoTwin`` where she has none.
    """

    def __init__(
        self,
        assignment: Assignment,
        *,
        weak: bool,
        mother: LaneProcess | None = None,
        much: bool = False,
    ) -> None:
        ours, theirs = socketpair()
        self._process: subprocess.Popen[bytes] | TwinProcess
        with theirs:
            if mother is None:
                self._process = _started(theirs)
            else:
                twin = twin_of(mother.connection, mother._process.pid, theirs, much=much)
                if twin is None:
                    ours.close()
                    raise NoTwin
                self._process = twin
        self._limits = LaneLimits(self._process.pid)
        self.connection: Connection = Connection(ours.detach())
        if mother is None:
            self.send((assignment, weak))
        else:
            self._limits.ready()

    def settle(self, settings: Settings, trial: Trial = Trial.NONE) -> None:
        """Tell it what to judge on; it answers ``Ready`` or ``Unable``."""
        self.send((settings, trial))

    def send(self, message: Any) -> None:
        """Send it; a lane that has ended shows when it is read from."""
        with contextlib.suppress(OSError):
            self.connection.send(message)

    def begin(self, task: Task) -> None:
        """Hand a submission over; what its judging may take is counted from now on."""
        self._limits.begin()
        self.send(task)

    def overrun(self) -> Overrun | None:
        """End it where what it is at takes more than it may, and say so."""
        rule = self._limits.broken()
        if not rule:
            return None
        self._process.kill()
        return Overrun(rule)

    def receive(self) -> Any:
        """Return its next word, or None if it has ended."""
        try:
            word = self.connection.recv()
        except (EOFError, OSError):
            return None
        if isinstance(word, Ready):
            self._limits.ready()
        return word

    def answer(self) -> Any:
        """Wait for what comes of a submission that it was handed, as long as that may take."""
        while not self.connection.poll(LOOK_SECONDS):
            if overrun := self.overrun():
                return overrun
        return self.receive()

    def hang_up(self) -> None:
        """Tell it to end."""
        self.connection.close()

    def wait(self) -> str:
        """Wait for its end, which may be made to come, and say how it came."""
        try:
            code = self._process.wait(2 * _GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        return f"signal {-code}" if code < 0 else f"exit status {code}"


def _started(theirs: socket) -> subprocess.Popen[bytes]:
    # -P: whatever lies in the current folder is never imported
    command = [sys.executable, "-P", "-c", _PROGRAM, str(_ROOT), str(theirs.fileno())]
    return subprocess.Popen(
        command,
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,  # Ctrl-C is for the parent, which ends its lanes
    )


def _environment() -> dict[str, str]:
    """Return what of our environment a lane gets: nothing that changes Python or pytest."""
    theirs = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "PYTEST_"))
    }
    # names of files are read as they are here
    return {**theirs, **_ONE_THREAD, "PYTHONUTF8": str(sys.flags.utf8_mode)}


def main(descriptor: int) -> None:
    """Be a lane, until the parent hangs up."""
    sys.unraisablehook = _tell_unless_interrupted
    connection = Connection(descriptor)  # open to the end: closing it is not to be interrupted
    with contextlib.suppress(KeyboardInterrupt):
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _watch_parent(descriptor)
        try:
            _serve(connection)
        except (EOFError, ConnectionError):
            time.sleep(_GRACE_SECONDS)  # the interrupt is on its way
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends already


def _tell_unless_interrupted(unraisable: sys.UnraisableHookArgs) -> None:
    """Say nothing of an interrupt that comes while an object is cleared away: it is ours."""
    if unraisable.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(unraisable)


def _serve(connection: Connection) -> None:
    from grader.isolation.sandbox import SandboxError
    from grader.running.opening import open_sandbox

    assignment, weak = connection.recv()
    try:
        with open_sandbox(assignment, weak=weak) as sandbox:
            from grader.running.start import Start, in_one_sentence  # while that gets warm

            with in_one_sentence():
                start = Start(assignment, sandbox)
            settings, trial = connection.recv()
            with in_one_sentence():
                if trial is Trial.NONE:
                    judge, settings = start.judge(settings)
                else:
                    judge, settings = start.tried(settings, drawn=trial is Trial.DRAWN)
            connection.send(Ready(judge.isolation.line, settings))
            while True:
                task: Task | Fork | Reap = connection.recv()
                if isinstance(task, Fork):
                    judge.diagnosis.prepare(thoroughly=task.much)
                    connection = be_forked(connection, sandbox, _watch_parent)
                    continue
                if isinstance(task, Reap):
                    connection.send(reap(task))
                    continue
                if judge.store:
                    judge.store.seal()
                try:
                    answer: Any = judge.judge(task.submission, task.last, task.explain)
                except MemoryError:  # the kernel refuses it more than it may have
                    answer = Overrun("memory")
                except Exception as error:  # this one submission cannot be judged
                    answer = Failed(_said(error))
                connection.send(answer)
    except (EOFError, ConnectionError):
        raise
    except Exception as error:  # whatever it is, the parent tells it in one sentence
        details = error.details if isinstance(error, NotJudgedProblem) else ""
        passing = isinstance(error.__cause__, SandboxError)
        connection.send(Unable(_said(error), isinstance(error, UsageProblem), details, passing))


def _said(error: Exception) -> str:
    if isinstance(error, UsageProblem | NotJudgedProblem):
        return error.message
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def _watch_parent(descriptor: int) -> None:
    os.set_inheritable(descriptor, False)
    threading.Thread(target=_end_with_parent, args=(descriptor,), daemon=True).start()


def _end_with_parent(descriptor: int) -> None:
    """Wait until the other end is closed; then end this process in good order, or else at once.

    The other end is closed when the parent hangs up, and when the parent is killed.
    """
    poll = select.poll()
    poll.register(descriptor, 0)
    poll.poll()
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(_GRACE_SECONDS)
    os._exit(1)
