"""The command as its users run it: a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "samples" / "rnn_bptt" / "submitted"
GRADE = (sys.executable, "-c", "from grader.cli import main; main(prog_name='grade')")

Done = subprocess.CompletedProcess[str]


def grade(*arguments: str | Path, cwd: Path = ROOT, prefix: Sequence[str] = ()) -> Done:
    """Run a command to its end."""
    return subprocess.run(
        [*prefix, *GRADE, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
