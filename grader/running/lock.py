"""One run at a time: a lock that is the system's, and ends with the process that holds it."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from datetime import datetime
from pathlib import Path

from grader.errors import UsageProblem, quoted

_BUSY = (errno.EAGAIN, errno.EACCES)


class Lock:
    """The lock of a results folder: a file that says who holds it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: int | None = None

    def take(self, path: Path, mode: int) -> None:
        """Take the lock; UsageProblem where another run holds it, OSError where none can."""
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, mode)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _BUSY:
                raise
            holder = os.pread(self._file, 200, 0).decode("utf-8", "replace").strip()
            raise UsageProblem(
                f"Another run{holder and f' ({holder})'} is writing its results into "
                f"{quoted(self._folder)}. Wait for it to end, or choose another folder with --out."
            ) from error
        now = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")
        text = f"process {os.getpid()} on {socket.gethostname()}, since {now}\n"
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, text.encode(), 0)

    def release(self) -> None:
        """Let others have it; nothing where it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
