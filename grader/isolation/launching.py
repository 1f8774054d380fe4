"""Starts the process of a zygote: its environment, its program, and its first word."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

LAYERS = ("namespaces", "landlock", "seccomp", "user")
"""What holds a worker beside limits; "user" is a change to another, where the grader is root."""

START_SECONDS = 120.0
"""How long a zygote may take to get warm."""

_ROOT = Path(__file__).resolve().parents[2]

_THREAD_VARIABLES = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM", "BLIS")
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
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


@dataclass(frozen=True)
class Limits:
    """What one worker may use; processor time per function is the lane's to limit.

    ``address_space`` is in bytes beyond what the zygote has taken when it is warm.
    """

    cpu_seconds: int = 3600
    address_space: int = 1 << 30
    open_files: int = 64


_LIMITS = Limits()


Zygote = tuple[subprocess.Popen[bytes], socket.socket]
"""A zygote's process, and the socket to talk to it."""


def launch(torch: bool, limits: Limits = _LIMITS, without: Collection[str] = ()) -> Zygote:
    """Start a zygote, with PyTorch imported or without, and do not wait for it.

    ``without`` names the ``LAYERS`` that its workers are to do without.
    """
    if sys.platform != "linux":
        without = {*without, "namespaces"}
    control, theirs = socket.socketpair()
    with theirs:
        arguments = {
            "control": theirs.fileno(),
            "root": str(_ROOT),
            "torch": torch,
            **{layer: layer not in without for layer in LAYERS},
            "limits": asdict(limits),
        }
        command = [sys.executable, "-P", "-c", _PROGRAM, json.dumps(arguments)]
        process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,  # Ctrl-C is for the judge, which ends it in good order
        )
    control.settimeout(START_SECONDS)
    return process, control


def first_word(control: socket.socket) -> dict[str, Any] | None:
    """Return what a zygote says of itself when it is warm, None where it ended before.

    OSError where it says nothing in time.
    """
    data = b""
    while not data.endswith(b"\n"):
        more = control.recv(1 << 16)
        if not more:
            return None
        data += more
    return dict(json.loads(data))
