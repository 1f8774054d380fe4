"""The command that hands feedback to nbgrader."""

from __future__ import annotations

from pathlib import Path

import click

from grader.commands.options import course_option, out_option, quiet_option

lang_option = click.option(
    "--lang",
    metavar="LANGUAGE",
    help="The language of feedback, en or zh (default: the last one asked for, or the course's).",
)


@click.command()
@click.argument("assignment")
@course_option
@out_option
@click.option("--student", "students", multiple=True, help="Only this student (repeatable).")
@lang_option
@quiet_option
def feedback(
    assignment: str,
    course: Path | None,
    out: Path | None,
    students: tuple[str, ...],
    lang: str | None,
) -> None:
    """Write each student's page, with written answers, for `nbgrader release_feedback`.

    Run it after `grade run ASSIGNMENT --gradebook`, and again when written answers have been
    graded in formgrader.  Whoever did not hand in by the exchange can fetch nothing from it and
    is named; exit code 3 is for whoever has not been graded since the last submission.
    """
    from grader.course import find_course
    from grader.errors import quoted
    from grader.nbgrader_bridge.feedback import put_out
    from grader.nbgrader_bridge.layout import layout_of
    from grader.nbgrader_bridge.totals import read, said_of
    from grader.reports.totals import Totals
    from grader.running.language import phrases_of
    from grader.running.stored_results import stored_report, stored_reports

    home = find_course(course)
    task = home.assignment(assignment)
    place = out or home.folder / "graded" / task.name
    phrases = phrases_of(task, lang, place)
    layout = layout_of(home, task)
    reports = (
        [stored_report(place, student, task) for student in students]
        if students
        else list(stored_reports(place, task))
    )
    totals, behind = read(layout, reports)
    left_out = list(put_out(layout, reports, phrases, totals))
    for said in said_of(task, Totals(behind=tuple(behind))):
        click.echo(f"warning: {said}", err=True)
    waiting = [
        f"{quoted(student)} ({', '.join(one.waiting)})"
        for student, one in sorted(totals.items())
        if one.waiting
    ]
    if waiting:
        click.echo(f"warning: still to be graded by hand: {', '.join(waiting)}", err=True)
    for one in left_out:
        click.echo(f"warning: {one.said}", err=True)
    made = len(reports) - len(left_out)
    click.echo(f"feedback: {made} page{'s' * (made != 1)} in {layout.feedback}")
    if any(one.waits for one in left_out):
        raise SystemExit(3)
