"""`grade run`: a class from its submissions to its results, its ledger and its gradebook."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.commands.on_nbgrader import lang_option
from grader.commands.options import (
    GivenPath,
    course_option,
    hushed,
    json_option,
    no_repair_option,
    output,
    quiet_option,
    seed_option,
    timeout_option,
    verbose_option,
    weak_option,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.course import Assignment, Course
    from grader.nbgrader_bridge.layout import Layout
    from grader.running.results_folder import ResultsFolder
    from grader.running.working_lane import WorkingLane


@click.command()
@click.argument("assignment")
@click.argument("paths", nargs=-1, type=GivenPath())
@course_option
@click.option(
    "--submitted",
    type=GivenPath(),
    help="An nbgrader tree to grade where no PATH is given (default: submitted/ in the course).",
)
@click.option(
    "--out",
    type=GivenPath(),
    help="Where results go (default: graded/ASSIGNMENT/ in the course).",
)
@click.option("--student", "students", multiple=True, help="Grade only this student (repeatable).")
@click.option("--jobs", type=click.IntRange(min=1), help="Lanes at work (default: one per core).")
@seed_option
@timeout_option
@weak_option
@no_repair_option
@click.option("--force", is_flag=True, help="Judge unchanged submissions again, too.")
@click.option(
    "--yes",
    is_flag=True,
    help="Let grades of unchanged submissions change without asking.",
)
@click.option("--reason", default="", help="Why grades change: it stands in history.jsonl.")
@click.option("--cluster", help="Judge on a Dask cluster: its scheduler's address or file.")
@click.option(
    "--from-notebook/--no-from-notebook",
    default=None,
    help="Take functions from a notebook where their file is missing, or still the stub; no "
    "other cell of it is run.  It is kept.",
)
@click.option(
    "--roster",
    type=GivenPath(dir_okay=False),
    help="A system's export of the class: who handed in nothing is named.",
)
@verbose_option
@click.option("--gradebook/--no-gradebook", help="Write the scores into nbgrader's gradebook, too.")
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
@json_option
@quiet_option
def run(
    assignment: str,
    paths: tuple[Path, ...],
    course: Path | None,
    submitted: Path | None,
    out: Path | None,
    students: tuple[str, ...],
    jobs: int | None,
    seed: int | None,
    timeout: float | None,
    allow_weak_isolation: bool,
    no_repair: bool,
    force: bool,
    yes: bool,
    reason: str,
    cluster: str | None,
    from_notebook: bool | None,
    roster: Path | None,
    gradebook: bool,
    accept: tuple[str, ...],
    use_own: tuple[str, ...],
    group: str | None,
    lang: str | None,
    as_json: bool,
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

    go_on_unheard()
    ctx = click.get_current_context()
    stdout = output(ctx)
    if as_json:
        hushed(ctx)
    home = find_course(course)
    task = home.assignment(assignment)
    lane = None if cluster else _early_lane(task, weak=allow_weak_isolation)

    from grader.errors import UsageProblem
    from grader.intake import discovery
    from grader.running import changes, ledger, progress
    from grader.running.grading import Run
    from grader.running.lanes import much_for
    from grader.running.language import phrases_of
    from grader.running.refusing import refuse_mixing
    from grader.running.results_folder import ResultsFolder
    from grader.running.rosters import absent, read_roster
    from grader.running.seeding import settled
    from grader.running.stored_results import kept_notebooks
    from grader.running.summary import packed

    submitted = submitted or home.folder / "submitted"
    out = out or home.folder / "graded" / task.name
    phrases = phrases_of(task, lang, out)
    layout = _layout(home, task, paths or (submitted,)) if gradebook else None
    if layout:
        _take_own(layout, use_own)
    elif accept or use_own:
        raise UsageProblem("--accept and --use-own are for submissions by nbgrader: --gradebook.")
    enrolled = None if roster is None else read_roster(roster)
    notebooks = kept_notebooks(out) if from_notebook is None else from_notebook
    found = discovery.discover(
        paths, task, submitted=submitted, students=students, from_notebook=notebooks
    )
    refuse_mixing(out, paths or (submitted,), [one.student for one in found.submissions])
    for warning in found.warnings:
        click.echo(f"warning: {warning}", err=True)
    if layout:
        from grader.nbgrader_bridge.senders import doubts

        for doubt in doubts(layout, [one.student for one in found.submissions]):
            click.echo(f"warning: {doubt}", err=True)
    lanes = min(jobs or _cores(), len(found.submissions)) or 1
    with (
        ResultsFolder(out, task.name, _group(home, group)) as folder,
        settled(
            folder,
            task,
            seed,
            timeout=task.timeout if timeout is None else timeout,
            weak=allow_weak_isolation,
            repair=not no_repair,
            lane=lane,
            much=None if cluster else much_for(lanes, len(found.submissions)),
        ) as (settings, warm),
    ):
        if lang is not None:
            folder.keep_language(lang)
        if from_notebook is not None:
            folder.keep_notebooks(from_notebook)
        one = Run(task, settings, folder, phrases, lanes, force, cluster, warm)
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
        came_in = ledger.of(
            found,
            one.reports,
            unread=one.unread,
            held=held,
            absent=missing,
            from_notebook=notebooks,
        )
        folder.write_class({ledger.FILE: came_in.csv(one.reports, one.phrases)})
    came_in.say()
    if as_json:
        click.echo(packed(one, came_in), file=stdout)
    judged = all(report.judged for report in one.reports.values())
    if one.unread or one.book.staged or came_in.left or not judged:
        raise SystemExit(3)


def _early_lane(task: Assignment, *, weak: bool) -> WorkingLane:
    """Start a lane, which gets ready while submissions are looked for; it ends with the command."""
    from grader.running.working_lane import WorkingLane, end

    lane = WorkingLane(task, weak=weak)
    click.get_current_context().call_on_close(functools.partial(end, lane))
    return lane


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
