"""What a class costs as it grows: time per submission, memory, and how busy the cores are."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.classes import make_class
from benchmarks.measure import Cost, cores, grade_run
from benchmarks.options import Options
from benchmarks.stored import Found, table

TITLE = "What a class costs as it grows"
FIRST = 20
"""The class before the first: what it takes tells starting up from judging."""


def measure(options: Options) -> dict[str, Any]:
    """Grade classes of different submissions, one size after the other."""
    classes = []
    for size in (FIRST, *options.sizes):
        with tempfile.TemporaryDirectory() as scratch:
            print(f"  {size} submissions:", end="", flush=True)
            cost = grade_run(make_class(Path(scratch, "submitted"), size))
            classes.append({"size": size, "cpu": cost.cpu, "wall": cost.wall, **memory(cost)})
            print(f" {cost.cpu:.1f} s of CPU, {cost.wall:.1f} s", flush=True)
    return {"cores": cores(), "classes": classes}


def memory(cost: Cost) -> dict[str, float]:
    """Return, in MiB, the peaks of everything and of one lane, and what there is near the end.

    A lane is a process that judges, with its share of what all lanes have in common.  Near the
    end, in the last tenth but one, are the judge that takes most and the command itself, each
    without what is below.
    """
    late = [one for one in cost.samples if 0.8 * cost.wall <= one.at <= 0.9 * cost.wall]
    lanes = {pid for one in cost.samples for pid in one.children}
    return {
        "peak": cost.memory,
        "lane": max(
            ((one.total - one.own) / _at_work(one) for one in cost.samples if one.children),
            default=0,
        ),
        "judge": max((_own(late, pid) for pid in lanes), default=0.0),
        "command": _median([one.own for one in late]),
    }


def _at_work(sample: Any) -> int:
    """Return how many lanes judge: where there are several, one more only has them forked."""
    return max(1, len(sample.children) - 1)


def _own(samples: list[Any], pid: int) -> float:
    return _median([one.children[pid][0] for one in samples if pid in one.children])


def _median(values: list[float]) -> float:
    return statistics.median(values) if values else 0.0


def each(found: Found) -> list[dict[str, float]]:
    """Return, for every class but the first, its figures per submission.

    ``all`` is everything divided by the class, ``further`` what each submission beyond those of
    the class before cost, both in seconds of processor time.
    """
    rows = []
    for before, now in zip(found["classes"], found["classes"][1:], strict=False):
        rows.append(
            {
                **now,
                "all": now["cpu"] / now["size"],
                "further": (now["cpu"] - before["cpu"]) / (now["size"] - before["size"]),
                "wall_each": now["wall"] / now["size"],
                "busy": now["cpu"] / (now["wall"] * found["cores"]),
            }
        )
    return rows


def text(found: Found) -> str:
    """Return the table, and what its columns mean."""
    heads = (
        "submissions",
        "CPU s",
        "wall s",
        "CPU ms each",
        "CPU ms each further",
        "a second",
        "cores busy",
        "peak MiB, all",
        "MiB per lane",
        "a judge",
        "the command",
    )
    rows = [
        (
            f"{row['size']:,}",
            f"{row['cpu']:,.1f}",
            f"{row['wall']:,.1f}",
            f"{1000 * row['all']:.0f}",
            f"{1000 * row['further']:.0f}",
            f"{row['size'] / row['wall']:.1f}",
            f"{row['busy']:.0%}",
            f"{row['peak']:,.0f}",
            f"{row['lane']:,.0f}",
            f"{row['judge']:,.0f}",
            f"{row['command']:,.0f}",
        )
        for row in each(found)
    ]
    return "\n\n".join(
        [
            table(heads, rows),
            f"`grade run` on {found['cores']} cores.  All submissions of a class are different "
            "programs, right and wrong in the sample class's proportions.  *Each* is all that the "
            "run took, starting up included, divided by the class; *each further* what a "
            "submission beyond those of the class before took (the first class is compared with "
            f"one of {FIRST}).  *Cores busy* is submissions a second against cores divided by the "
            "processor time of one.  A lane is a judge with its zygote and worker; memory is the "
            "proportional set size: peaks of all and of one lane; of a judge and of the command by "
            "themselves as they are near the end of the run.",
        ]
    )
