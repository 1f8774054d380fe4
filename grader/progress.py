"""What a run shows on the terminal: a bar and a table; piped, plain lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from grader.phrases import Phrases
from grader.record import Report
from grader.reports import text

OnReport = Callable[[Report, bool], None]


class _RateColumn(ProgressColumn):
    """Submissions a second."""

    def render(self, task: Task) -> Text:
        """Show the rate once there is one."""
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


@contextmanager
def shown(total: int, phrases: Phrases) -> Iterator[OnReport]:
    """Show a run: on a terminal a bar with rate and time left, elsewhere a line a student."""
    console = Console()
    if not console.is_terminal:
        yield lambda report, stood: _line(report, phrases)
        return
    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("grading", total=total)
        yield lambda report, stood: progress.advance(task)


def _line(report: Report, phrases: Phrases) -> None:
    click.echo(text.class_line(report, phrases))
    sys.stdout.flush()


def summary(reports: Mapping[str, Report], isolation: str, folder: Path, phrases: Phrases) -> None:
    """Show the class after a run, and where its results are."""
    console = Console()
    ordered = [reports[name] for name in sorted(reports)]
    if console.is_terminal and ordered:
        console.print(text.class_table(ordered, phrases))
    if isolation:
        click.echo(isolation)
    unjudged = [report.student for report in ordered if not report.judged]
    if unjudged:
        click.echo(f"not judged: {', '.join(unjudged)}", err=True)
    click.echo(f"results: {folder}/grades.csv, and results.json and feedback.md for each student")


def print_feedback(report: Report, phrases: Phrases) -> None:
    """Print one student's feedback, in colour on a terminal."""
    console = Console()
    if console.is_terminal:
        console.print(text.styled(report, phrases))
    else:
        click.echo(text.feedback(report, phrases))
