"""The command ``grade``: parse, call, print, exit code; nothing else."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.commands.on_class import bundle, export, report
from grader.commands.on_grades import adjust, diff, why
from grader.commands.on_nbgrader import feedback, lang_option

if TYPE_CHECKING:  # imports of what a command needs wait until it runs: --help is quick
    from collections.abc import Sequence

    from grader.course import Assignment, Course
    from grader.nbgrader_bridge.layout import Layout
    from grader.running.results_folder import ResultsFolder

_course = click.option(
    "--course",
    type=click.Path(path_type=Path, file_okay=False),
    help="The course's folder, with assignments/ and solutions/ (default: here or a parent).",
)
_no_repair = click.option(
    "--no-repair",
    is_flag=True,
    help="Try no changes of the code to prove where a mistake is; scores are the same.",
)
_weak = click.option(
    "--allow-weak-isolation",
    is_flag=True,
    help="Run submissions behind resource limits alone where the system offers no more.",
)
_timeout = click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=10.0,
    show_default=True,
    help="Seconds of processor time that one function may take.",
)


_VERBOSE = "grader.verbose"
verbose_option = click.option(
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=lambda ctx, _, value: ctx.meta.update({_VERBOSE: value}),
    help="Show all that is known where the grader itself fails, hidden cases included.",
)


class _Grade(click.Group):
    """The commands; what the system refuses any of them is said in one sentence."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Be the program, in UTF-8."""
        if not args and "args" not in options:
            from grader.commands.utf8 import insist_on_utf8

            insist_on_utf8()
        return super().main(*args, **options)

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
            if details := ctx.meta.get(_VERBOSE) and getattr(error, "details", ""):
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
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@_course
@click.option(
    "--submitted",
    type=click.Path(path_type=Path),
    help="An nbgrader tree to grade where no PATH is given (default: submitted/ in the course).",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where results go (default: graded/ASSIGNMENT/ in the course).",
)
@click.option("--student", "students", multiple=True, help="Grade only this student (repeatable).")
@click.option("--jobs", type=click.IntRange(min=1), help="Lanes at work (default: one per core).")
@click.option("--seed", type=click.IntRange(min=0), help="Draw hidden values from this seed.")
@_timeout
@_weak
@_no_repair
@click.option("--force", is_flag=True, help="Judge unchanged submissions again, too.")
@click.option(
    "--yes",
    is_flag=True,
    help="Let grades of unchanged submissions change without asking.",
)
@click.option("--reason", default="", help="Why grades change: it stands in history.jsonl.")
@click.option("--cluster", help="Judge on a Dask cluster: its scheduler's address or file.")
@click.option(
    "--from-notebook",
    is_flag=True,
    help="Take functions that only a notebook defines; no other cell of it is run.",
)
@click.option(
    "--roster",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A system's export of the class: who handed in nothing is named.",
)
@verbose_option
@click.option("--gradebook", is_flag=True, help="Write the scores into nbgrader's gradebook, too.")
@click.option(
    "--accept",
    multiple=True,
    metavar="STUDENT",
    help="Count the submission that somebody else sent in the student's name (repeatable).",
)
@click.option(
    "--use-own",
    multiple=True,
    metavar="STUDENT",
    help="Take the last that the student sent, in place of what somebody else did (repeatable).",
)
@click.option(
    "--group",
    help="Let this group of the machine's users read and write the results, too (kept for later).",
)
@lang_option
def run(
    assignment: str,
    paths: tuple[Path, ...],
    course: Path | None,
    submitted: Path | None,
    out: Path | None,
    students: tuple[str, ...],
    jobs: int | None,
    seed: int | None,
    timeout: float,
    allow_weak_isolation: bool,
    no_repair: bool,
    force: bool,
    yes: bool,
    reason: str,
    cluster: str | None,
    from_notebook: bool,
    roster: Path | None,
    gradebook: bool,
    accept: tuple[str, ...],
    use_own: tuple[str, ...],
    group: str | None,
    lang: str | None,
) -> None:
    """Grade every submission of ASSIGNMENT.

    PATH is an nbgrader submitted/ tree, one submission's folder, the bulk download of Canvas,
    Moodle or Gradescope, or a .zip of any of these.  Results go to OUT: grades.csv, and for
    each student results.json, feedback.md and feedback.html.  Run it again after a change or an
    interruption: only what changed is judged again.

    Layouts may be mixed.  Every entry of what is given is accounted for, in one line and in
    OUT/entries.csv: graded, not graded (it may be somebody's work: exit code 3), or ignored.
    """
    from grader.commands.streams import go_on_unheard
    from grader.course import find_course
    from grader.errors import UsageProblem
    from grader.intake import discovery
    from grader.running import changes, ledger, progress
    from grader.running.grading import Run
    from grader.running.language import phrases_of
    from grader.running.results_folder import ResultsFolder, refuse_mixing
    from grader.running.rosters import absent, read_roster
    from grader.running.seeding import settled

    go_on_unheard()
    home = find_course(course)
    task = home.assignment(assignment)
    submitted = submitted or home.folder / "submitted"
    out = out or home.folder / "graded" / task.name
    phrases = phrases_of(task, lang, out)
    layout = _layout(home, task, paths or (submitted,)) if gradebook else None
    if layout:
        _take_own(layout, use_own)
    elif accept or use_own:
        raise UsageProblem("--accept and --use-own are for submissions by nbgrader: --gradebook.")
    enrolled = None if roster is None else read_roster(roster)
    found = discovery.discover(
        paths, task, submitted=submitted, students=students, from_notebook=from_notebook
    )
    refuse_mixing(out, paths or (submitted,), [one.student for one in found.submissions])
    for warning in found.warnings:
        click.echo(f"warning: {warning}", err=True)
    if layout:
        from grader.nbgrader_bridge.senders import doubts

        for doubt in doubts(layout, [one.student for one in found.submissions]):
            click.echo(f"warning: {doubt}", err=True)
    jobs = jobs or _cores()
    lanes = 1 if cluster else min(jobs, len(found.submissions))
    with (
        ResultsFolder(out, task.name, _group(home, group)) as folder,
        settled(
            folder,
            task,
            seed,
            timeout=timeout,
            weak=allow_weak_isolation,
            repair=not no_repair,
            lanes=lanes,
        ) as (settings, warm),
    ):
        if lang is not None:
            folder.keep_language(lang)
        one = Run(task, settings, folder, phrases, jobs, force, cluster, warm)
        one.expect(sure=yes, reason=reason)
        held = _held(folder, layout, [sent.student for sent in found.submissions], accept)
        progress.follow(one, [sent for sent in found.submissions if sent.student not in held])
        changes.settle(one)
        if layout:
            from grader.nbgrader_bridge.delivery import deliver

            standing = [each for name, each in one.standing.items() if name not in held]
            for said in deliver(layout, standing, one.phrases):
                click.echo(f"warning: {said}", err=True)
            many = len(one.reports)
            click.echo(f"gradebook: the scores of {many} submission{'s' * (many != 1)} are in it")
        missing = [] if enrolled is None else absent(enrolled, found.submissions)
        came_in = ledger.of(found, one.reports, unread=one.unread, held=held, absent=missing)
        folder.write_class({ledger.FILE: came_in.csv(one.reports, one.phrases)})
    came_in.say()
    judged = all(report.judged for report in one.reports.values())
    if one.unread or one.book.staged or came_in.left or not judged:
        raise SystemExit(3)


@main.command()
@click.argument("assignment")
@click.argument("student")
@_course
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="As of grade run.")
@lang_option
def show(
    assignment: str, student: str, course: Path | None, out: Path | None, lang: str | None
) -> None:
    """Print one student's feedback from the last run of ASSIGNMENT."""
    from grader.course import find_course
    from grader.running import progress
    from grader.running.language import phrases_of
    from grader.running.stored_results import stored_report

    home = find_course(course)
    task = home.assignment(assignment)
    place = out or home.folder / "graded" / task.name
    phrases = phrases_of(task, lang, place)
    progress.print_feedback(stored_report(place, student, task), phrases)


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--assignment", help="The assignment (default: the one whose files PATH holds).")
@_course
@click.option("--seed", type=click.IntRange(min=0), help="Draw hidden values from this seed.")
@_timeout
@_weak
@_no_repair
@verbose_option
@lang_option
def check(
    path: Path,
    assignment: str | None,
    course: Path | None,
    seed: int | None,
    timeout: float,
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
    report = checking.check(submission, seed, timeout, allow_weak_isolation, not no_repair)
    progress.print_feedback(report, phrases)
    if not report.judged:
        raise SystemExit(3)


@main.command()
@click.argument("name")
@click.option(
    "--course",
    type=click.Path(path_type=Path, file_okay=False),
    help="The course's folder; it is made if it is not there (default: here or a parent).",
)
def new(name: str, course: Path | None) -> None:
    """Make the skeleton of a new assignment NAME, which passes `grade verify` as it is."""
    from grader.authoring.new import new_assignment
    from grader.course import Course, find_course

    home = find_course() if course is None else Course(course.absolute())
    for path in new_assignment(home, name):
        click.echo(f"wrote {path}")
    click.echo(
        f"Change these files to what you teach; then: grade build {name}, grade verify {name}"
    )


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.argument("assignments", nargs=-1)
def init(folder: Path, assignments: tuple[str, ...]) -> None:
    """Make a course in FOLDER of the ASSIGNMENTS named, or of all that came with this program.

    It gets assignments/ and solutions/, nbgrader_config.py, a .gitignore that keeps students' work
    out of git, and a README of the week.
    """
    from grader.authoring.init import init_course

    for path in init_course(folder.absolute(), assignments):
        click.echo(f"wrote {path}")
    click.echo(f"Read on in {folder / 'README.md'}")


@main.command()
@click.argument("assignment")
@_course
def build(assignment: str, course: Path | None) -> None:
    """Make the stubs students receive from the solutions of ASSIGNMENT."""
    from grader.authoring.build import build_assignment
    from grader.course import find_course

    home = find_course(course)
    task = home.assignment(assignment)
    touched = build_assignment(task)
    _register(home, task)
    for path in touched:
        click.echo(f"{'wrote' if path.exists() else 'removed'} {path}")
    if not touched:
        click.echo(f"{task.stubs} is up to date")


@main.command()
@click.argument("assignment")
@_course
@_weak
@verbose_option
@click.option("--thorough", is_flag=True, help="Prove all of it, however long that takes.")
@click.option("--json", "as_json", is_flag=True, help="Say what was found as JSON.")
def verify(
    assignment: str, course: Path | None, allow_weak_isolation: bool, thorough: bool, as_json: bool
) -> None:
    """Check ASSIGNMENT itself: that it judges what it says, and tells students no secret."""
    from grader.authoring.verify import verify_assignment
    from grader.commands.on_course import show_checks
    from grader.course import find_course

    task = find_course(course).assignment(assignment)
    weak = allow_weak_isolation
    show_checks(
        task.name,
        lambda watch: verify_assignment(task, weak=weak, thorough=thorough, watch=watch),
        as_json=as_json,
    )


main.add_command(adjust)
main.add_command(bundle)
main.add_command(diff)
main.add_command(export)
main.add_command(feedback)
main.add_command(report)
main.add_command(why)


def _register(home: Course, task: Assignment) -> None:
    """Tell nbgrader's gradebook of an assignment that has a notebook, where the course has one."""
    from grader.authoring.notebook import notebook_source
    from grader.nbgrader_bridge.layout import layout_of, uses_nbgrader

    if uses_nbgrader(home) and notebook_source(task):
        from grader.nbgrader_bridge.gradebook import register

        register(layout_of(home, task))


def _layout(home: Course, task: Assignment, sources: Sequence[Path]) -> Layout:
    from grader.nbgrader_bridge.layout import layout_of, refuse_other_places
    from grader.nbgrader_bridge.points import refuse_other_points

    layout = layout_of(home, task)
    refuse_other_places(layout, sources)
    refuse_other_points(layout)
    return layout


def _take_own(layout: Layout, students: Sequence[str]) -> None:
    from grader.nbgrader_bridge.decisions import use_own

    for student in students:
        click.echo(f"took {use_own(layout, student)}")


def _held(
    folder: ResultsFolder, layout: Layout | None, students: Sequence[str], accept: Sequence[str]
) -> frozenset[str]:
    """Return whose submissions somebody else sent, so that they wait for the instructor."""
    if layout is None:
        return frozenset()
    from grader.nbgrader_bridge.decisions import held

    return held(folder, layout, students, accept)


def _group(home: Course, name: str | None) -> int | None:
    """Return the number of the group that results are shared with, None where none is named."""
    from grader.nbgrader_bridge.sharing import group_of
    from grader.running.sharing import group_number

    return group_of(home) if name is None else group_number(name)


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
