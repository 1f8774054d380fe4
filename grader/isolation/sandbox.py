"""Starts the zygote, has it fork locked workers, and finds out how well they are locked.

The layers are rights that the zygote's workers lose (``grader.worker``): resource limits, user,
mount, network, process and IPC namespaces, Landlock, seccomp.  What holds is not read off a
kernel's version: at start a worker tries live attacks, and the level is what they show.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from grader.errors import UsageProblem
from grader.isolation.child import Child
from grader.isolation.missing import missing
from grader.record import LIMITS_ONLY
from grader.scratch import scratch_folder
from grader.worker.wire import FrameReader, WireError, frame, pack

FULL, NO_NAMESPACES, NO_LANDLOCK = "full", "no namespaces", "no Landlock"
LAYERS = ("namespaces", "landlock", "seccomp", "user")
"""What holds a worker beside limits; "user" is a change to another, where the grader is root."""

_START_SECONDS = 120.0
_LOCK_SECONDS = 60.0
_ROOT = Path(__file__).resolve().parents[2]

_THREAD_VARIABLES = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM", "BLIS")
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    # a fork then shares more of its pages, and shares them in larger pieces
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    **{f"{name}_NUM_THREADS": "1" for name in _THREAD_VARIABLES},
}
_PROGRAM = (
    # an interrupt would be raised in the midst of whatever a worker does, a student's code or ours
    "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); "
    "import json, sys; arguments = json.loads(sys.argv[1]); sys.path.insert(0, arguments['root']); "
    "from grader.worker.zygote import main; main(arguments)"
)


class SandboxError(Exception):
    """The grader's own processes failed: a fault of nobody who is graded."""


class WeakIsolation(UsageProblem):  # read as a sentence: raise WeakIsolation
    """This system offers no more than resource limits, and nobody allowed that."""


@dataclass(frozen=True)
class Limits:
    """What one worker may use; processor time per function is the lane's to limit.

    ``address_space`` is in bytes beyond what the zygote has taken when it is warm.
    """

    cpu_seconds: int = 3600
    address_space: int = 1 << 30
    open_files: int = 64


@dataclass(frozen=True)
class Isolation:
    """What was found at start: a level, and the attacks that succeeded.

    ``filtered`` says that workers may make some system calls only: none that could end them.
    """

    level: str
    succeeded: tuple[str, ...] = ()
    filtered: bool = False

    @property
    def line(self) -> str:
        """One line for terminals and reports."""
        return f"isolation: {self.level}"


class Sandbox:
    """A zygote and its workers.

    ``start`` returns at once, while the zygote gets warm in its own process; ``ready`` waits
    for it.  The process must be started by a thread that lives as long as the sandbox, for the
    zygote dies with it.
    """

    def __init__(self, torch: bool, limits: Limits, weak: bool, without: Collection[str]) -> None:
        self._torch, self._limits, self._weak, self._without = torch, limits, weak, without
        self._isolation: Isolation | None = None
        self._refused: SandboxError | WeakIsolation | None = None
        self._control: socket.socket
        self._launch(namespaces=True)
        self._owner = os.getpid()

    @classmethod
    def start(
        cls,
        *,
        torch: bool,
        limits: Limits | None = None,
        weak: bool = False,
        without: Collection[str] = (),
    ) -> Sandbox:
        """Start a zygote, with PyTorch imported or without.

        ``weak`` allows resource limits alone; ``without`` leaves out some of the ``LAYERS``, to
        see what the others stop.
        """
        return cls(torch, limits or Limits(), weak, without)

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def isolation(self) -> Isolation:
        """How well workers are locked."""
        return self.ready()

    def ready(self) -> Isolation:
        """Wait until workers can be started, and return how well they are locked.

        Raises SandboxError if none can be, WeakIsolation where only limits hold.
        """
        if self._refused is not None:  # a zygote says its first word once
            raise self._refused
        if self._isolation is None:
            try:
                self._isolation = self._find_out()
            except (SandboxError, WeakIsolation) as error:
                self._refused = error
                raise
        return self._isolation

    def spawn(self) -> Child:
        """Return a fresh locked worker; raises as ``ready``."""
        self.ready()
        return self._spawn()

    def keep(self, common: Mapping[str, Any]) -> None:
        """Have all workers to come hold the common part of submissions from their start.

        Raises as ``ready``.
        """
        self.ready()
        with tempfile.TemporaryFile() as file:
            file.write(pack(common))
            file.seek(0)
            self._ask({"op": "keep"}, file.fileno())

    def admit(self) -> socket.socket:
        """Have the zygote forked for another process, which is to ``take`` the socket returned.

        A zygote never holds a submission, so that its fork holds none; raises SandboxError.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._ask({"op": "admit"}, theirs.fileno())
            except SandboxError:
                ours.close()
                raise
        ours.settimeout(_START_SECONDS)
        return ours

    def take(self, control: socket.socket) -> None:
        """Talk to the zygote on a socket of one's own, in a fork of the process it belongs to."""
        self._control.close()
        self._control = control

    def wait(self, pid: int, pidfd: int = -1) -> dict[str, Any]:
        """Wait for a worker's end; one that does not end soon is killed."""
        if pidfd >= 0 and not select.select([pidfd], [], [], 2.0)[0]:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        return self._ask({"op": "wait", "pid": pid})[0]

    def close(self) -> None:
        """End the zygote, and with it every worker that is left; a fork only hangs up."""
        self._control.close()
        if os.getpid() != self._owner:
            return
        if self._isolation is None:  # it is not warm, so that it does not hear yet
            self._process.kill()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _launch(self, *, namespaces: bool) -> None:
        if not namespaces or sys.platform != "linux":
            self._without = {*self._without, "namespaces"}
        self._control, theirs = socket.socketpair()
        arguments = {
            "control": theirs.fileno(),
            "root": str(_ROOT),
            "torch": self._torch,
            **{layer: layer not in self._without for layer in LAYERS},
            "limits": asdict(self._limits),
        }
        command = [sys.executable, "-P", "-c", _PROGRAM, json.dumps(arguments)]
        self._process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,  # Ctrl-C is for the judge, which ends it in good order
        )
        theirs.close()
        self._control.settimeout(_START_SECONDS)

    def _find_out(self) -> Isolation:
        state = self._first_word()
        if not state["ready"]:  # the system refuses namespaces: do without them
            self.close()
            self._launch(namespaces=False)
            state = self._first_word()
        if not state["ready"]:
            raise SandboxError(f"no worker can be started: {state['reason']}")
        succeeded = self._probe()
        if succeeded:
            level = LIMITS_ONLY
        elif not state["namespaces"]:
            level = NO_NAMESPACES
        else:
            level = FULL if state["landlock"] and state["seccomp"] else NO_LANDLOCK
        if level == LIMITS_ONLY and not self._weak:
            raise WeakIsolation(
                "On this system a submission could "
                + ", ".join(succeeded)
                + f": only resource limits hold. {' '.join(missing())} "
                "Or add --allow-weak-isolation if you trust every submission."
            )
        return Isolation(level, tuple(succeeded), bool(state["seccomp"]))

    def _first_word(self) -> dict[str, Any]:
        try:
            line = _read_line(self._control)
        except OSError as error:
            raise SandboxError("the workers' parent process did not start in time") from error
        if not line:
            code = self._process.wait()
            raise SandboxError(f"the workers' parent process ended at once, with status {code}")
        return dict(json.loads(line))

    def _probe(self) -> list[str]:
        """Have a worker try the attacks; one that does not answer proves nothing."""
        with (
            scratch_folder() as folder,
            socket.create_server(("127.0.0.1", 0)) as port,
        ):
            os.chmod(folder, 0o777)
            canary = Path(folder, "canary")
            canary.write_text(secrets.token_hex())
            canary.chmod(0o644)
            targets = {
                "canary": str(canary),
                "port": port.getsockname()[1],
                "pids": [os.getpid(), self._process.pid],
            }
            child = self._spawn()
            try:
                child.socket.settimeout(_LOCK_SECONDS)
                child.socket.sendall(frame({"probe": targets}))
                answer = _read_frame(child.socket)
            except (OSError, WireError) as error:
                child.kill()
                reason = child.reap().reason
                raise SandboxError(f"the first worker gave no answer ({reason})") from error
            child.kill()
            child.reap()
            return [str(name) for name in answer]

    def _spawn(self) -> Child:
        ours, theirs = socket.socketpair()
        with theirs:
            answer, descriptors = self._ask({"op": "spawn"}, theirs.fileno())
        pidfd = descriptors[0] if descriptors else -1
        child = Child(self.wait, ours, answer["pid"], pidfd)
        ours.settimeout(_LOCK_SECONDS)
        try:
            locked = ours.recv(1) == b"R"
        except OSError:
            locked = False
        if not locked:
            child.kill()
            raise SandboxError(f"a worker could not be locked ({child.reap().reason})")
        return child

    def _ask(self, request: dict[str, Any], *descriptors: int) -> tuple[dict[str, Any], list[int]]:
        try:
            socket.send_fds(self._control, [json.dumps(request).encode()], descriptors)
            data, received, _, _ = socket.recv_fds(self._control, 1 << 16, 1)
            return json.loads(data), list(received)
        except (OSError, ValueError) as error:
            raise SandboxError("the workers' parent process has gone") from error


def _read_line(connection: socket.socket) -> bytes:
    data = b""
    while not data.endswith(b"\n"):
        more = connection.recv(1 << 16)
        if not more:
            return b""
        data += more
    return data


def _read_frame(connection: socket.socket) -> Any:
    reader = FrameReader()
    while (value := reader.next()) is None:
        data = connection.recv(1 << 16)
        if not data:
            raise WireError("the worker has ended")
        reader.feed(data)
    return value
