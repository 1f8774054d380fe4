"""Judges a single submission in this process, for a quick look; nothing is written."""

from __future__ import annotations

import secrets
from pathlib import Path

from grader.course import Assignment, Course
from grader.errors import UsageProblem, quoted
from grader.intake.submission import read_submission
from grader.record import Report
from grader.start import open_judge
from grader.terms import Terms


def assignment_of(course: Course, path: Path, name: str | None) -> Assignment:
    """Return the named assignment, or the one whose files a folder holds.

    UsageProblem says why none, or more than one, can be meant.
    """
    if name is not None:
        return course.assignment(name)
    if not path.is_dir():
        raise UsageProblem(f"{quoted(path)} is not a folder. Name the folder of one submission.")
    known = [course.assignment(one) for one in course.names()]
    fitting = [one for one in known if any((path / file).exists() for file in one.files)]
    if len(fitting) == 1:
        return fitting[0]
    files = ", ".join(file for one in known for file in one.files)
    raise UsageProblem(
        f"{quoted(path)} holds files of {len(fitting)} assignments of this course ({files}). "
        "Say which is meant with --assignment."
    )


def check(
    assignment: Assignment, path: Path, seed: int | None, timeout: float, weak: bool
) -> Report:
    """Judge the submission in a folder and return the report."""
    submission = read_submission(path, path.resolve().name, assignment)
    terms = Terms(secrets.randbits(32) if seed is None else seed, timeout, weak)
    with open_judge(assignment, terms) as judge:
        return judge.judge(submission)
