"""Grades one class again and again, alone and beside busy processes: the same to the byte.

python -m benchmarks.steady --keep               ten times alone, ten times beside four of them
python -m benchmarks.steady --times 2 rnn_bptt   fewer, of one assignment
python -m benchmarks.steady --work DIR           goes on where the last call with DIR stopped

The class of an assignment: its sample class, the golden submissions, and variants of the solution
under other names and with other constants, a hundred over all assignments.  What a student gets is
compared with the first run's, times apart.  A busy process never waits, at the same niceness; a
function has 2 seconds of processor time, so that what is charged for waiting would show.

Left out are the golden submissions whose points are chance by their own doing (``at_least`` in
their expected.toml).  Of others that do another thing each time, as those that read beyond the end
of their arguments, the words may differ, but no point: both are counted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.classes import ROOT
from benchmarks.faults import records
from benchmarks.measure import GRADE, commit, machine
from benchmarks.stored import RESULTS, keep, page, read, table
from benchmarks.variants import another
from grader.course import find_course

TITLE = "The same grades on a busy machine"
VARIANTS = 100
BUSY = 4
GOLDEN = ROOT / "tests" / "golden"
DIFFERENT = ("points", "words")
"""In what the records of a submission differ."""
FOLDERS = {
    "rnn_bptt": "attacks",
    "long_term_dependencies": "long_term",
    "gated_rnn": "gated",
}
"""Where the golden submissions to an assignment stand."""


def make_class(name: str, folder: Path, variants: int) -> None:
    """Write the class of an assignment as an nbgrader tree."""
    solutions = find_course(ROOT).assignment(name).solutions
    for student in sorted((ROOT / "samples" / name / "submitted").iterdir()):
        shutil.copytree(student, folder / student.name)
    for golden in sorted((GOLDEN / FOLDERS.get(name, name)).glob("*")):
        if "at_least" in _expected(golden):
            continue
        target = folder / f"golden_{golden.name}" / name
        shutil.copytree(_base(golden, solutions), target, ignore=_compiled)
        shutil.copytree(golden, target, ignore=_compiled, dirs_exist_ok=True)
    for number in range(variants):
        target = folder / f"variant_{number:03}" / name
        target.mkdir(parents=True)
        for path in solutions.glob("*.py"):
            text = another(path.read_text("utf-8"), number)
            (target / path.name).write_text(text, "utf-8")


_compiled = shutil.ignore_patterns("__pycache__", "expected.toml")


def _base(golden: Path, solutions: Path) -> Path:
    base = _expected(golden).get("base", "")
    return GOLDEN / "base" / base if (GOLDEN / "base" / base).is_dir() and base else solutions


def _expected(golden: Path) -> Mapping[str, Any]:
    path = golden / "expected.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


@contextlib.contextmanager
def beside(busy: int) -> Iterator[None]:
    """Keep so many processes busy."""
    processes = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(busy)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


class Steady:
    """The classes, the first run's grades, and what was found so far."""

    def __init__(self, work: Path, names: list[str]) -> None:
        self._work, self._names = work, names
        self._file = work / "found.json"
        for number, name in enumerate(names):
            if not (work / "submitted" / name).exists():
                share = VARIANTS * (number + 1) // len(names) - VARIANTS * number // len(names)
                make_class(name, work / "submitted" / name, share)
        self.found: dict[str, Any] = {
            "students": {},
            "alone": 0,
            "busy": 0,
            **{how: [] for how in DIFFERENT},
        }
        if self._file.exists():
            self.found = json.loads(self._file.read_text("utf-8"))

    def run(self, kind: str) -> None:
        """Grade all classes once more, and compare."""
        with beside(BUSY if kind == "busy" else 0):
            for name in self._names:
                out = self._work / "first" / name
                if out.exists():
                    out = self._work / "again" / name
                    shutil.rmtree(out, ignore_errors=True)
                self._grade(name, out)
                due, got = records(self._work / "first" / name), records(out)
                self.found["students"][name] = len(due)
                for student in sorted(due.keys() | got.keys()):
                    one, other = due.get(student), got.get(student)
                    if one != other:
                        same = one and other and _points(one) == _points(other)
                        how = "words" if same else "points"
                        self.found[how].append(f"{name}: {student} ({kind})")
        self.found[kind] += 1
        self._file.write_text(json.dumps(self.found, indent=1) + "\n", "utf-8")

    def _grade(self, name: str, out: Path) -> None:
        submitted = self._work / "submitted" / name
        # what ends before it has begun would be taken for what all are compared with
        part = out.with_name(out.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        subprocess.run(
            [*GRADE, "run", name, submitted, "--out", part, "--seed", "7", "--timeout", "2"],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        part.rename(out)


def _points(record: Mapping[str, Any]) -> list[Any]:
    return [record["score"], *((one["name"], one["score"]) for one in record["tests"])]


def text(found: Mapping[str, Any]) -> str:
    """Return the page's text."""
    rows = [[name, str(count)] for name, count in found["students"].items()]
    points, words = found["points"], found["words"]
    return f"""{table(["assignment", "submissions"], rows)}

Graded {found["alone"]} times alone and {found["busy"]} times beside {BUSY} busy processes.
Records whose points differ from the first run's: {len(points)}; whose words alone do, times apart:
{len(words)}.
""" + "".join(f"- {one}\n" for one in sorted({*points, *words}))


def main() -> None:
    """Grade, compare, and print what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=10, help="of each kind")
    parser.add_argument("--minutes", type=float, default=300.0, help="after which none is begun")
    parser.add_argument("--work", type=Path, help="a folder to go on in")
    parser.add_argument("--keep", action="store_true", help="keep the figures and their page")
    parser.add_argument("names", nargs="*", metavar="ASSIGNMENT", help="default: all of them")
    options = parser.parse_args()
    signed = {"command": " ".join(["python -m benchmarks.steady", *sys.argv[1:]])}
    signed |= {"machine": machine(), "commit": commit()}
    until = time.monotonic() + 60 * options.minutes
    with tempfile.TemporaryDirectory() as forgotten:
        work = options.work or Path(forgotten)
        steady = Steady(work, options.names or find_course(ROOT).names())
        found = steady.found
        while min(found["alone"], found["busy"]) < options.times and time.monotonic() < until:
            steady.run("alone" if found["alone"] <= found["busy"] else "busy")
            so_far = ", ".join(f"{key} {found[key]}" for key in ("alone", "busy", *DIFFERENT))
            print(so_far, flush=True)
    if options.keep:
        keep("steady", {**signed, **found})
        kept = read("steady")
        assert kept is not None
        (RESULTS / "steady.md").write_text(page(TITLE, kept, text(kept)), "utf-8")
    print(text(found))
    if found["points"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
