"""How long it takes until there is something to see: first results, self-tests, help."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.classes import ROOT, make_class
from benchmarks.measure import GRADE, grade_run, run
from benchmarks.options import Options
from benchmarks.peers.environments import Unavailable, student_environment
from benchmarks.stored import Found, spread, table

TITLE = "How soon there is something to see"

CELL_AND_SEQUENCE = 'pytest -m "not torch"'
"""As the assignment's README says it."""

FIRST_RESULT = "`grade run`: until the first result is written"
SELF_TEST = f"`{CELL_AND_SEQUENCE}`: the cell and the sequence, solved"
STUBS = f"`{CELL_AND_SEQUENCE}`: the same, untouched"
ALL_TESTS = "`pytest`: all public tests, solved"
HELP = "`grade --help`"
PYTHON = "an interpreter that does nothing, for comparison"


def measure(options: Options) -> dict[str, Any]:
    """Measure each several times; the first time, in which files are read, does not count."""
    seconds: dict[str, list[float]] = {}
    why: dict[str, str] = {}
    print("  first result", flush=True)
    seconds[FIRST_RESULT] = _repeated(options, first_result)
    print("  help", flush=True)
    seconds[HELP] = _repeated(options, lambda: run([*GRADE, "--help"]).wall)
    seconds[PYTHON] = _repeated(options, lambda: run([GRADE[0], "-c", "pass"]).wall)
    print("  self-tests", flush=True)
    try:
        seconds |= self_tests(options, student_environment())
    except (Unavailable, RuntimeError) as error:
        why = dict.fromkeys((SELF_TEST, STUBS, ALL_TESTS), str(error))
    return {"seconds": seconds, "why_not": why}


def first_result() -> float:
    """Return the wall seconds from the start of a run until the first results are there."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch, "results")
        submitted = make_class(Path(scratch, "submitted"), 4)
        found: list[float] = []
        start = time.perf_counter()

        def look() -> bool:
            if any(out.glob("*/results.json")):
                found.append(time.perf_counter() - start)
            return bool(found)

        grade_run(submitted, out=out, meanwhile=look)
    if not found:
        raise RuntimeError("a run ended before its first result was seen")
    return found[0]


def self_tests(options: Options, programs: Path) -> dict[str, list[float]]:
    """Run the public tests as a student does, in a student's environment."""
    stubs, solutions = ROOT / "assignments" / "rnn_bptt", ROOT / "solutions" / "rnn_bptt"
    with tempfile.TemporaryDirectory() as scratch:
        untouched, solved = Path(scratch, "untouched"), Path(scratch, "solved")
        for folder in (untouched, solved):
            shutil.copytree(stubs, folder)
        for path in stubs.glob("*.py"):
            if (solutions / path.name).exists():
                shutil.copy(solutions / path.name, solved / path.name)

        def timed(folder: Path, *arguments: str, codes: Sequence[int] = (0,)) -> list[float]:
            command = [programs / "pytest", *arguments]
            return _repeated(options, lambda: run(command, folder, codes).wall)

        return {
            SELF_TEST: timed(solved, "-m", "not torch"),
            STUBS: timed(untouched, "-m", "not torch", codes=(1,)),
            ALL_TESTS: timed(solved),
        }


def _repeated(options: Options, measured: Any) -> list[float]:
    measured()
    return [float(measured()) for _ in range(options.repeats)]


def text(found: Found) -> str:
    """Return the table."""
    rows = [(what, spread(times, "{:.2f}")) for what, times in found["seconds"].items()]
    rows += [(what, f"not measured: {why}") for what, why in found["why_not"].items()]
    number = max(len(times) for times in found["seconds"].values())
    return "\n\n".join(
        [
            table(("from pressing enter", "wall s"), rows),
            f"Median (lowest to highest) of {number}, after one that is not counted: files are in "
            "the system's cache.  Students' tests run in an environment with NumPy, PyTorch and "
            "pytest alone.",
        ]
    )
