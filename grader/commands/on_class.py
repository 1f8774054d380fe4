"""The commands about a class that has been graded, and what goes to other systems."""

from __future__ import annotations

from pathlib import Path

import click

from grader.commands.on_nbgrader import lang_option
from grader.commands.options import (
    GivenPath,
    course_option,
    out_option,
    quiet_option,
    seed_option,
    timeout_option,
)


@click.command()
@click.argument("assignment")
@course_option
@out_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "canvas", "moodle", "gradescope"]),
    default="csv",
    show_default=True,
    help="Whose columns to write.",
)
@click.option(
    "--roster",
    type=GivenPath(dir_okay=False),
    help="A file that the system has exported, to fill the grades in.",
)
@click.option("--column", help="The roster's column for the grades (default: the assignment's).")
@click.option("-o", "--output", type=GivenPath(dir_okay=False), help="A file.")
def export(
    assignment: str,
    course: Path | None,
    out: Path | None,
    form: str,
    roster: Path | None,
    column: str | None,
    output: Path | None,
) -> None:
    """Write the grades of ASSIGNMENT as the CSV that a system imports.

    With --roster, a file that Canvas, Moodle or Gradescope has exported is filled in: its own
    columns, encoding and line ends, and in one column the grades; no other byte changes.  Canvas
    wants its gradebook's export, Moodle the grading worksheet of the assignment.  Students are
    found by number, then by address and login, then by name.  Whoever fits more than one line is
    left out and named, and so is whoever has none: exit code 3.

    Gradescope itself imports no grades: it is an assignment's autograder that sets them (grade
    bundle).  Its list is filled in for whatever else reads it.

    Where the course's gradebook has these students, points are the gradebook's: code and written
    answers, less what being late costs.  Elsewhere they are those of the code alone.

    Without --output it is printed.  Nothing is judged; run `grade run` first.
    """
    from grader.course import find_course
    from grader.errors import UsageProblem
    from grader.nbgrader_bridge.totals import said_of, totals_of
    from grader.reports.exports import FORMATS
    from grader.reports.exports.filling import fill
    from grader.running.rosters import read_roster
    from grader.running.stored_results import stored_reports

    home = find_course(course)
    task = home.assignment(assignment)
    reports = list(stored_reports(out or home.folder / "graded" / task.name, task))
    if column is not None and roster is None:
        raise UsageProblem("--column names a column of the file that --roster gives. Give both.")
    table = None if roster is None else read_roster(roster)
    totals = totals_of(home, task, reports)
    for said in said_of(task, totals):
        click.echo(f"warning: {said}", err=True)
    if table is not None:
        names = (task.name, task.title)
        may_add = form in ("csv", "gradescope")
        filled = fill(table, reports, names, column, may_add=may_add, totals=totals)
        for said in filled.said:
            click.echo(f"warning: {said}", err=True)
        _deliver(filled.data, output)
        if not filled.whole:
            raise SystemExit(3)
        return
    made = FORMATS[form](reports, task.name, totals)
    for warning in made.warnings:
        click.echo(f"warning: {warning}", err=True)
    _deliver(made.text.encode(), output)


@click.command()
@click.argument("assignment")
@click.argument("paths", nargs=-1, type=GivenPath())
@course_option
@out_option
@click.option("-o", "--output", type=GivenPath(dir_okay=False), help="A file.")
@lang_option
@quiet_option
def report(
    assignment: str,
    paths: tuple[Path, ...],
    course: Path | None,
    out: Path | None,
    output: Path | None,
    lang: str | None,
) -> None:
    """Write a page about the class of ASSIGNMENT: OUT/report.html, or another file.

    What to do now comes first, then what the class did not understand, then the numbers.  Printed,
    it is one sheet.  PATH is where the submissions are, as of grade run (default: submitted/ in the
    course): their sources are compared, so that near-identical ones can be looked at side by side.
    """
    from grader.course import find_course
    from grader.reporting import class_report
    from grader.running.language import phrases_of

    home = find_course(course)
    task = home.assignment(assignment)
    place = out or home.folder / "graded" / task.name
    target = output or place / "report.html"
    text, said = class_report(home, task, place, paths, phrases_of(task, lang, place), target)
    for one in said:
        click.echo(f"warning: {one}", err=True)
    _deliver(text.encode(), target, place)


@click.command()
@click.argument("assignment")
@course_option
@click.option("--gradescope", is_flag=True, required=True, help="Make Gradescope's autograder zip.")
@seed_option
@timeout_option
@click.option(
    "--allow-weak-isolation/--no-allow-weak-isolation",
    help="Judge where the machine offers no more than resource limits and another user.",
)
@click.option(
    "-o",
    "--output",
    type=GivenPath(dir_okay=False),
    help="The zip to write (default: ASSIGNMENT-gradescope.zip here).",
)
def bundle(
    assignment: str,
    course: Path | None,
    gradescope: bool,
    seed: int | None,
    timeout: float | None,
    allow_weak_isolation: bool,
    output: Path | None,
) -> None:
    """Make the zip that has Gradescope's machines grade ASSIGNMENT.

    It holds the solutions and the hidden cases: upload it as the assignment's autograder, and
    give it to nobody.
    """
    from grader.course import find_course
    from grader.gradescope.bundle import bundle as made

    task = find_course(course).assignment(assignment)
    limit = task.timeout if timeout is None else timeout
    path = _within_a_folder(output or Path(f"{task.name}-gradescope.zip"))
    data = made(task, seed=seed, timeout=limit, weak=allow_weak_isolation)
    from grader.whole_files import write_whole

    write_whole(path, data)
    click.echo(f"wrote {path}")


def _deliver(data: bytes, output: Path | None, place: Path | None = None) -> None:
    """Print it as it is, or write it to a file; in a results folder, for those who may read that.

    Bytes, for a roster keeps its own encoding and line ends.
    """
    if output is None:
        click.echo(data, nl=False)
        return
    from grader.running.sharing import kept_access
    from grader.whole_files import PRIVATE, write_whole

    inside = place is not None and output.parent == place
    access = kept_access(output.parent) if inside else PRIVATE
    write_whole(_within_a_folder(output), data, access)
    click.echo(f"wrote {output}")


def _within_a_folder(output: Path) -> Path:
    """Return where to write, if there is a folder to write into; UsageProblem if not."""
    from grader.errors import UsageProblem, quoted

    if not output.absolute().parent.is_dir():
        raise UsageProblem(
            f"There is no folder {quoted(output.parent)} to write {quoted(output.name)} into. "
            "Make it, or name another place."
        )
    return output
