"""The course checks itself before students do."""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.build import stale
from grader.authoring.leaks import leaks
from grader.course import Assignment
from grader.intake.submission import read_submission
from grader.phrases.catalogue import load_hints
from grader.running.settings import Settings
from grader.running.start import open_judge

SEEDS = (0, 1)
"""Two seeds: a solution that is right by luck, or a stub that scores by luck, shows."""


def verify_assignment(assignment: Assignment, *, weak: bool = False) -> Iterator[tuple[str, str]]:
    """Yield what was checked, and what is wrong with it ("" if nothing is)."""
    yield "the stubs are what `grade build` makes", "; ".join(stale(assignment))
    yield "nothing for students holds a solution or a hidden case", "; ".join(leaks(assignment))
    yield "every function has a hint", "; ".join(_without_hint(assignment))
    for seed in SEEDS:
        with open_judge(assignment, Settings(seed, weak=weak)) as judge:
            for what, folder, due in (
                ("solutions", assignment.solutions, assignment.points),
                ("stubs", assignment.stubs, 0.0),
            ):
                report = judge.judge(read_submission(folder, what, assignment))
                wrong = "" if report.score == due else f"they score {report.score}"
                yield f"the {what} score {due:g} (seed {seed})", wrong


def _without_hint(assignment: Assignment) -> Iterator[str]:
    """Yield a sentence for each function without a hint, in every language that has hints."""
    english = assignment.hidden / "hints.en.toml"
    for path in sorted({english, *assignment.hidden.glob("hints.*.toml")}):
        try:
            hints = load_hints(path) if path.exists() else {}
        except ValueError as error:
            yield str(error)
            continue
        for function in assignment.functions:
            if not hints.get(function.name):
                yield f"{function.name} has none in {path.name}"
