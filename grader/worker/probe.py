"""Attacks that a fresh worker tries at start: what succeeds here would succeed for a student."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable, Mapping
from typing import Any


def attempt(targets: Mapping[str, Any]) -> list[str]:
    """Return the names of the attacks that succeed.

    ``targets`` holds ``canary``, the path of a file that everybody may read, ``port``, a
    loopback port that listens, and ``pids``, processes that must not be reached.
    """
    attacks: dict[str, Callable[[], bool]] = {
        "read a file": lambda: _read(targets["canary"]),
        "open a network connection": lambda: _connect(targets["port"]),
        "signal a process": lambda: any(_signal(pid) for pid in [*targets["pids"], os.getppid()]),
        "start a process": _fork,
        "write a file": lambda: _write(os.path.dirname(targets["canary"])),
    }
    return [name for name, attack in attacks.items() if _succeeds(attack)]


def _succeeds(attack: Callable[[], bool]) -> bool:
    with contextlib.suppress(Exception):
        return attack()
    return False


def _read(path: str) -> bool:
    with open(path, "rb") as file:
        return bool(file.read(1))


def _write(folder: str) -> bool:
    with open(os.path.join(folder, "written"), "wb"):
        return True


def _connect(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=2):
        return True


def _signal(pid: int) -> bool:
    """Whether a signal would arrive; 0 asks without sending one."""
    if pid == 0:  # the parent is in another namespace
        return False
    with contextlib.suppress(OSError):
        os.kill(pid, 0)
        return True
    return False


def _fork() -> bool:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return True
