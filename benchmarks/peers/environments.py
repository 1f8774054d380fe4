"""Environments of their own for peers and for a student, made once and kept in the user's cache."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

CACHE = user_cache_path("unrolled-benchmarks")
WORK = tuple(f"{name}=={version(name).partition('+')[0]}" for name in ("numpy", "torch"))
"""What submissions need, in the versions that our own workers have."""
PYTEST = f"pytest=={version('pytest')}"


class Unavailable(Exception):
    """A peer cannot be installed or run here; says why."""


def environment(name: str, requirements: Sequence[str]) -> Path:
    """Return the folder of an environment's programs, made if it is not there as required.

    Raises Unavailable with the last line of what pip said if it cannot be.
    """
    folder = CACHE / name
    required = " ".join([*requirements, *WORK])
    stamp = folder / "required.txt"
    if not stamp.exists() or stamp.read_text("utf-8") != required:
        print(f"  installing {required} into {folder}", flush=True)
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        _run([*pip, *requirements, *WORK])
        stamp.write_text(required, "utf-8")
    return folder / "bin"


def student_environment() -> Path:
    """Return what a student has: NumPy, PyTorch and pytest."""
    return environment("student", [PYTEST])


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no reason was given"]
        raise Unavailable(f"it cannot be installed: {said[-1]}")
