"""Files that student code may open though none is on the disk, which holds nothing of theirs.

A submission's own files, and data files that the assignment lets in, are served from memory.  What
is written, a log for one, goes nowhere and fails at nothing; it can be read again as long as the
process lives, up to a size that any log has.  A folder that is made for it is made in name alone.
"""

from __future__ import annotations

import _io
import builtins
import errno
import functools
import io
import os
import posixpath
from collections.abc import Mapping
from typing import Any

_WRITES = frozenset("wax+")
_MOST_WRITTEN = 4 * 2**20
"""Bytes of a file that are kept; what goes beyond is as good as written."""


class Files:
    """Stands in for ``open``, ``mkdir`` and ``chdir`` in one worker."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = dict(files)
        self._open: Any = builtins.open
        self._open_code: Any = io.open_code
        self._mkdir: Any = os.mkdir
        self._chdir: Any = os.chdir

    def install(self) -> None:
        """Take the place of ``open``, and of what NumPy reads and writes text by."""
        self.stand_in()
        import numpy.lib._datasource as source

        plain: Any = source.open

        def opened(path: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
            if self.name_of(path) in self._files or _WRITES & set(mode):
                return self.open(path, mode, encoding=named.get("encoding"))
            return plain(path, mode, *rest, **named)

        vars(source)["open"] = opened

    def stand_in(self) -> None:
        """Take the place of ``open`` and the others, once more where they were put back."""
        vars(builtins)["open"] = vars(io)["open"] = self.open
        vars(io)["open_code"] = vars(_io)["open_code"] = self.open_code
        vars(os)["mkdir"], vars(os)["chdir"] = self.mkdir, self.chdir

    def open(
        self,
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        """Open a file as Python's own ``open`` does; those let in, and those written, in memory."""
        name = self.name_of(file)
        writes = bool(_WRITES & set(mode))
        if name in self._files and not writes:
            data: io.BytesIO = io.BytesIO(self._files[name])
        else:
            try:
                return self._open(file, mode, buffering, encoding, errors, newline, closefd, opener)
            except OSError:
                if not (writes and isinstance(file, str | os.PathLike)):
                    raise
                data = _Written(self._files, name)
        if "b" in mode:
            return data
        return io.TextIOWrapper(data, encoding or "utf-8", errors, newline, write_through=writes)

    def open_code(self, path: str) -> Any:
        """Open a file that is about to be run, as Python's own ``open_code`` does."""
        name = self.name_of(path)
        return io.BytesIO(self._files[name]) if name in self._files else self._open_code(path)

    def mkdir(self, path: Any, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        """Make a folder as Python's own ``mkdir`` does; where nothing can be written, none."""
        try:
            self._mkdir(path, mode, dir_fd=dir_fd)
        except OSError as error:
            if error.errno not in (errno.EROFS, errno.EACCES, errno.EPERM):
                raise

    def chdir(self, path: Any) -> None:
        """Go to a folder as Python's own ``chdir`` does; who goes to that of the files is there."""
        is_name = isinstance(path, str | os.PathLike)
        if not is_name or os.path.abspath(os.fsdecode(path)) != os.getcwd():
            self._chdir(path)

    def name_of(self, file: Any) -> str:
        """Return the name of a file in the folder that the submission would be in; "" if none."""
        if not isinstance(file, str | os.PathLike):
            return ""
        try:
            path = os.fspath(file)
            here = os.getcwd()
        except (OSError, TypeError):
            return ""
        if not isinstance(path, str):
            return ""
        path = posixpath.normpath(path)
        inside = here.rstrip("/") + "/"
        return path.removeprefix(inside) if path.startswith(inside) else path


def save_through_open(torch: Any) -> None:
    """Have ``torch.save`` open the path it is given as Python does: its own writer asks nobody."""
    plain = torch.save

    @functools.wraps(plain)
    def save(obj: Any, f: Any, *rest: Any, **named: Any) -> None:
        if not isinstance(f, str | os.PathLike):
            plain(obj, f, *rest, **named)
            return
        with builtins.open(f, "wb") as file:
            plain(obj, file, *rest, **named)

    vars(torch)["save"] = vars(torch.serialization)["save"] = save


class _Written(io.BytesIO):
    """A file that is written in memory, and can be opened again once it is closed."""

    def __init__(self, files: dict[str, bytes], name: str) -> None:
        super().__init__()
        self._files, self._of = files, name

    def write(self, data: Any) -> int:
        """Keep what is written, up to a size."""
        size = memoryview(data).nbytes
        return size if self.tell() + size > _MOST_WRITTEN else super().write(data)

    def close(self) -> None:
        """Keep what was written."""
        if not self.closed and self._of:
            self._files[self._of] = self.getvalue()
        super().close()
