"""Why hidden cases cannot be used, in part of a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

MOST_OF_A_REASON = 160
"""Letters of what pytest says of a failure that stand in a sentence."""

_OWN = re.compile(r"(?:[\w.]+\.)?(?:CollectError|CaseError): ")
"""What stands before the sentences of the program's own errors."""


class CollectError(Exception):
    """The hidden cases themselves are broken: a fault of the course, not of a student.

    It says so in part of a sentence; ``details`` are all that pytest says.
    """

    def __init__(self, said: str, details: str = "") -> None:
        super().__init__(said)
        self.details = details


@dataclass(frozen=True)
class Failure:
    """A case or a file that failed: which, why in a few words, and all that pytest says."""

    where: str
    why: str
    text: str

    @classmethod
    def of(cls, report: pytest.TestReport | pytest.CollectReport) -> Failure:
        crash = getattr(report.longrepr, "reprcrash", None)
        lines = report.longreprtext.strip().splitlines()
        why = crash.message if crash is not None else error_of(lines)
        where = report.nodeid.rpartition("/")[2]
        first = _OWN.sub("", (why.strip().splitlines() or [""])[0]).removeprefix(f"{where}: ")
        return cls(where, first[:MOST_OF_A_REASON].rstrip("."), report.longreprtext)


def error_of(lines: Sequence[str]) -> str:
    """Return the line of what pytest says that tells the error, which it marks with an E."""
    marked = [line for line in lines if line.startswith("E ")]
    return (marked or list(lines) or [""])[-1].removeprefix("E").strip()
