"""Where the command ``grade`` begins: what has to hold before anything else is loaded.

Nothing is imported here that takes time: a signal that comes while the rest is, is told in a
sentence as well.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> None:
    """Carry the command out."""
    for one in _SIGNALS:
        if signal.getsignal(one) is not signal.SIG_IGN:  # as under nohup
            signal.signal(one, _end)
    have_standard_streams()
    _speak_utf8()
    from grader.commands.main import main

    main()


def _end(number: int, _frame: object) -> NoReturn:
    os.write(2, b"Error: Interrupted.\n")
    os._exit(128 + number)


def have_standard_streams() -> None:
    """Put nothing in the place of streams that are closed: no other file takes their numbers."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            mode = "w" if number else "r"
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def _speak_utf8() -> None:
    """Begin again where names of files are taken for anything but UTF-8.

    Names come from other machines, in zips and lists of a class, and must have a place here;
    what is printed keeps to what the terminal understands.
    """
    if sys.flags.utf8_mode or sys.getfilesystemencoding().lower().replace("-", "") == "utf8":
        return
    spoken = getattr(sys.stdout, "encoding", None) or "ascii"
    os.environ["PYTHONIOENCODING"] = f"{spoken}:backslashreplace"
    os.environ["PYTHONUTF8"] = "1"
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
