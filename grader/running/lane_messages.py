"""What a lane and its parent say to each other (see ``grader.running.lane_process``)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from grader.errors import NotJudgedProblem, UsageProblem
from grader.running.settings import Settings

if TYPE_CHECKING:  # a command starts its first lane before it reads any
    from grader.intake.submission import Submission

GRACE_SECONDS = 2.0
"""Within which a lane that is hung up on ends by itself."""


class Trial(StrEnum):
    """Whether a lane tries its seed out on the solutions first, and whose seed it is."""

    NONE = "none"
    DRAWN = "drawn"
    ASKED_FOR = "asked for"


@dataclass(frozen=True)
class Ready:
    """A lane's first word: it can judge, under this isolation (one line), on these settings."""

    isolation: str
    settings: Settings


@dataclass(frozen=True)
class Unable:
    """A lane's only word: it cannot judge, and why; ``usage`` if the user can mend it.

    ``details`` are a long text for whoever can mend it.  ``passing`` says that another lane may
    fare better: its processes failed, not what they were given.
    """

    reason: str
    usage: bool = False
    details: str = ""
    passing: bool = False

    def problem(self) -> UsageProblem | NotJudgedProblem:
        """Return it as a problem of the command."""
        if self.usage:
            return UsageProblem(self.reason)
        return NotJudgedProblem(self.reason, self.details)


@dataclass(frozen=True)
class Task:
    """A submission to be judged.

    ``last`` says that it is tried for the last time, and nothing else at the time; ``explain``
    that what is wrong is to be explained, which may be what takes a lane too much.
    """

    submission: Submission
    last: bool = False
    explain: bool = True


@dataclass(frozen=True)
class Failed:
    """In place of a report: the judge itself failed, and why."""

    reason: str


@dataclass(frozen=True)
class Overrun:
    """In place of a report: judging takes more than it may, of "memory" or "processor" time."""

    rule: str
