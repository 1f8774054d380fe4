"""Reads the roster of a class, as a system has exported it, and says who handed in nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from grader.errors import UsageProblem, quoted
from grader.intake.discovery import Handle
from grader.reports.exports.filling import is_person, line_name
from grader.reports.exports.matching import Owner, match
from grader.reports.exports.table import MAX_BYTES, Table, read_table


def read_roster(path: Path) -> Table:
    """Read a roster; UsageProblem says why it is none."""
    try:
        with path.open("rb") as file:
            return read_table(file.read(MAX_BYTES + 1))
    except FileNotFoundError as error:
        raise UsageProblem(f"The roster {quoted(path)} is not there.") from error
    except OSError as error:
        raise UsageProblem(
            f"The roster {quoted(path)} cannot be read ({error.strerror}). Check its permissions."
        ) from error
    except ValueError as error:
        raise UsageProblem(
            f"The roster {quoted(path)} cannot be used: {error}. Export it again as CSV."
        ) from error


def absent(table: Table, handles: Iterable[Handle]) -> list[str]:
    """Return who has a line in a roster and handed in nothing."""
    matched = match(table, [Owner(one.student, one.identities) for one in handles])
    return [name for row in matched.idle if is_person(name := line_name(table, row))]
