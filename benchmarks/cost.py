"""What grading costs: `grade run` beside a fresh process per submission, and beside the limit.

All three judge the same class by the same hidden cases:

``grade run``      the command as it is: isolated workers, diagnosis, all results written
``fresh process``  one Python process per submission: imports PyTorch, has pytest collect the
                   cases, computes what is expected, judges, without isolation
``the limit``      the same calls and comparisons in one process, everything expected cached

Run `python -m benchmarks.cost`; it takes some minutes, and writes results/cost.md.
"""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.classes import ROOT, make_class
from benchmarks.in_process import InProcess
from benchmarks.measure import Cost, machine, run
from grader.course import find_course

RESULTS = Path(__file__).parent / "results"


def grade_run(folder: Path, jobs: int) -> Cost:
    """Grade a class with the command."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-c", "from grader.cli import main; main()"]
        arguments = ["run", "rnn_bptt", str(folder), "--out", f"{out}/results", "--jobs", str(jobs)]
        return run([*command, *arguments], ROOT)


def fresh_processes(folder: Path, most: int) -> list[Cost]:
    """Judge some submissions, each in a process of its own."""
    students = sorted(folder.iterdir())[:most]
    program = [sys.executable, "-m", "benchmarks.in_process"]
    # a process that a submission ends has not failed: that is what it cost
    ends = range(-64, 256)
    return [run([*program, str(student / "rnn_bptt")], ROOT, codes=ends) for student in students]


def limit(folder: Path, most: int) -> list[float]:
    """Judge some submissions in this process; seconds of processor time for each.

    Those that end their process are left out: here they would end the benchmark.
    """
    judge = InProcess(find_course(ROOT).assignment("rnn_bptt"))
    logging.disable()
    costs = []
    for student in [one for one in sorted(folder.iterdir()) if "rosa_delgado" not in one.name][
        :most
    ]:
        files = {path.name: path.read_bytes() for path in (student / "rnn_bptt").glob("*.py")}
        judge_quietly(judge, files)  # once to get warm
        start = time.process_time()
        judge_quietly(judge, files)
        costs.append(time.process_time() - start)
    return costs


def judge_quietly(judge: InProcess, files: dict[str, bytes]) -> None:
    """Judge, with whatever students print going nowhere."""
    kept, null = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    try:
        judge.score(files)
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(null)
        os.close(kept)


def spread(values: list[float]) -> str:
    """Write a median with its quartiles, in milliseconds."""
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{1000 * middle:.0f} ({1000 * low:.0f} to {1000 * high:.0f})"


def main() -> None:
    """Measure, print the table, and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=200, help="submissions (default 200)")
    parser.add_argument("--fresh", type=int, default=20, help="of them in fresh processes")
    arguments = parser.parse_args()
    jobs = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as place:
        small = make_class(Path(place, "small"), max(arguments.size // 10, 1))
        large = make_class(Path(place, "large"), arguments.size)
        few, many = grade_run(small, jobs), grade_run(large, jobs)
        fresh = fresh_processes(large, arguments.fresh)
        limits = limit(large, arguments.fresh)
    each = many.cpu / arguments.size
    fresh_each = statistics.mean(cost.cpu for cost in fresh)
    limit_each = statistics.mean(limits)
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    lines = [
        "# What grading costs",
        "",
        f"`python -m benchmarks.cost --size {arguments.size} --fresh {arguments.fresh}` on "
        f"{machine()}, at {commit}.",
        "The sample class's submissions, right and wrong in its proportions, those that loop left "
        "out.",
        "Processor time is that of all processes together; memory is the peak of their "
        "proportional set size, and a lane is a judge with its zygote and worker.",
        "",
        "| per submission | CPU ms | beside the limit |",
        "| --- | --- | --- |",
        f"| the limit: one process, no isolation, expected values cached | {1000 * limit_each:.0f} "
        "| 1 |",
        f"| `grade run`, {arguments.size} submissions, starting up included | {1000 * each:.0f} | "
        f"{each / limit_each:.1f} |",
        f"| a fresh process per submission, no isolation | {1000 * fresh_each:.0f} | "
        f"{fresh_each / limit_each:.1f} |",
        "",
        f"`grade run` takes 1/{fresh_each / each:.0f} of the fresh processes' time.  Median and "
        f"quartiles of a fresh process: {spread([cost.cpu for cost in fresh])} ms; of the limit: "
        f"{spread(limits)} ms.",
        "",
        "| `grade run` of | CPU s | wall s | peak MiB, all | MiB per lane |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {size} submissions | {cost.cpu:.1f} | {cost.wall:.1f} | {cost.memory:.0f} | "
            f"{cost.below / jobs:.0f} |"
            for size, cost in ((max(arguments.size // 10, 1), few), (arguments.size, many))
        ),
        "",
    ]
    print("\n".join(lines))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "cost.md").write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    main()
