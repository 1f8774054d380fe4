"""Names are UTF-8 whatever the locale says: ids are written as they are on disk."""

from __future__ import annotations

import os
import sys


def insist_on_utf8() -> None:
    """Start this program again in Python's UTF-8 mode where it would take names for another text.

    In an ASCII or a GBK locale a student's folder would go by another name than in UTF-8, and
    could not be written.  What is printed is in the terminal's own encoding, as far as it has it.
    """
    if sys.flags.utf8_mode or sys.getfilesystemencoding().lower() in ("utf-8", "utf8"):
        return
    told = (sys.stdout.encoding or "").lower() if sys.stdout else ""
    terminal = "utf-8" if told in ("", "ascii", "ansi_x3.4-1968", "us-ascii") else told
    os.environ.setdefault("PYTHONIOENCODING", f"{terminal}:backslashreplace")
    os.environ["PYTHONUTF8"] = "1"  # for the processes that it starts, too
    os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])
