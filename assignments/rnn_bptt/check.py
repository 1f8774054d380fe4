"""Tries your homework: the files first, then function by function in order of work.

python check.py                  everything
python check.py softmax          one function
python check.py softmax --watch  again whenever you save a file
python check.py --lang zh        in Chinese
"""

from __future__ import annotations

import argparse
import os
import runpy
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
WRONG_USE = 2
_NOTHING_CHOSEN = 5
_BETWEEN_LOOKS = 0.5
_WORDS = runpy.run_path(str(HERE / "checks" / "words.py"))
said: Callable[[str], str] = _WORDS["said"]


def main(arguments: list[str] | None = None) -> int:
    """Try everything or one function; return 0 if all is right, 1 if not, 2 for a wrong name."""
    parser = argparse.ArgumentParser(description=said("Try your homework."))
    every = said("the function; without it, all are tried")
    again = said("again whenever a file is saved")
    parser.add_argument("function", nargs="?", help=every)
    parser.add_argument("--watch", action="store_true", help=again)
    parser.add_argument("--lang", choices=_WORDS["languages"](), help=said("the language"))
    asked = parser.parse_args(arguments)
    if asked.lang:
        _WORDS["choose"](asked.lang)
    if asked.watch:
        return _watch([asked.function] if asked.function else [])
    try:
        import pytest
    except ImportError:
        missing = said("pytest is not installed here: pip install numpy pytest")
        print(missing, file=sys.stderr)
        return WRONG_USE
    os.chdir(HERE)
    sys.dont_write_bytecode = True
    chosen = ["-k", asked.function] if asked.function else []
    quiet = ["-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:warnings"]
    try:
        code = int(pytest.main([*quiet, "test_public.py", *chosen]))
    except BrokenPipeError:  # whoever read what is printed has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return WRONG_USE if code == _NOTHING_CHOSEN else code


def _watch(chosen: list[str]) -> int:
    """Run again after every change, until Ctrl-C."""
    seen: dict[Path, float] = {}
    try:
        while True:
            now = _times()
            if now != seen:
                seen = now
                if sys.stdout.isatty():
                    print("\033[2J\033[H", end="")
                subprocess.run([sys.executable, __file__, *chosen], check=False)
                waiting = said("Waiting for the next change; Ctrl-C ends it.")
                print(f"\n{waiting}", flush=True)
            time.sleep(_BETWEEN_LOOKS)
    except KeyboardInterrupt:
        return 0


def _times() -> dict[Path, float]:
    times = {}
    for path in HERE.glob("*.py"):
        try:
            times[path] = path.stat().st_mtime
        except OSError:  # it is being saved
            continue
    return times


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(main())
