"""Starts the zygote, has it fork locked workers, and finds out how well they are locked.

The layers are rights that the zygote's workers lose (``grader.worker``): resource limits, user,
mount, network, process and IPC namespaces, Landlock, seccomp.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import tempfile
from collections.abc import Collection, Mapping
from typing import Any

from grader.isolation.attacks import attacks_that_succeed
from grader.isolation.child import Child
from grader.isolation.launching import START_SECONDS, Limits, Zygote, first_word, launch
from grader.isolation.levels import Isolation, WeakIsolation, level_of
from grader.worker.wire import WireError, pack

_LOCK_SECONDS = 60.0


class SandboxError(Exception):
    """The grader's own processes failed: a fault of nobody who is graded."""


class Sandbox:
    """A zygote and its workers.

    ``start`` returns at once, while the zygote gets warm in its own process; ``ready`` waits
    for it.  The process must be started by a thread that lives as long as the sandbox, for the
    zygote dies with it.
    """

    def __init__(
        self,
        torch: bool,
        limits: Limits,
        weak: bool,
        without: Collection[str],
        zygote: Zygote | None,
    ) -> None:
        self._torch, self._limits, self._weak, self._without = torch, limits, weak, without
        self._isolation: Isolation | None = None
        self._refused: SandboxError | WeakIsolation | None = None
        self._process, self._control = zygote or launch(torch, limits, without)
        self._owner = os.getpid()

    @classmethod
    def start(
        cls,
        *,
        torch: bool,
        limits: Limits | None = None,
        weak: bool = False,
        without: Collection[str] = (),
        zygote: Zygote | None = None,
    ) -> Sandbox:
        """Start a zygote, with PyTorch imported or without, or take one that was launched so.

        ``weak`` allows resource limits alone; ``without`` leaves out some of the ``LAYERS``, to
        see what the others stop.
        """
        return cls(torch, limits or Limits(), weak, without, zygote)

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
        ours.settimeout(START_SECONDS)
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

    def _find_out(self) -> Isolation:
        state = self._first_word()
        if not state["ready"]:  # the system refuses namespaces: do without them
            self.close()
            without = {*self._without, "namespaces"}
            self._process, self._control = launch(self._torch, self._limits, without)
            state = self._first_word()
        if not state["ready"]:
            raise SandboxError(f"no worker can be started: {state['reason']}")
        return level_of(state, self._probe(), self._weak)

    def _first_word(self) -> dict[str, Any]:
        try:
            state = first_word(self._control)
        except OSError as error:
            raise SandboxError("the workers' parent process did not start in time") from error
        if state is None:
            code = self._process.wait()
            raise SandboxError(f"the workers' parent process ended at once, with status {code}")
        return state

    def _probe(self) -> list[str]:
        child = self._spawn()
        try:
            return attacks_that_succeed(child.socket, (os.getpid(), self._process.pid))
        except (OSError, WireError) as error:
            child.kill()
            reason = child.reap().reason
            raise SandboxError(f"the first worker gave no answer ({reason})") from error
        finally:
            child.kill()
            child.reap()

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
