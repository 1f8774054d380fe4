"""The command ``grade``: parse, call, print, exit code; nothing else."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import click

from grader.commands.on_assignment import build, init, new, verify
from grader.commands.on_class import bundle, export, report
from grader.commands.on_grades import adjust, diff, why
from grader.commands.on_nbgrader import feedback, lang_option
from grader.commands.on_run import run
from grader.commands.options import (
    VERBOSE,
    GivenPath,
    course_option,
    json_option,
    no_repair_option,
    out_option,
    seed_option,
    timeout_option,
    verbose_option,
    weak_option,
)


class _Grade(click.Group):
    """The commands; what the system refuses any of them is said in one sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        from grader.running.stopping import stoppable

        if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
            sys.stdout.reconfigure(errors="backslashreplace")  # any name can be printed anywhere
        try:
            with stoppable():
                return super().invoke(ctx)
        except BrokenPipeError:
            raise  # nobody reads any more: click ends quietly
        except click.ClickException as error:
            if details := ctx.meta.get(VERBOSE) and getattr(error, "details", ""):
                click.echo(details, err=True)
            raise
        except OSError as error:
            from grader.errors import NotJudgedProblem, quoted

            what = quoted(error.filename) if error.filename else "the output"
            raise NotJudgedProblem(f"The system refused {what}: {error.strerror}.") from error


@click.group(cls=_Grade, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="unrolled")
def main() -> None:
    """Grade homework on recurrent networks, each submission isolated from the tests.

    Exit codes: 0 all judged; 1 `grade verify` found faults; 2 wrong usage; 3 something could
    not be judged or written (it is named).
    """


@main.command()
@click.argument("assignment")
@click.argument("student")
@course_option
@out_option
@lang_option
@json_option
def show(
    assignment: str,
    student: str,
    course: Path | None,
    out: Path | None,
    lang: str | None,
    as_json: bool,
) -> None:
    """Print one student's feedback from the last run of ASSIGNMENT.

    With --json it is results.json: Gradescope's schema, and our record under extra_data.
    """
    from grader.course import find_course
    from grader.running import progress
    from grader.running.language import phrases_of
    from grader.running.stored_results import stored_report

    home = find_course(course)
    task = home.assignment(assignment)
    place = out or home.folder / "graded" / task.name
    phrases = phrases_of(task, lang, place)
    report = stored_report(place, student, task)
    if as_json:
        from grader.reports import results_json

        click.echo(results_json.dumps(report, phrases), nl=False)
    else:
        progress.print_feedback(report, phrases)


@main.command()
@click.argument("path", type=GivenPath())
@click.option("--assignment", help="The assignment (default: the one whose files PATH holds).")
@course_option
@seed_option
@timeout_option
@weak_option
@no_repair_option
@verbose_option
@lang_option
def check(
    path: Path,
    assignment: str | None,
    course: Path | None,
    seed: int | None,
    timeout: float | None,
    allow_weak_isolation: bool,
    no_repair: bool,
    lang: str | None,
) -> None:
    """Judge the one submission in PATH and print its feedback; nothing is written."""
    from grader.course import find_course
    from grader.running import checking, progress
    from grader.running.language import phrases_of

    home = find_course(course)
    submission = checking.find_one(home, path, assignment)
    phrases = phrases_of(submission.assignment, lang)
    limit = submission.assignment.timeout if timeout is None else timeout
    report = checking.check(submission, seed, limit, allow_weak_isolation, not no_repair)
    progress.print_check(report, phrases)
    if not report.judged:
        raise SystemExit(3)


for _command in (
    adjust, build, bundle, diff, export, feedback, init, new, report, run, verify, why,
):  # fmt: skip
    main.add_command(_command)
