"""Output that goes on though nobody reads it any more: the work behind it is not to be lost."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

UNHEARD = "warning: nobody reads the output any more; results are written all the same\n"
UNWRITTEN = "warning: the output cannot be written ({}); results are written all the same\n"


class _Lasting(io.FileIO):
    """A stream that goes to nowhere once its other end is closed, or takes no more."""

    def write(self, data: Any) -> int:
        """Write, or, where nobody reads any more, say so to whoever still hears and go on."""
        try:
            return super().write(data)
        except OSError as error:  # its disk may be full
            gone = isinstance(error, BrokenPipeError)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            if self.fileno() == 1:
                sys.stderr.flush()
                said = UNHEARD if gone else UNWRITTEN.format(error.strerror)
                sys.stderr.buffer.write(said.encode("ascii", "replace"))
                sys.stderr.flush()
            return super().write(data)


def go_on_unheard() -> None:
    """Have what is printed from here on end nothing, whoever stops to read it."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, io.TextIOWrapper) or isinstance(stream.buffer, io.BytesIO):
            continue
        stream.flush()
        setattr(
            sys,
            name,
            io.TextIOWrapper(
                io.BufferedWriter(_Lasting(stream.fileno(), "w", closefd=False)),
                encoding=stream.encoding,
                errors=stream.errors,
                line_buffering=True,
            ),
        )
