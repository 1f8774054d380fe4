"""Judges all right submissions that the repository has on many seeds: no draw may cost a point.

python -m benchmarks.seeds --keep                500 seeds of every assignment
python -m benchmarks.seeds --seeds 20 --minutes 5
python -m benchmarks.seeds --keep rnn_bptt       one; what is kept of the others stays
python -m benchmarks.seeds --keep --go-on NAME   begins after the last seed that is kept of it
python -m benchmarks.seeds --keep --styles NAME  right submissions in other styles, a row more

Right is what has full points on the first seed: the solutions, and those of the sample classes; or
with --styles what else is right in the repository, in another style than the solutions.
A seed on which the solutions use up more than a quarter of a tolerance where numbers are drawn
would be drawn again, and is counted.  Seeds are 0, 1, 2 and so on.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.classes import ROOT
from benchmarks.measure import commit, machine
from benchmarks.stored import RESULTS, keep, page, read, table
from benchmarks.styles import styles
from grader.course import Assignment, find_course
from grader.intake.submission import Submission, read_submission
from grader.isolation.lane import Lane
from grader.judging.trial import SHARE, narrow
from grader.running.settings import Settings
from grader.running.start import started

TITLE = "Seeds"
SHARES = (0.05, 0.1, SHARE, 0.5, 1.0)
"""Shares of the tolerances at which it is counted how many seeds use up more."""


def candidates(task: Assignment, others: bool) -> Iterator[Submission]:
    """Yield what may be right: the solutions, and the sample class, or else ``others``."""
    if others:
        yield from (Submission(name, files, (), "") for name, files in styles(task).items())
        return
    yield read_submission(task.solutions, "the solutions", task)
    folder = ROOT / "samples" / task.name / "submitted"
    for student in sorted(folder.glob("*")) if folder.is_dir() else ():
        if (student / task.name).is_dir():
            yield read_submission(student / task.name, student.name, task)


def measure(
    task: Assignment,
    seeds: int,
    until: float,
    kept: Mapping[str, Any] | None = None,
    *,
    others: bool = False,
) -> dict[str, Any]:
    """Return how many seeds were tried, which cost a right submission points, and the shares.

    What was ``kept`` of an earlier call is gone on with.
    """
    none = dict.fromkeys(map(str, SHARES), 0)
    found: dict[str, Any] = {"seeds": 0, "right": [], "lost": [], "over": none, **(kept or {})}
    with started(task, weak=False) as start:
        right = list(candidates(task, others))
        if kept:
            right = [one for one in right if one.student in found["right"]]
        for seed in range(found["seeds"], seeds):
            if seed and time.monotonic() > until:
                break
            judge, settings = start.judge(Settings(seed))
            lane = Lane(start.sandbox, 60.0)
            for share in SHARES:  # what fits into a small share fits into every larger one
                if not narrow(judge, lane, task.solution, share):
                    break
                found["over"][str(share)] += 1
                if share == SHARE:
                    found.setdefault("redrawn", []).append(settings.seed)
            scores = {one.student: judge.judge(one).score for one in right}
            if not seed:
                right = [one for one in right if scores[one.student] == task.points]
                found["right"] = [one.student for one in right]
            found["lost"] += [
                f"{student} on seed {seed}: {scores[student]}"
                for student in found["right"]
                if scores[student] != task.points
            ]
            found["seeds"] += 1
    return found


def text(found: Mapping[str, Any]) -> str:
    """Return the page's text."""
    heads = ["assignment", "seeds", "right submissions", "points lost", "drawn again"]
    rows = [
        [
            name,
            str(one["seeds"]),
            str(len(one["right"])),
            str(len(one["lost"])),
            str(one["over"][str(SHARE)]),
        ]
        for name, one in found["assignments"].items()
    ]
    more = [
        f"- {name}: the solutions use up more than "
        + ", ".join(f"{float(share):g} on {count}" for share, count in one["over"].items())
        for name, one in found["assignments"].items()
    ]
    lost = [
        f"- {name}: {said}" for name, one in found["assignments"].items() for said in one["lost"]
    ]
    return "\n".join(
        [table(heads, rows), "", "Shares of a tolerance, and seeds:", "", *more, *lost]
    )


def main() -> None:
    """Judge, and print what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=120.0, help="for all assignments together")
    parser.add_argument("--keep", action="store_true", help="keep the figures and their page")
    parser.add_argument("--go-on", action="store_true", help="begin after what is kept")
    parser.add_argument("--styles", action="store_true", help="right ones in other styles")
    parser.add_argument("names", nargs="*", metavar="ASSIGNMENT", help="default: all of them")
    options = parser.parse_args()
    found: dict[str, Any] = {
        "command": " ".join(["python -m benchmarks.seeds", *sys.argv[1:]]),
        "machine": machine(),
        "commit": commit(),
        "assignments": {},
    }
    before = (read("seeds") or {}).get("assignments", {})
    course = find_course(Path(ROOT))
    names = options.names or course.names()
    for number, name in enumerate(names):
        until = time.monotonic() + 60 * options.minutes / len(names)
        key = f"{name}, other styles" if options.styles else name
        kept = before.get(key) if options.go_on else None
        one = measure(course.assignment(name), options.seeds, until, kept, others=options.styles)
        found["assignments"][key] = one
        print(f"{number + 1} of {len(names)}: {key}: {one}", flush=True)
    if options.keep:
        before = (read("seeds") or {}).get("assignments", {})  # another call may have kept more
        found["assignments"] = dict(sorted({**before, **found["assignments"]}.items()))
        keep("seeds", found)
        (RESULTS / "seeds.md").write_text(page(TITLE, found, text(found)), "utf-8")
    print(text(found))
    if any(one["lost"] for one in found["assignments"].values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
