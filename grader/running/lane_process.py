"""The parent's end of a lane: a process with a judge and a zygote of its own.

The parent sends the assignment, then the settings, reads ``Ready`` or ``Unable``, then sends one
``Task`` after the other and reads a ``Report``, ``Failed`` or ``Overrun`` for each.  Or it sends
no task ever, and has the lane forked into others (see ``grader.running.twins``).  Both ends are
trusted, so what travels is pickled; no worker ever holds this connection.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from socket import socket, socketpair
from typing import Any

from grader.course import Assignment
from grader.running.lane_limits import LOOK_SECONDS, LaneLimits
from grader.running.lane_messages import GRACE_SECONDS, Overrun, Ready, Task, Trial
from grader.running.settings import Settings
from grader.running.twins import TwinProcess, twin_of

_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = (
    # an interrupt while it imports ends it without a word
    "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "import sys; sys.path.append(sys.argv[1]); "
    # what takes longest is begun before anything else is imported
    "from grader.running.opening import early_zygote; "
    "zygote = early_zygote(torch=sys.argv[3] == 'torch'); "
    "from grader.running.lane_main import main; main(int(sys.argv[2]), zygote)"
)
_ONE_THREAD = {
    f"{library}_NUM_THREADS": "1"
    for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM", "BLIS")
}
"""There is a lane for every core; threads of the judge's NumPy would only be in the way."""


class NoTwin(Exception):
    """A lane that was ready cannot be forked any more."""


class LaneProcess:
    """The parent's end of one lane; it ends when this process does, however that comes.

    It gets ready at once, ``weak`` or not, and waits to be told the settings of the run; the twin
    of a ``mother`` is ready, on hers.  Raises ``NoTwin`` where she has none.
    """

    def __init__(
        self,
        assignment: Assignment,
        *,
        weak: bool,
        mother: LaneProcess | None = None,
    ) -> None:
        ours, theirs = socketpair()
        self._process: subprocess.Popen[bytes] | TwinProcess
        with theirs:
            if mother is None:
                self._process = _started(theirs, torch=assignment.torch)
            else:
                twin = twin_of(mother.connection, mother._process.pid, theirs)
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

    def settle(
        self, settings: Settings, trial: Trial = Trial.NONE, much: bool | None = None
    ) -> None:
        """Tell it what to judge on; it answers ``Ready`` or ``Unable``.

        Where it is told whether there is ``much`` to judge, it first gets ready for what may be
        wrong there, so that a twin of it need not.
        """
        self.send((settings, trial, much))

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
            code = self._process.wait(2 * GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        return f"signal {-code}" if code < 0 else f"exit status {code}"


def _started(theirs: socket, *, torch: bool) -> subprocess.Popen[bytes]:
    given = [str(_ROOT), str(theirs.fileno()), "torch" if torch else "no torch"]
    # -P: whatever lies in the current folder is never imported
    command = [sys.executable, "-P", "-c", _PROGRAM, *given]
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
