"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

course_option = click.option(
    "--course",
    type=click.Path(path_type=Path, file_okay=False),
    help="The course's folder, with assignments/ and solutions/ (default: here or a parent).",
)
no_repair_option = click.option(
    "--no-repair",
    is_flag=True,
    help="Try no changes of the code to prove where a mistake is; scores are the same.",
)
weak_option = click.option(
    "--allow-weak-isolation",
    is_flag=True,
    help="Run submissions behind resource limits alone where the system offers no more.",
)
timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=10.0,
    show_default=True,
    help="Seconds of processor time that one function may take.",
)

VERBOSE = "grader.verbose"
verbose_option = click.option(
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=lambda ctx, _, value: ctx.meta.update({VERBOSE: value}),
    help="Show all that is known where the grader itself fails, hidden cases included.",
)
