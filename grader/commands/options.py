"""Options that several commands share."""

from __future__ import annotations

import contextlib
import math
import os
import sys
from pathlib import Path
from typing import IO, Any

import click

from grader.commands.defaults import course_defaults


class FiniteRange(click.FloatRange):
    """A number from a range that is one: neither "nan", which is in every range, nor "inf"."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number that was typed."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a number that can be counted with.", param, ctx)
        return number


class GivenPath(click.Path):
    """A path, which is not empty: a shell's variable that is not set would mean the folder here."""

    name = "path"

    def __init__(self, **limits: Any) -> None:
        super().__init__(path_type=Path, **limits)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:
        """Return the path that was typed."""
        if not os.fspath(value):
            self.fail("It is empty. Is a variable of the shell not set?", param, ctx)
        return super().convert(value, param, ctx)


course_option = click.option(
    "--course",
    type=GivenPath(file_okay=False),
    is_eager=True,
    callback=course_defaults,
    help="The course's folder, with assignments/ and solutions/ (default: here or a parent).",
)
out_option = click.option(
    "--out",
    type=GivenPath(file_okay=False),
    help="Where the results of grade run are (default: graded/ASSIGNMENT/ in the course).",
)
seed_option = click.option(
    "--seed", type=click.IntRange(min=0), help="Draw hidden values from this seed."
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, for other programs."
)
no_repair_option = click.option(
    "--no-repair/--repair",
    help="Try no changes of the code to prove where a mistake is; scores are the same.",
)
weak_option = click.option(
    "--allow-weak-isolation/--no-allow-weak-isolation",
    help="Run submissions behind resource limits alone where the system offers no more.",
)
timeout_option = click.option(
    "--timeout",
    type=FiniteRange(min=0.1),
    help="Seconds of processor time one function may take (default: 10, or what the course says).",
)

VERBOSE = "grader.verbose"
verbose_option = click.option(
    "-v",
    "--verbose/--no-verbose",
    expose_value=False,
    callback=lambda ctx, _, value: ctx.meta.update({VERBOSE: value}),
    help="Show all that is known where the grader itself fails, hidden cases included.",
)


QUIET = "grader.quiet"
_OUTPUT = "grader.output"


def hushed(ctx: click.Context) -> None:
    """Have what is printed until a command ends go nowhere; warnings and errors still come."""
    ctx.meta.setdefault(_OUTPUT, sys.stdout)
    nowhere = ctx.with_resource(open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    ctx.with_resource(contextlib.redirect_stdout(nowhere))


def output(ctx: click.Context) -> IO[str] | None:
    """Return where a command prints what was asked for, hushed or not."""
    told: IO[str] | None = ctx.meta.get(_OUTPUT, sys.stdout)
    return told


def _hush(ctx: click.Context, _: click.Parameter, quiet: bool) -> None:
    ctx.meta[QUIET] = quiet
    if quiet:
        hushed(ctx)


quiet_option = click.option(
    "-q",
    "--quiet/--no-quiet",
    expose_value=False,
    callback=_hush,
    help="Print nothing but what needs you: warnings and errors.",
)
