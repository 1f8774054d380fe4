"""Turns a fresh fork of the zygote into a locked worker.

The order matters: the kernel takes rights away one after the other, and some steps need rights
that a later one takes.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import socket
import sys
from dataclasses import dataclass, replace
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Any

from . import deferred, kernel

UNPRIVILEGED = 60001
"""The user and group that workers run as where the grader runs as root."""


@dataclass(frozen=True)
class Locks:
    """What the zygote prepared once for all its workers; None where the system has it not."""

    landlock: int | None
    seccomp: bytes | None
    namespaces: bool
    drop_user: bool
    linux: bool
    null: int | None = None


def close_all_but(connection: socket.socket, locks: Locks) -> tuple[socket.socket, Locks]:
    """Keep one socket and the Landlock rules; nothing is open for standard input and output.

    What is printed goes nowhere: it is harmless, and nobody could read it safely.
    """
    kept = [connection.detach()]
    if locks.landlock is not None:
        kept.append(locks.landlock)
    out_of_the_way = [fcntl.fcntl(one, fcntl.F_DUPFD, 16) for one in kept]
    null = os.open(os.devnull, os.O_RDWR) if locks.null is None else locks.null
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    places = [os.dup2(one, 3 + place) for place, one in enumerate(out_of_the_way)]
    kernel.close_from(3 + len(places))
    rules = places[1] if len(places) > 1 else None
    return socket.socket(fileno=places[0]), replace(locks, landlock=rules)


def lock(locks: Locks, limits: dict[str, int]) -> None:
    """Take away everything a worker does not need; raises OSError if a step fails."""
    with contextlib.suppress(PermissionError):  # it leads a session already
        os.setsid()
    if locks.drop_user:
        os.setgroups([])
        os.setresgid(UNPRIVILEGED, UNPRIVILEGED, UNPRIVILEGED)
        os.setresuid(UNPRIVILEGED, UNPRIVILEGED, UNPRIVILEGED)
    if locks.linux:
        kernel.drop_capabilities()
        kernel.set_dumpable(False)
        kernel.die_with_parent()  # after the change of user, which clears it
    _limit(limits)
    if locks.linux:
        kernel.no_new_privileges()
    if locks.landlock is not None:
        kernel.landlock_restrict(locks.landlock)
        os.close(locks.landlock)
    if locks.seccomp is not None:
        kernel.load_seccomp(locks.seccomp)


def _limit(limits: dict[str, int]) -> None:
    for name, most in (
        ("CPU", limits["cpu_seconds"]),  # soft = hard: the first process of a namespace
        ("AS", limits["address_space"]),  # would ignore the soft limit's signal
        ("FSIZE", 0),
        ("NOFILE", limits["open_files"]),
        ("CORE", 0),
    ):
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some
            resource.setrlimit(kind, (most, most))


def forget(modules: list[Any]) -> None:
    """Leave no way to the grader in the import system, the environment or the arguments.

    ``modules`` are the entries of ``sys.path`` that student code may import from.
    """
    os.environ.clear()
    # who prints whose work it is, or where a home is, asks for these
    os.environ |= {"HOME": "/", "LOGNAME": "student", "USER": "student"}
    vars(os)["getlogin"] = lambda: "student"
    # torch.func imports PyTorch's compilers, which want a folder that is there, and write nothing
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = "/"
    sys.argv[:] = ["worker"]
    sys.path[:] = modules
    # editable installations find their packages by finders of their own
    sys.meta_path[:] = [
        finder
        for finder in sys.meta_path
        if finder is PathFinder
        or isinstance(finder, deferred.Finder)
        or getattr(finder, "__module__", "") == "_frozen_importlib"
    ]
    sys.modules["__main__"] = ModuleType("__main__")
    for name in ("grader", "grader.worker"):
        if name in sys.modules:
            sys.modules[name].__path__ = []
