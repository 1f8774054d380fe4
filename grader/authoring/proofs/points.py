"""Solutions earn everything and stubs nothing, whatever the seed, and with room to spare."""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.proofs.bench import Bench, Checked, Fault, checked, short, wrong
from grader.cases.case import OWN
from grader.intake.submission import read_submission

SHARES = (0.0001, 0.001, 0.01, 0.1, 0.25, 0.5, 1.0)
"""Shares of the tolerances that are tried, smallest first."""


def prove(bench: Bench) -> Iterator[Checked]:
    """Yield the check of the solutions and that of the stubs, on the bench's seed."""
    task = bench.assignment
    for what, folder, due in (
        ("solutions", task.solutions, task.points),
        ("stubs", task.stubs, 0.0),
    ):
        report = bench.judge.judge(read_submission(folder, what, task), explain=False)
        faults = [] if report.score == due else [Fault(f"they score {report.score}")]
        note = margin(bench) if what == "solutions" and not faults else ""
        yield checked(f"the {what} score {due:g} (seed {bench.seed})", faults, note)


def margin(bench: Bench) -> str:
    """Say how much of the tolerances the solutions use up, and where it is most."""
    worst, where = 0, ""
    for function in bench.assignment.functions:
        replies = bench.solution[function.name, OWN]
        for case, some in zip(bench.cases(function), replies, strict=True):
            while case.drawn and worst < len(SHARES) - 1 and wrong(case, OWN, some, SHARES[worst]):
                worst, where = worst + 1, short(case)
    return f"within {SHARES[worst]:g} of every tolerance{f': {where}' if where else ''}"
