"""What a run shows on the terminal: a bar and a table; piped, plain lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

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

from grader.errors import NotJudgedProblem, quoted
from grader.phrases import Phrases
from grader.record import Report, Status
from grader.reports import text

if TYPE_CHECKING:
    from grader.intake.discovery import Handle
    from grader.running.grading import Run

OnReport = Callable[[Report, bool], None]

NAMED = 5
"""Students that a line of the summary names."""
NOTED = 20
"""Students whose submissions have notes that are shown at the end of a run."""


class _RateColumn(ProgressColumn):
    """Submissions a second."""

    def render(self, task: Task) -> Text:
        """Show the rate once there is one."""
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


def follow(run: Run, submissions: Sequence[Handle]) -> None:
    """Grade, and show it: what comes, then the class.

    Whatever stops the run also says how far it came.
    """
    try:
        with _shown(len(submissions), run.phrases) as on_report:
            run.grade(submissions, on_report)
    except (KeyboardInterrupt, NotJudgedProblem) as stop:
        done = (
            f"{len(run.reports)} of {_number_of(len(submissions), 'submission')} are done and "
            "written; the same command goes on with the rest."
        )
        if isinstance(stop, NotJudgedProblem):
            raise NotJudgedProblem(f"{stop.message} {done}") from stop
        raise KeyboardInterrupt(done) from stop
    _summary(run)


@contextmanager
def _shown(total: int, phrases: Phrases) -> Iterator[OnReport]:
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

        def on_report(report: Report, stood: bool) -> None:
            nonlocal total
            if stood:  # it took no time, and says nothing about the time left
                total -= 1
                progress.update(task, total=total)
            else:
                progress.advance(task)

        yield on_report


def _line(report: Report, phrases: Phrases) -> None:
    click.echo(text.class_line(report, phrases))


def _summary(run: Run) -> None:
    """Show the class after a run, what is to be known of it, and where its results are."""
    console = Console()
    ordered = [run.reports[name] for name in sorted(run.reports)]
    if console.is_terminal and ordered:
        console.print(text.class_table(ordered, run.phrases))
    click.echo(_counted(run))
    if run.isolation:
        click.echo(run.isolation)
    for warning in _warnings(run):
        click.echo(f"warning: {warning}", err=True)
    for said in _remarks(ordered, run.phrases):
        click.echo(f"note: {said}", err=True)
    for report in ordered:
        if not report.judged:
            fault = run.faults.get(report.student, "its files are those of another one")
            fault = run.unread.get(report.student, fault)
            click.echo(f"not judged: {quoted(report.student)}: {fault}", err=True)
        for one in report.functions:
            if one.status is Status.BROKE_RULES and one.finding is not None:
                said = f"{one.name}: {run.phrases.what(one.finding)}"
                click.echo(f"needs a look: {quoted(report.student)}: {said}", err=True)
    for student, fault in run.unread.items():
        if student not in run.reports:
            said = f"{fault} The result of an earlier run stands."
            click.echo(f"not judged: {quoted(student)}: {said}", err=True)
    click.echo(
        f"results: {run.folder.path}/grades.csv, and for each student results.json, feedback.md "
        "and feedback.html"
    )


def _remarks(reports: Sequence[Report], phrases: Phrases) -> Iterator[str]:
    """Say of the first few students what is to be known of their submissions as a whole."""
    noted = [report for report in reports if report.remarks]
    for report in noted[:NOTED]:
        for remark in report.remarks[:NAMED]:
            yield f"{quoted(report.student)}: {phrases.what(remark)}"
        if len(report.remarks) > NAMED:
            yield f"{quoted(report.student)}: {len(report.remarks) - NAMED} more in the feedback"
    if len(noted) > NOTED:
        yield f"{_number_of(len(noted) - NOTED, 'more submission')} with notes, in entries.csv"


def _counted(run: Run) -> str:
    same = sum(report.same_files for report in run.reports.values())
    stood = len(run.stood)
    said = [_number_of(len(run.reports), "submission")]
    if stood:
        said.append(f"{stood} unchanged since the last run")
    if same:
        said.append(f"{same} with the same files as another one, and judged with it")
    return ", ".join(said)


def _number_of(count: int, thing: str) -> str:
    """Return "1 thing" or "2 things"."""
    return f"{count} {thing}{'s' * (count != 1)}"


def _warnings(run: Run) -> Iterator[str]:
    if run.cluster is None:
        yield from _missing_layers(run.isolation.removeprefix("isolation: "))
    for reason in dict.fromkeys(run.missing_lanes):
        yield f"fewer lanes than asked for were at work: {reason}"
    if run.mended:
        yield (
            f"earlier results of {_named(run.mended)} were not as they had been written, and were "
            "judged anew"
        )
    if run.others:
        yield f"grades.csv also holds earlier results of {_named(run.others)}"
    stale = [name for name, one in run.others.items() if one.fingerprint != run.fingerprint]
    if stale:
        yield (
            f"{_named(stale)} of these were judged by other cases, points, seed or limits; "
            "grade the whole class to have all judged alike"
        )
    if run.damaged:
        yield (
            f"the results of {_named(run.damaged)} cannot be read and are not in grades.csv; "
            "grade them again"
        )


def _missing_layers(level: str) -> Iterator[str]:
    """Say why an isolation is not the full one, which is the usual one."""
    if level not in ("", "full"):
        from grader.isolation.missing import missing

        yield from missing()


def _named(students: Iterable[str]) -> str:
    names = list(students)
    listed = ", ".join(quoted(name) for name in names[:NAMED])
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{len(names)} ({listed}{more})"


def print_feedback(report: Report, phrases: Phrases) -> None:
    """Print one student's feedback, in colour on a terminal."""
    console = Console()
    if console.is_terminal:
        console.print(text.styled(report, phrases))
    else:
        click.echo(text.feedback(report, phrases))


def print_check(report: Report, phrases: Phrases) -> None:
    """Print the feedback on what was judged here and now, and what this machine lacks."""
    print_feedback(report, phrases)
    for said in _missing_layers(report.isolation if report.judged else ""):
        click.echo(f"warning: {said}", err=True)
