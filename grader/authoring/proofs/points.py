"""Solutions earn everything and stubs nothing, whatever the seed, and with room to spare."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from grader.authoring.proofs.bench import Bench, Checked, Fault, checked, short, wrong
from grader.cases.case import OWN
from grader.course import Function
from grader.intake.submission import read_submission
from grader.isolation.answers import Raised
from grader.isolation.groups import Common, Group
from grader.isolation.sandbox import SandboxError
from grader.phrases import Phrases
from grader.record import Report

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
        faults = list(_faults(bench, report, full=bool(due)))
        if faults and due:
            faults = list(_beside_it(bench)) or faults
        note = margin(bench) if what == "solutions" and not faults else ""
        yield checked(f"the {what} score {due:g} (seed {bench.seed})", faults, note)


def _faults(bench: Bench, report: Report, *, full: bool) -> Iterator[Fault]:
    """Yield a fault for each function that does not earn all, or that earns anything."""
    phrases = Phrases.load()
    for function, result in zip(bench.assignment.functions, report.functions, strict=True):
        due = function.points if full else 0.0
        if result.score is None or result.score != due:
            score = "not judged" if result.score is None else f"{result.score:g} points"
            said = f": {phrases.what(result.finding)}" if full and result.finding else ""
            case = _first_wrong(bench, function) if full else ""
            yield Fault(f"{score}, not {due:g}{said}", function.name, case=case)


def _beside_it(bench: Bench) -> Iterator[Fault]:
    """Yield what runs beside a submission and cannot be imported there: nothing is judged then."""
    code = {file: text.encode() for file, text in bench.assignment.code.items()}
    for file in sorted(code):
        group = Group.of(file.removesuffix(".py"), "none", [[["call", "none", [], True, {}]]])
        with bench.judge.lane.open(code, Common()) as worker:
            (answer,) = worker.ask([group])
        for one in answer.replies[0] or ():
            if isinstance(one, Raised) and one.importing:
                said = f"{one.type}: {one.text}".strip(": ")
                yield Fault(f"{file} cannot be imported in a worker ({said})")


def _first_wrong(bench: Bench, function: Function) -> str:
    """Return the first case that the solution does not pass, "" where it comes to no end."""
    with contextlib.suppress(SandboxError):
        replies = bench.solution[function.name, OWN]
        for case, some in zip(bench.cases(function), replies, strict=True):
            if wrong(case, OWN, some):
                return short(case)
    return ""


def margin(bench: Bench) -> str:
    """Say how much of the tolerances the solutions use up, and where it is most."""
    worst, where = 0, ""
    for function in bench.assignment.functions:
        replies = bench.solution[function.name, OWN]
        for case, some in zip(bench.cases(function), replies, strict=True):
            while case.drawn and worst < len(SHARES) - 1 and wrong(case, OWN, some, SHARES[worst]):
                worst, where = worst + 1, short(case)
    return f"within {SHARES[worst]:g} of every tolerance{f': {where}' if where else ''}"
