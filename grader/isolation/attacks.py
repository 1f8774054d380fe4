"""Has a worker try live attacks on this machine: what succeeds is not locked."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.scratch import scratch_folder
from grader.worker.wire import FrameReader, WireError, frame

_ANSWER_SECONDS = 60.0


def attacks_that_succeed(worker: socket.socket, pids: Sequence[int]) -> list[str]:
    """Return what a locked worker could do: read a file, reach a port, end one of the processes.

    OSError or WireError where it gives no answer: that proves nothing.
    """
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
            "pids": list(pids),
        }
        worker.settimeout(_ANSWER_SECONDS)
        worker.sendall(frame({"probe": targets}))
        return [str(name) for name in _read_frame(worker)]


def _read_frame(connection: socket.socket) -> Any:
    reader = FrameReader()
    while (value := reader.next()) is None:
        data = connection.recv(1 << 16)
        if not data:
            raise WireError("the worker has ended")
        reader.feed(data)
    return value
