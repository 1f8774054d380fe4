"""Tries a seed out on the solutions: no class pays for an unlucky draw.

The numbers that a seed draws decide how near a right answer comes to the limit of what is let
pass, above all where a gradient is held against finite differences.  A seed passes where the
solutions use up no more than a quarter of any tolerance.
"""

from __future__ import annotations

from collections.abc import Mapping

from grader.cases.case import OWN, Case
from grader.isolation.lane import Lane
from grader.isolation.sandbox import SandboxError
from grader.judging.judge import Judge
from grader.record import Finding

_TRIES = 3
"""Workers that are asked: one may be killed from outside."""

SHARE = 0.25
"""How much of a tolerance the solutions may use up where numbers are drawn."""


def narrow(
    judge: Judge, lane: Lane, files: Mapping[str, bytes], share: float = SHARE
) -> list[Case]:
    """Return the cases that right files fail, or pass without room to spare on drawn numbers.

    ``lane`` has the judge's workers, with as much time as right files may take.  Raises
    SandboxError if no worker can be started, or one came to no end.
    """
    found: list[Case] = []
    waiting = {one.name: one.file.removesuffix(".py") for one in judge.assignment.functions}
    groups = []
    for name, module in waiting.items():
        groups += [judge.suite.group("", module, OWN), judge.suite.group(name, module, OWN)]
    for _ in range(_TRIES):
        with lane.open(files) as worker:
            answers = worker.ask(groups)
        if len(answers) == len(groups) and not answers[-1].stopped:
            break
    for name, answer in zip(waiting, answers[1::2], strict=False):
        for case, replies in zip(judge.suite.cases[name], answer.replies, strict=True):
            room = share if case.drawn else 1.0
            if case.judge(OWN, replies, answer.stopped, lambda *_: Finding("raised"), room):
                found.append(case)
    if len(answers) < len(groups) or answers[-1].stopped:
        said = answers[-1].stopped.kind if answers[-1].stopped else "died"
        raise SandboxError(f"the solutions came to no end ({said})")
    return found
