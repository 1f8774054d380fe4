"""Commands run in forks of a process that has imported them: see ``tests/warm_server.py``."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SERVER = Path(__file__).with_name("warm_server.py")


class Server:
    """A process that runs one program again and again, for whoever it was started by."""

    def __init__(self, program: str, head: Sequence[str], env: Mapping[str, str]) -> None:
        self._socket, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [*head, sys.executable, SERVER, program, str(theirs.fileno())],
                cwd="/",
                env={**env, "OPENBLAS_NUM_THREADS": "1"},  # a process with threads must not fork
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def run(self, together: bool, **asked: object) -> tuple[int, str, str]:
        """Run a command to its end; its exit code, and what it prints and complains about."""
        ours, theirs = zip(*(os.pipe() for _ in range(2 if together else 3)), strict=True)
        sent = [theirs[0], theirs[0], theirs[1]] if together else list(theirs)
        socket.send_fds(self._socket, [json.dumps(asked).encode()], sent)
        for pipe in theirs:
            os.close(pipe)
        with ThreadPoolExecutor(len(ours)) as pool:
            out, *err, code = pool.map(_read, ours)
        return int(code), out, "".join(err)

    def close(self) -> None:
        """End the process."""
        self._socket.close()
        self._process.wait(60)


def _read(pipe: int) -> str:
    with open(pipe, encoding="utf-8") as file:
        return file.read()


_SERVERS: dict[tuple[str, ...], Server] = {}
_STARTING = threading.Lock()


def run_warm(
    program: str,
    arguments: Sequence[str | Path],
    where: Path,
    env: Mapping[str, str],
    head: tuple[str, ...] = (),
    *,
    together: bool = False,
) -> tuple[int, str, str]:
    """Run "grade" or "nbgrader" in a folder; its exit code, and what it prints and complains about.

    What is printed comes ``together`` with the complaints where that is asked for.  ``head`` is
    what stands before the command of whoever runs it.
    """
    with _STARTING:
        if (program, *head) not in _SERVERS:
            _SERVERS[program, *head] = Server(program, head, env)
    return _SERVERS[program, *head].run(
        together,
        arguments=[os.fspath(one) for one in arguments],
        where=os.fspath(where),
        environment=dict(env),
    )


def end_servers() -> None:
    """End the processes that commands ran in."""
    while _SERVERS:
        _SERVERS.popitem()[1].close()
