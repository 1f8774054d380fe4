"""The zygote: a warm process that knows no answers and forks locked workers for submissions.

The judge executes it as a program of its own, so that it holds nothing of the judge's memory,
and talks to it over one socket, in JSON lines:

``{"op": "spawn"}`` with the worker's socket attached
    forks a worker; answered by ``{"pid": ...}``, with a pidfd attached where there are any
``{"op": "keep"}`` with a file attached
    reads the packed data it holds, the common part of all submissions to come (see ``serve``);
    answered by ``{}``
``{"op": "wait", "pid": ...}``
    waits for the worker's end; answered by ``{"status": ..., "cpu": ...}``
``{"op": "admit"}`` with a socket attached
    forks one that listens to another judge on that socket; answered by ``{}``

Its first line says how it stands: ``{"ready": true, ...}``.  A submission goes straight to the
worker's own socket: it never passes through here, where the next worker could find it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import socket
import sys
from dataclasses import dataclass
from typing import Any

from . import heap, kernel, lockdown, namespaces

_WARM = (
    "abc", "array", "ast", "bisect", "bz2", "cmath", "collections.abc", "contextlib", "copy",
    "ctypes", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools", "hashlib",
    "heapq", "inspect", "io", "itertools", "json", "logging", "lzma", "math", "numbers",
    "operator", "pathlib", "pickle", "pprint", "random", "re", "string", "struct", "textwrap",
    "threading", "time", "timeit", "traceback", "types", "typing", "unittest", "warnings", "zlib",
    "numpy.linalg", "numpy.random", "numpy.testing",
)  # fmt: skip
"""What students' files import: read once here, not in every worker."""


def main(arguments: dict[str, Any]) -> None:
    """Get warm, lock what can be locked once, and serve the judge until it hangs up."""
    control = socket.socket(fileno=arguments["control"])
    gc.disable()  # nothing of what is imported is garbage
    linux = sys.platform == "linux"
    if linux:
        kernel.die_with_parent()
    own_pids = None
    try:
        if arguments["namespaces"]:
            own_pids = namespaces.enter()
        serve = _warm_up(arguments["torch"])
        taken = _address_space()
        locks = _prepare(arguments, own_pids is not None, linux)
    except OSError as error:
        _send(control, {"ready": False, "reason": str(error)})
        return
    modules = [path for path in sys.path if path and path != arguments["root"]]
    limits = dict(arguments["limits"])
    limits["address_space"] += taken
    _send(
        control,
        {
            "ready": True,
            "namespaces": own_pids is not None,
            "landlock": locks.landlock is not None,
            "seccomp": locks.seccomp is not None,
        },
    )
    _settle()
    _serve(control, own_pids, _Recipe(locks, limits, modules, serve, serve.Kept()))
    # to take PyTorch apart, of which forks share every page, takes longer than a worker
    os._exit(0)


def _settle() -> None:
    """Leave what there is as it is: forks then share it, and nobody looks for garbage in it.

    Nothing is compiled for good from now on: what a worker imports is read, and leaves no trace.
    """
    sys.dont_write_bytecode = True
    gc.freeze()
    gc.enable()
    if sys.platform == "linux":
        heap.settle()


def _warm_up(torch: bool) -> Any:
    """Import what workers need, and run it once so that nothing is left to be set up."""
    for name in _WARM:
        importlib.import_module(name)
    from . import probe, script, serve

    if torch:
        _warm_torch()
    del probe, script
    return serve


def _warm_torch() -> None:
    import numpy as np

    from .deferred import deferring

    with deferring():
        _run_torch(np)


def _run_torch(np: Any) -> None:
    import torch

    from .files import save_through_open

    torch.set_num_threads(1)
    save_through_open(torch)
    for stacked in (False, True):
        rnn = torch.nn.RNN(4, 5).double()
        x = torch.tensor(np.zeros((3, 2, 4)), requires_grad=True)
        hidden, _ = rnn(x, torch.tensor(np.zeros((1, 2, 5))))
        if stacked:
            hidden.sum().backward()
        else:  # this takes another way through PyTorch
            hidden.backward(torch.ones_like(hidden))
        rnn.zero_grad()


def _prepare(arguments: dict[str, Any], inside: bool, linux: bool) -> lockdown.Locks:
    from . import landlock, readable, seccomp

    drop_user = arguments["user"] and os.geteuid() == 0
    if not linux:
        return lockdown.Locks(None, None, False, drop_user, False)
    null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)  # a root of our own has no /dev
    paths = readable.paths()
    if inside:
        namespaces.minimal_root(paths)
    # a root of its own holds nothing else
    rules = landlock.ruleset(["/"] if inside else paths) if arguments["landlock"] else None
    # outside a root of its own, another user may not reach an interpreter in a private home
    drop_user = drop_user and _can_become_another() and (inside or _open_to_all(paths))
    program = seccomp.program() if arguments["seccomp"] else None
    return lockdown.Locks(rules, program, inside, drop_user, True, null)


def _can_become_another() -> bool:
    """Whether the unprivileged user exists here: a container may know a few users only."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(*[lockdown.UNPRIVILEGED] * 3)
            os.setresuid(*[lockdown.UNPRIVILEGED] * 3)
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def _open_to_all(paths: list[str]) -> bool:
    for path in paths:
        while (path := os.path.dirname(path)) != os.sep:
            if not os.stat(path).st_mode & 0o001:
                return False
    return True


def _address_space() -> int:
    """Return the bytes of address space this process has taken already."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:  # a system without /proc
        return 4 << 30


@dataclass(frozen=True)
class _Recipe:
    """What every worker is made of; ``serve`` is the module, imported when this is warm."""

    locks: lockdown.Locks
    limits: dict[str, int]
    modules: list[str]
    serve: Any
    kept: Any

    def work(self, connection: socket.socket) -> None:
        """Lock down, say so, serve, end: this is called in a fork, and does not return."""
        try:
            connection, locks = lockdown.close_all_but(connection, self.locks)
            lockdown.forget(self.modules)
            lockdown.lock(locks, self.limits)
            connection.sendall(b"R")
        except BaseException:
            os._exit(70)
        try:
            self.serve.serve(connection, self.kept)
        except BaseException:
            os._exit(71)
        os._exit(0)


def _serve(control: socket.socket, own_pids: int | None, recipe: _Recipe) -> None:
    forks: list[int] = []
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 1)
        if not message:
            for fork in forks:  # their judges have hung up, too
                os.waitpid(fork, 0)
            return
        request = json.loads(message)
        if request["op"] == "spawn":
            if own_pids is not None:
                namespaces.fresh_pids(own_pids)
            child = os.fork()
            if child == 0:
                control.close()
                recipe.work(socket.socket(fileno=descriptors[0]))
            os.close(descriptors[0])
            _send(control, {"pid": child}, child if hasattr(os, "pidfd_open") else None)
        elif request["op"] == "keep":
            from . import wire  # not before this is warm

            with open(descriptors[0], "rb") as file:
                recipe.kept.take(wire.unpack(file.read()))
            _settle()
            _send(control, {})
        elif request["op"] == "admit":
            if own_pids is not None:  # the last worker has taken its namespace along
                kernel.set_namespace(own_pids, kernel.NEWPID)
            fork = os.fork()
            if fork == 0:
                control.close()
                control, forks = socket.socket(fileno=descriptors[0]), []
                if sys.platform == "linux":
                    kernel.die_with_parent()
                continue
            forks.append(fork)
            os.close(descriptors[0])
            _send(control, {})
        else:
            _, status, usage = os.wait4(request["pid"], 0)
            cpu = usage.ru_utime + usage.ru_stime
            _send(control, {"status": status, "cpu": cpu})


def _send(control: socket.socket, message: dict[str, Any], child: int | None = None) -> None:
    data = json.dumps(message).encode() + b"\n"
    if child is None:
        control.sendall(data)
        return
    descriptor = os.pidfd_open(child)
    socket.send_fds(control, [data], [descriptor])
    os.close(descriptor)
