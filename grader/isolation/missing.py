"""Says which layers of isolation a system refuses, and what would give them.

A level is found out by attacks (``sandbox``), which show what does not hold, not why.  Where it
is not the full one, each layer is tried here once more, by itself, in a process of its own.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from grader.worker import kernel, seccomp

_ROOT = Path(__file__).resolve().parents[2]
_MARKS = ("/run/.containerenv", "/.dockerenv")
"""What podman and docker put into every container."""

_PAGE = "docs/container.md"
_ENTER = (
    "import sys; sys.path.insert(0, sys.argv[1]); from grader.worker import namespaces\n"
    "try:\n"
    "    namespaces.fresh_pids(namespaces.enter())\n"
    "    namespaces.minimal_root([])\n"
    "except OSError as error:\n"
    "    print(error.strerror or error)\n"
)


def missing() -> list[str]:
    """Return a sentence for each layer that cannot be had here, with what would give it."""
    if sys.platform != "linux":
        return [
            f"This system has no namespaces, Landlock or seccomp. The container image has them: "
            f"{_PAGE}."
        ]
    return [*_namespaces(), *_landlock(), *_seccomp()]


def _namespaces() -> Iterator[str]:
    command = [sys.executable, "-P", "-c", _ENTER, str(_ROOT)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd="/")
    if done.returncode == 0 and not done.stdout:
        return
    reason = done.stdout.strip() or "the process that tried ended at once"
    yield f"No namespaces ({reason}). {how_to_have_namespaces(inside=in_container())}"


def how_to_have_namespaces(*, inside: bool) -> str:
    """Say it, for ``inside`` a container or for a system by itself."""
    if not inside:
        return (
            "It takes a kernel that lets users make them: see user.max_user_namespaces and, on "
            "Ubuntu, kernel.apparmor_restrict_unprivileged_userns of sysctl."
        )
    who = "as a user that is not root and " if os.geteuid() == 0 else ""
    return (
        f"Start the container {who}with --security-opt seccomp=unconfined, and where the host has "
        "AppArmor with --security-opt apparmor=unconfined, SELinux with --security-opt "
        f"label=disable: {_PAGE}."
    )


def _landlock() -> Iterator[str]:
    try:
        kernel.landlock_version()
    except OSError as error:
        if error.errno == errno.EPERM and in_container():
            how = f"Start the container with --security-opt seccomp=unconfined: {_PAGE}."
        elif error.errno == errno.EOPNOTSUPP:
            how = 'It is turned off: add "landlock" to the kernel\'s parameter lsm=.'
        else:
            how = "It takes a kernel from Linux 5.13 on that was built with it."
        yield f"No Landlock ({error.strerror or error}). {how}"


def _seccomp() -> Iterator[str]:
    if seccomp.program() is None:
        yield f"No filter of system calls is written for the processor {kernel.MACHINE}."


def in_container() -> bool:
    """Whether this runs in a container of podman's or docker's."""
    return any(os.path.exists(mark) for mark in _MARKS)
