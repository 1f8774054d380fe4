"""The commands for authors: a course, an assignment, what students receive, and its proof."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.commands.options import (
    GivenPath,
    course_option,
    json_option,
    quiet_option,
    verbose_option,
    weak_option,
)

if TYPE_CHECKING:
    from grader.course import Assignment, Course


@click.command()
@click.argument("folder", type=GivenPath(file_okay=False))
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


@click.command()
@click.argument("name")
@click.option(
    "--course",
    type=GivenPath(file_okay=False),
    help="The course's folder; it is made if it is not there (default: here or a parent).",
)
@click.option(
    "--notebook", is_flag=True, help="With a notebook and a written question in it, for nbgrader."
)
def new(name: str, course: Path | None, notebook: bool) -> None:
    """Make the skeleton of a new assignment NAME, which passes `grade verify` as it is."""
    from grader.authoring.new import new_assignment
    from grader.course import Course, find_course

    home = find_course() if course is None else Course(course.absolute())
    for path in new_assignment(home, name, notebook=notebook):
        click.echo(f"wrote {path}")
    click.echo(
        f"Change these files to what you teach; then: grade build {name}, grade verify {name}"
    )


@click.command()
@click.argument("assignment")
@course_option
@quiet_option
@click.option(
    "--texts",
    metavar="LANGUAGE",
    help="Add to the translation into this language what students read and it lacks.",
)
def build(assignment: str, course: Path | None, texts: str | None) -> None:
    """Make what students receive of ASSIGNMENT from its solutions, in the course's language."""
    from grader.authoring.build import build_assignment
    from grader.authoring.translating import update_catalogue
    from grader.course import find_course

    home = find_course(course)
    task = home.assignment(assignment)
    if texts:
        path, empty = update_catalogue(task, texts)
        click.echo(f"{path}: {empty or 'none'} of its texts are still to be translated")
    touched = build_assignment(task)
    _register(home, task)
    for path in touched:
        click.echo(f"{'wrote' if path.exists() else 'removed'} {path}")
    if not touched:
        click.echo(f"{task.stubs} is up to date")


@click.command()
@click.argument("assignment")
@course_option
@weak_option
@verbose_option
@click.option("--thorough", is_flag=True, help="Prove all of it, however long that takes.")
@json_option
@quiet_option
def verify(
    assignment: str, course: Path | None, allow_weak_isolation: bool, thorough: bool, as_json: bool
) -> None:
    """Check ASSIGNMENT itself: that it judges what it says, and tells students no secret."""
    from grader.authoring.verify import verify_assignment
    from grader.commands.shown_checks import show_checks
    from grader.course import find_course

    task = find_course(course).assignment(assignment)
    weak = allow_weak_isolation
    show_checks(
        task.name,
        lambda watch: verify_assignment(task, weak=weak, thorough=thorough, watch=watch),
        as_json=as_json,
    )


def _register(home: Course, task: Assignment) -> None:
    """Tell nbgrader's gradebook of an assignment that has a notebook, where the course has one."""
    from grader.authoring.notebook import notebook_source
    from grader.nbgrader_bridge.layout import layout_of, uses_nbgrader

    if uses_nbgrader(home) and notebook_source(task):
        from grader.nbgrader_bridge.gradebook import register

        register(layout_of(home, task))
