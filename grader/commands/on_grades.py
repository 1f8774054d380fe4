"""The commands about single grades: points given by hand, and what changed between runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.commands.on_nbgrader import lang_option
from grader.commands.options import (
    FiniteRange,
    GivenPath,
    course_option,
    json_option,
    out_option,
    timeout_option,
    weak_option,
)

if TYPE_CHECKING:
    from grader.course import Assignment, Course

_assignment = click.option(
    "--assignment", help="The assignment, where the rest does not tell which one is meant."
)


@click.command()
@click.argument("student")
@click.argument("function")
@click.option("--points", type=FiniteRange(min=0), help="The points to give.")
@click.option("--reason", default="", help="Why: the student reads it, and it is in the history.")
@click.option("--undo", is_flag=True, help="Take points given by hand back.")
@_assignment
@course_option
@out_option
def adjust(
    student: str,
    function: str,
    points: float | None,
    reason: str,
    undo: bool,
    assignment: str | None,
    course: Path | None,
    out: Path | None,
) -> None:
    """Give STUDENT other points for FUNCTION than were judged, say after an appeal.

    They stand over every regrade of the same files and in every export, and history.jsonl says
    who was given what, when and why.
    """
    from grader.course import find_course
    from grader.errors import UsageProblem
    from grader.running.appeals import Appeal, decide

    if undo == (points is not None):
        raise UsageProblem("Say either --points N with a --reason, or --undo.")
    if not reason.strip() and not undo:
        raise UsageProblem("Say why, as in --reason 'read the question another way'.")
    home = find_course(course)
    task = _task_of(home, function, assignment)
    place = out or home.folder / "graded" / task.name
    click.echo(decide(task, home, place, Appeal(student, function, points, reason.strip())))


@click.command()
@click.argument("runs", nargs=-1, type=click.IntRange(min=0))
@json_option
@_assignment
@course_option
@out_option
def diff(
    runs: tuple[int, ...],
    as_json: bool,
    assignment: str | None,
    course: Path | None,
    out: Path | None,
) -> None:
    """Say whose grade changed, by how much, and why.

    Without RUNS it is what the last run changed; with one, what came after that run; with two,
    what changed from the first to the second.  Runs are numbered from 1, as history.jsonl has
    them; 0 is before all.
    """
    from grader.course import find_course
    from grader.errors import UsageProblem, quoted
    from grader.running.differences import changed, lines, packed
    from grader.running.history import History

    if len(runs) > 2:
        raise UsageProblem("Name at most two runs.")
    home = find_course(course)
    place = out or home.folder / "graded" / _only(home, assignment).name
    history = History(place)
    if not history.changes:
        raise UsageProblem(
            f"There is no history in {quoted(place)}: nothing has been graded there yet."
        )
    last = history.next_run - 1
    first, second = {0: (last - 1, last), 1: (*runs, last), 2: runs}[len(runs)]
    if not 0 <= first <= last or not 0 <= second <= last:
        raise UsageProblem(f"The runs in {quoted(place)} are numbered from 1 to {last}.")
    found = changed(history.changes, first, second)
    if as_json:
        click.echo(packed(found))
        return
    for line in lines(found, first, second):
        click.echo(line)


@click.command()
@click.argument("student")
@click.argument("function")
@click.argument("paths", nargs=-1, type=GivenPath())
@click.option("--case", type=click.IntRange(min=1), help="The hidden case, as it is numbered here.")
@click.option("--for-student", is_flag=True, help="Leave out what is hidden.")
@timeout_option
@weak_option
@_assignment
@course_option
@out_option
@lang_option
def why(
    student: str,
    function: str,
    paths: tuple[Path, ...],
    case: int | None,
    for_student: bool,
    timeout: float | None,
    allow_weak_isolation: bool,
    assignment: str | None,
    course: Path | None,
    out: Path | None,
    lang: str | None,
) -> None:
    """Show why STUDENT got what they got for FUNCTION: the very hidden cases, on the class's seed.

    For each case whether it is right; of one what the function was given, what came back, what
    was due and how far off it is, which criterion it costs, and the command that runs it again.
    PATH is where the submissions are, as of grade run.  For you alone, unless --for-student.
    """
    from grader.course import find_course
    from grader.running.language import phrases_of
    from grader.running.why import Question, answer

    home = find_course(course)
    task = _task_of(home, function, assignment)
    place = out or home.folder / "graded" / task.name
    question = Question(student, function, case, for_student)
    phrases = phrases_of(task, lang, place)
    limit = task.timeout if timeout is None else timeout
    told = answer(
        home, task, place, paths, question, phrases, timeout=limit, weak=allow_weak_isolation
    )
    for line in told:
        click.echo(line)


def _task_of(home: Course, function: str, assignment: str | None) -> Assignment:
    """Return the assignment that asks for a function."""
    from grader.errors import UsageProblem, did_you_mean, quoted

    if assignment is not None:
        tasks = [home.assignment(assignment)]
    else:
        tasks = [home.assignment(name) for name in home.names()]
    found = [task for task in tasks if function in {one.name for one in task.asked}]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(task.name for task in found)
        raise UsageProblem(f"Both {names} ask for {quoted(function)}. Add --assignment NAME.")
    known = {one.name for task in tasks for one in task.asked}
    raise UsageProblem(
        f"There is no function {quoted(function)}.{did_you_mean(function, known)}"
        f" Known are: {', '.join(sorted(known))}."
    )


def _only(home: Course, assignment: str | None) -> Assignment:
    """Return the named assignment, or the only one that has been graded."""
    from grader.errors import UsageProblem

    if assignment is not None:
        return home.assignment(assignment)
    graded = [name for name in home.names() if (home.folder / "graded" / name).is_dir()]
    if len(graded) != 1 and len(home.names()) != 1:
        raise UsageProblem(f"Add --assignment: one of {', '.join(graded or home.names())}.")
    return home.assignment((graded if len(graded) == 1 else home.names())[0])
