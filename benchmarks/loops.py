"""What submissions that loop for ever cost the others of their class."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from benchmarks.classes import make_class
from benchmarks.measure import cores, grade_run
from benchmarks.options import Options
from benchmarks.stored import Found, table

TITLE = "What loops cost a class"
SHARE = 20
"""One of so many loops in every function."""
TIMEOUT = 1.0


def measure(options: Options) -> dict[str, Any]:
    """Grade the same class without and with submissions that loop in every function."""
    size = options.slow_class
    looping = size // SHARE
    runs = []
    for number in (0, looping):
        with tempfile.TemporaryDirectory() as scratch:
            print(f"  {number} of {size} loop:", end="", flush=True)
            folder = make_class(Path(scratch, "submitted"), size, looping=number)
            cost = grade_run(folder, "--timeout", str(TIMEOUT))
            runs.append({"looping": number, "cpu": cost.cpu, "wall": cost.wall})
            print(f" {cost.cpu:.1f} s of CPU, {cost.wall:.1f} s", flush=True)
    return {"cores": cores(), "size": size, "timeout": TIMEOUT, "runs": runs}


def sentence(found: Found) -> str:
    """Return how much longer a class takes with its loops than they explain."""
    without, with_loops = found["runs"]
    wall = with_loops["wall"] - without["wall"]
    explained = (with_loops["cpu"] - without["cpu"]) / found["cores"]
    return (
        f"With {with_loops['looping']} of {found['size']} looping in every function, the class "
        f"takes {wall:.0f} s longer; what the loops take, spread over {found['cores']} lanes, is "
        f"{explained:.0f} s (limit {found['timeout']:g} s a function)."
    )


def text(found: Found) -> str:
    """Return the table, and how much longer the class took than its loops explain."""
    without, with_loops = found["runs"]
    cpu = with_loops["cpu"] - without["cpu"]
    rows = [
        (
            f"{run['looping']} loop in every function",
            f"{run['cpu']:.1f}",
            f"{run['wall']:.1f}",
            f"{run['cpu'] / (run['wall'] * found['cores']):.0%}",
        )
        for run in found["runs"]
    ]
    each = cpu / with_loops["looping"]
    return "\n\n".join(
        [
            table((f"of {found['size']} submissions", "CPU s", "wall s", "cores busy"), rows),
            f"{sentence(found)}  One that loops takes {each:.1f} s of processor time.",
        ]
    )
