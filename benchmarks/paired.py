"""Holds this checkout against another one: the same classes, in turn, on the same machine.

python -m benchmarks.paired BEFORE            some 5 minutes; BEFORE is a checkout with a .venv
python -m benchmarks.paired BEFORE --quick    whether it works: no figures to quote

What is measured, the command's start included:

- a class of 30 (the sample class, made different, in its proportions): wall time to the last
  result, in a new folder and judged once more in the same; wall time to the first result then;
  processor time of both
- a class of 1,000: processor time, the peak of memory, and how much of it the last half adds
- right submissions alone: processor time of each beyond the first 20, to the limit, which is the
  time of BEFORE's calls and comparisons in one warm process
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.classes import ASSIGNMENT, ROOT, SAMPLES, make_class, make_different
from benchmarks.limit import ONE_THREAD
from benchmarks.measure import Cost, commit, machine, run
from benchmarks.stored import RESULTS

RIGHT = ("amara_okafor", "benedikt_vogel", "chen_xiaoyu")
"""Those of the sample class that earn every point."""
_FEW = 20


@dataclass
class Side:
    """One of the two checkouts, and what was measured with it."""

    root: Path
    wall: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)
    taken_again: list[float] = field(default_factory=list)
    cpu: float = 0.0
    memory: float = 0.0
    growth: float = 0.0
    right: list[float] = field(default_factory=list)

    def grade(self, submitted: Path, out: Path, *options: str) -> tuple[Cost, list[float]]:
        """Grade a class; also return after how many seconds each result was written."""
        grade = self.root / ".venv" / "bin" / "grade"
        began = time.time()
        command = [grade, "run", ASSIGNMENT, submitted, "--out", out, *options]
        cost = run(command, self.root, every=1.0)
        written = sorted(path.stat().st_mtime - began for path in out.glob("*/results.json"))
        if len(written) != len(list(submitted.iterdir())) or written[0] < 0:
            raise RuntimeError(f"not every submission was judged by {self.root}")
        return cost, written


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("before", type=Path, help="another checkout, with a .venv of its own")
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--rounds", type=int, default=3, help="of the class of 30 (default 3)")
    parser.add_argument("--only", choices=("small", "large", "right"), action="append")
    arguments = parser.parse_args()
    large, right, rounds = (24, 24, 1) if arguments.quick else (1000, 220, arguments.rounds)
    sides = Side(arguments.before.resolve()), Side(ROOT)
    parts = arguments.only or ["small", "large", "right"]
    limits: list[float] = []
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        if "small" in parts:
            _small(sides, place, rounds)
        if "large" in parts:
            _large(sides, place, large)
        if "right" in parts:
            limits = _right(sides, place, right)
    lines = report(sides, limits, large)
    print(*lines, sep="\n")
    if not arguments.quick:
        (RESULTS / "paired.md").write_text("\n".join(lines) + "\n", "utf-8")


def _small(sides: Sequence[Side], place: Path, rounds: int) -> None:
    submitted = make_class(place / "small", 30)
    for number in range(rounds):
        for name, side in zip(("before", "after"), sides, strict=True):
            print(f"  30: round {number + 1} of {rounds}, {name}", flush=True)
            out = place / f"{name}{number}"
            cost, written = side.grade(submitted, out)
            side.wall.append(written[-1])
            side.taken.append(cost.cpu)
            cost, written = side.grade(submitted, out, "--force")
            side.taken_again.append(cost.cpu)
            side.again.append(written[-1])
            side.first.append(written[0])


def _large(sides: Sequence[Side], place: Path, size: int) -> None:
    submitted = make_class(place / "large", size)
    for name, side in zip(("before", "after"), sides, strict=True):
        print(f"  {size:,}: {name}", flush=True)
        cost, _ = side.grade(submitted, place / f"large_{name}")
        totals = [sample.total for sample in cost.samples]
        side.cpu, side.memory = cost.cpu, cost.memory
        side.growth = max(totals[len(totals) // 2 :]) - max(totals[: len(totals) // 2])


def _right(sides: Sequence[Side], place: Path, size: int) -> list[float]:
    models = [SAMPLES / name / ASSIGNMENT for name in RIGHT]
    many = make_different(place / "right", size, models)
    few = make_different(place / "few", min(_FEW, size // 2), models)
    more = size - len(list(few.iterdir()))
    for name, side in zip(("before", "after"), sides, strict=True):
        print(f"  right ones: {name}", flush=True)
        costs = [side.grade(one, place / f"{one.name}_{name}")[0].cpu for one in (few, many)]
        side.right.append((costs[1] - costs[0]) / more)
    print("  the limit", flush=True)
    before = sides[0].root
    command = [before / ".venv" / "bin" / "python", "-m", "benchmarks.limit", few]
    told = subprocess.run(
        command, cwd=before, env={**os.environ, **ONE_THREAD}, capture_output=True, text=True
    )
    if told.returncode:
        raise RuntimeError(f"the limit could not be measured: {told.stderr[-2000:]}")
    return [float(value) for value in json.loads(told.stdout.splitlines()[-1])]


def report(sides: Sequence[Side], limits: Sequence[float], large: int) -> list[str]:
    """Return the table of what was measured, a line each."""
    before, after = sides
    rows: list[tuple[str, str, str, str]] = []

    def row(what: str, unit: str, one: Any, other: Any, digits: int = 2) -> None:
        values = [statistics.median(some) for some in (one, other) if some]
        if len(values) == 2 and values[0]:
            told = [f"{value:.{digits}f} {unit}" for value in values]
            rows.append((what, *told, f"{values[1] / values[0]:.2f}"))  # type: ignore[arg-type]

    row("30, new folder: last result (wall)", "s", before.wall, after.wall)
    row("30, once more: last result (wall)", "s", before.again, after.again)
    row("30, once more: first result (wall)", "s", before.first, after.first)
    row("30, new folder: processor time", "s", before.taken, after.taken)
    row("30, once more: processor time", "s", before.taken_again, after.taken_again)
    if after.cpu:
        row(f"{large:,}: processor time", "s", [before.cpu], [after.cpu], 1)
        row(f"{large:,}: peak memory", "MiB", [before.memory], [after.memory], 0)
    if after.right:
        row("a right one: processor time", "ms", *[[1000 * one.right[0]] for one in sides], 1)
    lines = ["| what | before | after | after to before |", "| --- | --- | --- | --- |"]
    lines += ["| " + " | ".join(one) + " |" for one in rows]
    if after.cpu:
        lines += ["", f"Memory of the last half over the first: {before.growth:+.0f} MiB before, "]
        lines[-1] += f"{after.growth:+.0f} MiB after."
    if limits:
        least = statistics.mean(limits)
        lines += ["", f"A right one takes {before.right[0] / least:.2f} times the limit before, "]
        lines[-1] += f"{after.right[0] / least:.2f} times after ({1000 * least:.1f} ms)."
    git = ["git", "-C", str(before.root), "describe", "--always"]
    other = subprocess.run(git, capture_output=True, text=True).stdout.strip()
    return [*lines, "", f"`python -m benchmarks.paired`: {other} and {commit()}; {machine()}."]


if __name__ == "__main__":
    main()
