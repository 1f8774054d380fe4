"""Judges a single submission in a lane of its own, as a class is judged; nothing is written."""

from __future__ import annotations

from pathlib import Path

from grader.course import Assignment, Course
from grader.errors import UsageProblem, quoted
from grader.intake.discovery import Handle, discover
from grader.intake.places import open_place
from grader.intake.submission import Submission
from grader.record import Report
from grader.running.lane_messages import Trial
from grader.running.lanes import Lanes
from grader.running.settings import Settings, draw_seed
from grader.running.working_lane import warm_lane


def find_one(course: Course, path: Path, name: str | None) -> Handle:
    """Return the one submission in a folder or a zip, of the named assignment or of the one it
    fits.

    UsageProblem says why none, or more than one, can be meant.
    """
    if name is not None:
        return _only(path, course.assignment(name))
    open_place(path)  # says what is wrong with the path itself
    known = [course.assignment(one) for one in course.names()]
    fitting = [one for one in known if _fits(path, one)]
    if len(fitting) == 1:
        return _only(path, fitting[0])
    if fitting:
        names = ", ".join(one.name for one in fitting)
        raise UsageProblem(
            f"{quoted(path)} may be a submission of several assignments: {names}. "
            "Say which is meant with --assignment."
        )
    files = ", ".join(dict.fromkeys(file for one in known for file in one.files))
    raise UsageProblem(
        f"No submission was found in {quoted(path)}. "
        f"Name a folder or a zip file that holds one of these: {files}."
    )


def check(
    handle: Handle, seed: int | None, timeout: float, weak: bool, repair: bool = True
) -> Report:
    """Judge one submission and return the report."""
    settings = Settings(draw_seed() if seed is None else seed, timeout, weak, repair=repair)
    trial = Trial.DRAWN if seed is None else Trial.ASKED_FOR
    return judge_one(handle.assignment, settings, handle.read(), trial)


def judge_one(
    assignment: Assignment, settings: Settings, submission: Submission, trial: Trial = Trial.NONE
) -> Report:
    """Judge one submission in a lane that is held to what a lane may take.

    Raises UsageProblem or NotJudgedProblem where no lane can be started.
    """
    lane, settings = warm_lane(assignment, settings, trial)
    with Lanes(assignment, settings, 1, lane) as working:
        (report,) = working.judge([submission])
    return report


def _fits(path: Path, assignment: Assignment) -> bool:
    try:
        return bool(discover([path], assignment, submitted=path).submissions)
    except UsageProblem:
        return False


def _only(path: Path, assignment: Assignment) -> Handle:
    found = discover([path], assignment, submitted=path).submissions
    if len(found) == 1:
        return found[0]
    raise UsageProblem(
        f"{quoted(path)} is a class: it holds {len(found)} submissions. Name one of them, "
        f"or grade them all: grade run {assignment.name} PATH."
    )
