"""Problems that end in one sentence: what is wrong, which thing (in quotes), what to do."""

from __future__ import annotations

import difflib
import traceback
from collections.abc import Callable, Iterable

import click


class UsageProblem(click.ClickException):
    """The command cannot be carried out as it was asked for; nothing has been judged."""

    exit_code = 2


class NotJudgedProblem(click.ClickException):
    """Something could not be judged or written down, through no fault of a student.

    ``details`` is a long text for whoever can mend it, shown with --verbose.
    """

    exit_code = 3

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message)
        self.details = details


class Interrupted(click.ClickException):
    """The command was told to stop by a signal; exit codes are those of the shells."""

    def __init__(self, rest: str, signal: int) -> None:
        super().__init__(f"Interrupted. {rest}".rstrip())
        vars(self)["exit_code"] = 128 + signal


def quoted(thing: object) -> str:
    """Return a name or a path in double quotes, safe to print on one line of a terminal."""
    return '"' + "".join(_printable(character) for character in str(thing)) + '"'


def _printable(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def not_importable(path: object, error: BaseException) -> UsageProblem:
    """Return what is said of a file of the course's own that raises when it is imported."""
    said = traceback.format_exception_only(error)[-1].strip()
    return UsageProblem(f"{quoted(path)} cannot be imported ({said}). Mend it.")


def did_you_mean(name: str, known: Iterable[str], typed: Callable[[str], object] = str) -> str:
    """Return ' Did you mean "..."?' for a known name that is near, or an empty string.

    ``typed`` makes of the name what can be typed in the place of what was.
    """
    by_lower = {one.lower(): one for one in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return f" Did you mean {quoted(typed(by_lower[near[0]]))}?" if near else ""
