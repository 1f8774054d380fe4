"""A course's own defaults for the options of commands: grade.toml in its folder.

At its top stand options that any command may have, in a table named after a command those of it
alone; each by its long name without the dashes.  What is typed counts before what stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from grader.errors import UsageProblem, did_you_mean, quoted

FILE = "grade.toml"

MAY = (
    "allow-weak-isolation", "cluster", "format", "from-notebook", "gradebook", "group", "jobs",
    "lang", "no-repair", "quiet", "roster", "submitted", "verbose",
)  # fmt: skip
"""Options that can have a default: none that says what is meant this once."""

ELSEWHERE = frozenset({"timeout"})
"""Options that a course says in an assignment's own assignment.toml, for nbgrader as well."""


def course_defaults(ctx: click.Context, _: click.Parameter, course: Path | None) -> Path | None:
    """Read a course's grade.toml into a command's defaults; called before other options are."""
    path = _file(course)
    if path is not None:
        from grader.course.points import read_table

        table = read_table(path)
        group = ctx.parent.command if ctx.parent else None
        commands = group.commands if isinstance(group, click.Group) else {}
        _check(path, table, commands)
        own = table.get(ctx.info_name or "", {})
        everywhere = {key: value for key, value in table.items() if not isinstance(value, dict)}
        ctx.default_map = {
            **(ctx.default_map or {}),
            **dict(_converted(path, ctx.command, {**everywhere, **own}, ctx)),
        }
    return course


def _file(course: Path | None) -> Path | None:
    from grader.course import find_course

    try:
        path = find_course(course).folder / FILE
    except UsageProblem:  # the command says so itself, if it needs a course
        return None
    return path if path.exists() else None


def _check(path: Path, table: Mapping[str, Any], commands: Mapping[str, click.Command]) -> None:
    """Raise UsageProblem for what no command has, wherever it stands."""
    every = {name for command in commands.values() for name in _options(command)}
    for key, value in table.items():
        if isinstance(value, dict):
            if key not in commands:
                raise UsageProblem(
                    f"In {quoted(path)}, {quoted(key)} is no command."
                    f"{did_you_mean(key, commands) or ' Name a table after a command.'}"
                )
            for name in value:
                _known(path, f"{key}.{name}", name, _options(commands[key]))
        else:
            _known(path, key, key, every)


def _known(path: Path, key: str, name: str, options: Iterable[str]) -> None:
    where = f"In {quoted(path)}, {quoted(key)}"
    if name in ELSEWHERE:
        raise UsageProblem(
            f"{where} has no place: put it into assignment.toml beside the assignment's "
            "solutions, where nbgrader's autograde heeds it, too."
        )
    known = set(MAY) & set(options)
    if name not in known:
        hint = did_you_mean(name, known) or f" Known are: {', '.join(sorted(known))}."
        raise UsageProblem(f"{where} is not an option with a default.{hint}")


def _options(command: click.Command) -> dict[str, click.Option]:
    """Return a command's options by their long names without dashes."""
    return {
        name.removeprefix("--"): one
        for one in command.params
        if isinstance(one, click.Option)
        for name in one.opts
        if name.startswith("--")
    }


def _converted(
    path: Path, command: click.Command, given: Mapping[str, Any], ctx: click.Context
) -> Iterator[tuple[str, Any]]:
    from grader.phrases import languages

    for name, option in _options(command).items():
        if name not in given or option.name is None:
            continue
        value = given[name]
        if isinstance(option.type, click.Path) and isinstance(value, str):
            value = str(path.parent / value)
        kind, called = _kind(option)
        try:
            if type(value) is not kind:
                raise click.BadParameter(f"must be {called}, not {value!r}")
            option.type_cast_value(ctx, value)
            if name == "lang" and value not in languages():
                raise click.BadParameter(f"must be one of {', '.join(languages())}, not {value!r}")
        except click.BadParameter as error:
            said = error.message.rstrip(".")
            raise UsageProblem(f"In {quoted(path)}, {quoted(name)}: {said}.") from error
        yield option.name, value


def _kind(option: click.Option) -> tuple[type, str]:
    if option.is_flag:
        return bool, "true or false"
    if isinstance(option.type, click.types.IntParamType):
        return int, "a whole number"
    return str, "a text"
