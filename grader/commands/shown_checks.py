"""Shows the checks of `grade verify`: a line each, or all as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict

import click
from rich.console import Console
from rich.progress import track

from grader.authoring.proofs.bench import Checked, T, Watch
from grader.commands.options import QUIET, output


def show_checks(name: str, checks: Callable[[Watch], Iterator[Checked]], *, as_json: bool) -> None:
    """Say every check, quietly those alone that found a fault; exit code 1 where one did."""
    ctx = click.get_current_context()
    quiet = bool(ctx.meta.get(QUIET))
    console = Console(stderr=True)

    def watch(things: Sequence[T], what: str) -> Iterable[T]:
        shown = console.is_terminal and not as_json and not quiet
        return track(things, what, console=console, transient=True) if shown else things

    done = []
    for one in checks(watch):
        done.append(one)
        if not as_json:
            _show(one, err=quiet and bool(one.faults))
    failed = sum(bool(one.faults) for one in done)
    if as_json:
        told = [{**asdict(one), "ok": not one.faults} for one in done]
        text = json.dumps({"assignment": name, "ok": not failed, "checks": told}, indent=2)
        click.echo(text, file=output(ctx))
        if failed:
            raise click.exceptions.Exit(1)
    elif failed:
        raise click.ClickException(f"{failed} of the checks of {name} failed")


def _show(one: Checked, *, err: bool) -> None:
    if len(one.faults) == 1:
        click.echo(f"wrong  {one.what}: {one.faults[0]}", err=err)
        return
    note = f" ({one.note})" if one.note and not one.faults else ""
    click.echo(f"{'wrong' if one.faults else 'ok':5}  {one.what}{note}", err=err)
    for fault in one.faults:
        click.echo(f"         {fault}", err=err)
