"""Judges the one submission that Gradescope has put into /autograder/submission.

Run by the bundle's run_autograder (see ``grader.gradescope.bundle``).  What could not be judged
through no fault of the student leaves no results.json: Gradescope then says that the autograder
failed, and nobody has a score that is not theirs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from grader.course import Course
from grader.errors import NotJudgedProblem
from grader.intake.submission import read_submission
from grader.reports import results_json
from grader.running.checking import judge_one
from grader.running.language import phrases_of
from grader.running.settings import Settings
from grader.whole_files import PUBLIC, write_whole


@click.command()
@click.argument("root", type=click.Path(path_type=Path, file_okay=False))
@click.argument("assignment")
@click.option("--seed", type=int, required=True)
@click.option("--timeout", type=float, default=10.0)
@click.option("--allow-weak-isolation", is_flag=True)
def main(
    root: Path, assignment: str, seed: int, timeout: float, allow_weak_isolation: bool
) -> None:
    """Judge ROOT/submission with the course in ROOT/source; write ROOT/results/results.json."""
    task = Course(root / "source").assignment(assignment)
    submission = read_submission(root / "submission", _student(root), task)
    report = judge_one(task, Settings(seed, timeout, allow_weak_isolation), submission)
    if not report.judged:
        raise NotJudgedProblem("A part of the submission could not be judged. Run it again.")
    results = root / "results" / "results.json"
    write_whole(results, results_json.dumps(report, phrases_of(task)), PUBLIC)


def _student(root: Path) -> str:
    """Return the names of those who submitted, as Gradescope tells them."""
    try:
        told = json.loads((root / "submission_metadata.json").read_text("utf-8"))
        return ", ".join(str(user["name"]) for user in told["users"]) or "submission"
    except (OSError, ValueError, KeyError, TypeError):
        return "submission"


if __name__ == "__main__":
    sys.exit(main())
