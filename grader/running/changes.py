"""Shows the grades of unchanged submissions that would change, and asks before they do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from grader.errors import quoted
from grader.reports.entry import shown
from grader.running.book import Staged, differences
from grader.running.history import grade_of, total

if TYPE_CHECKING:
    from grader.running.grading import Run


def settle(run: Run) -> None:
    """Ask on a terminal whether what waits may be written; elsewhere say how to have it."""
    for student, function in run.book.forgotten:
        click.echo(
            f"warning: the points given by hand to {quoted(student)} for {function} were for "
            "other files than those handed in now and do not count; see `grade adjust`",
            err=True,
        )
    waiting = run.book.staged
    if not waiting:
        return
    click.echo("These submissions are unchanged, and their grades would change:", err=True)
    for student in sorted(waiting):
        click.echo(f"  {line(student, waiting[student])}", err=True)
    many = f"{len(waiting)} grade{'s' * (len(waiting) != 1)}"
    if sys.stdin.isatty() and sys.stderr.isatty() and click.confirm(f"Change {many}?", err=True):
        run.say_yes()
        return
    click.echo(
        f"{many} left as {'it was' if len(waiting) == 1 else 'they were'}: run the same command "
        "with --yes to have the new ones, or with the cases and points of before to keep the old",
        err=True,
    )


def line(student: str, one: Staged) -> str:
    """Return one student's old and new total, and the functions that make the difference."""
    old, new = (shown(total(grade_of(report))) or "none" for report in (one.earlier, one.report))
    parts = ", ".join(
        f"{name} {_score(before)} -> {_score(after)}" for name, before, after in differences(one)
    )
    most = shown(one.report.max_score)
    return f"{quoted(student)}: {old} -> {new} of {most} ({parts})"


def _score(score: float | None) -> str:
    return shown(score) or "none"
