"""The course checks itself before students do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.build import leaks, stale
from grader.course import Assignment
from grader.intake.submission import read_submission
from grader.phrases import Phrases
from grader.start import Terms, open_judge

SEEDS = (0, 1)
"""Two seeds: a solution that is right by luck, or a stub that scores by luck, shows."""


def verify_assignment(assignment: Assignment, *, weak: bool = False) -> Iterator[tuple[str, str]]:
    """Yield what was checked, and what is wrong with it ("" if nothing is)."""
    yield (
        "the stubs are what `grade build` makes",
        _listed(stale(assignment.solutions, assignment.stubs)),
    )
    yield (
        "nothing for students holds a solution or a hidden case",
        _listed(leaks(assignment.stubs, assignment.solutions, assignment.hidden)),
    )
    catalogue = assignment.hidden / "mistakes.en.toml"
    phrases = Phrases.load(catalogue=catalogue if catalogue.exists() else None)
    yield (
        "every function has a hint",
        _listed(
            function.name for function in assignment.functions if not phrases.hints(function.name)
        ),
    )
    for seed in SEEDS:
        with open_judge(assignment, Terms(seed, weak=weak)) as judge:
            for what, folder, due in (
                ("solutions", assignment.solutions, assignment.points),
                ("stubs", assignment.stubs, 0.0),
            ):
                report = judge.judge(read_submission(folder, what, assignment))
                wrong = "" if report.score == due else f"they score {report.score}"
                yield f"the {what} score {due:g} (seed {seed})", wrong


def _listed(things: object) -> str:
    assert not isinstance(things, (str, Path))
    return ", ".join(str(thing) for thing in things)  # type: ignore[attr-defined]
