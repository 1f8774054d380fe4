"""What a grading run found out, as plain frozen data.

Everything that is shown to anybody (terminal, Markdown, JSON, CSV, gradebook) is a pure
function of these records.  They hold *facts*, not sentences: ``grader.phrases`` turns a
finding into words.  Nothing here may carry a hidden array, an expected value, a case's name
or the run's seed, for the record travels with the feedback.

Four outcomes are kept apart throughout: right, wrong, replies that broke the rules, and not
judged.  A fault of the grader never reads as a fault of the student.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

FORMAT_VERSION = 2
"""Version of the record in results.json; raised when a field changes meaning."""

LIMITS_ONLY = "resource limits only"
"""The weakest level of isolation; results of other levels stand beside one another."""

Fact = str | int | float | bool | None | tuple["Fact", ...]
"""JSON data; sequences are tuples so that records stay hashable and unchangeable."""


class Status(StrEnum):
    """What can be said of one function."""

    PASSED = "passed"
    FAILED = "failed"
    BROKE_RULES = "broke the rules"
    """Its process answered what no function can: it earns nothing, and somebody takes a look."""
    NOT_JUDGED = "not judged"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: the lowest rung of the ladder that an answer failed.

    ``kind`` names the rung (``shape``, ``values``, ``raised``, ...; the keys of
    ``grader/phrases/en.toml``), ``output`` the quantity as the contract names it (empty when
    the whole function is meant), ``facts`` what the sentence needs, ``sizes`` the dimensions
    of the hidden case it showed in first (never its name or its numbers), and ``more`` in how
    many further cases the same thing showed.
    """

    kind: str
    output: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    more: int = 0

    @property
    def raised_on_purpose(self) -> bool:
        """Whether the line of an exception is a ``raise`` of the student's own."""
        line = str(self.facts.get("source_line", ""))
        return self.kind == "raised" and re.match(r"\s*raise\b", line) is not None


@dataclass(frozen=True)
class Criterion:
    """One line of a function's points: all or nothing over all its cases.

    ``judged`` is False for a small criterion that there was no right output to judge it on.
    """

    name: str
    points: float
    earned: float
    passed: bool
    judged: bool = True


@dataclass(frozen=True)
class Place:
    """Lines of the student's own code at which its numbers part from the formula's.

    ``proved`` says that a change there, and there alone, makes every case right, ``alone`` that
    they go into what is wrong and into nothing that is right; else the lines are the first whose
    result is wrong though all that they read is right.  ``output`` is the wrong output that they go
    into, "" where all that are wrong are meant.
    """

    file: str
    first: int
    last: int
    proved: bool = False
    alone: bool = False
    output: str = ""


@dataclass(frozen=True)
class Adjustment:
    """Points that an instructor gave by hand, why, and the score that was judged.

    They are the function's ``score`` from then on.
    """

    points: float
    reason: str
    at: str = ""
    judged: float | None = None


@dataclass(frozen=True)
class FunctionResult:
    """The verdict on one function of the contract.

    ``score`` is None exactly when ``status`` is NOT_JUDGED.  ``finding`` is the one message
    that helps most; ``others`` counts the further outputs or rules that are wrong.
    ``mistakes`` are the keys of the recognised mistakes, as a catalogue names them; none is
    named that is not sure.
    ``explains`` has an entry for each of them: the outputs that it explains, () where that is all
    that is wrong and nothing right speaks against it; ``unexplained`` are the wrong outputs that
    none of them does.
    ``lent`` names the neighbours that are wrong and in whose place right ones were lent to
    reach this verdict.
    ``rests_on`` names all wrong functions that the solution of this one uses.
    ``places`` are the lines to look at, ``adjustment`` what an instructor gave in its place.
    ``cpu_seconds`` is the processor time its calls took (0.0 where it was not run).
    """

    name: str
    status: Status
    score: float | None
    max_score: float
    criteria: tuple[Criterion, ...] = ()
    finding: Finding | None = None
    others: int = 0
    mistakes: tuple[str, ...] = ()
    explains: tuple[tuple[str, ...], ...] = ()
    unexplained: tuple[str, ...] = ()
    lent: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    adjustment: Adjustment | None = None
    cpu_seconds: float = 0.0

    @property
    def either(self) -> tuple[Place, ...]:
        """The two lines of which one is wrong, () where the places are no such lines."""
        if len(self.places) != 2 or any(one.alone for one in self.places):
            return ()
        one, other = sorted(self.places, key=lambda place: place.first)
        return (one, other) if one == replace(other, first=one.last, last=one.last) else ()


@dataclass(frozen=True)
class Identity:
    """What the system that a submission came from said of its student; "" where it said nothing.

    ``system`` is "canvas", "moodle", "gradescope", "nbgrader" or "" for plain folders;
    ``user`` its number for the person (Canvas's user, Moodle's participant, Gradescope's SID),
    ``submission`` its number for what was handed in, ``attempt`` counts from 1, 0 where unknown.
    """

    system: str = ""
    user: str = ""
    submission: str = ""
    name: str = ""
    email: str = ""
    login: str = ""
    late: bool = False
    attempt: int = 0


@dataclass(frozen=True)
class Report:
    """All that is known of one student's submission after one judging.

    ``digest`` is the SHA-256 of the submitted files, ``fingerprint`` that of what judged them
    (hidden cases, solutions, points, grader version, seed, limits): where both are as in an
    earlier run, judging again would give the same.  ``remarks`` are findings about the
    submission as a whole (an unreadable file, a link left unread, a process that was stopped
    while it tried something); ``isolation`` is the level it was judged under.  ``same_files``
    says that the verdict was taken over from a submission with the same files, judged once.
    ``identities`` are whose work it is as the system it came from says: one, or all who handed
    it in together.  ``judged_at`` is the time in UTC (ISO 8601), ``version`` the grader's.
    """

    assignment: str
    student: str
    functions: tuple[FunctionResult, ...]
    digest: str
    fingerprint: str
    isolation: str
    remarks: tuple[Finding, ...] = ()
    seconds: float = 0.0
    same_files: bool = False
    identities: tuple[Identity, ...] = ()
    judged_at: str = ""
    version: str = ""

    @property
    def judged(self) -> bool:
        """Whether every function has a score."""
        return all(result.score is not None for result in self.functions)

    @property
    def score(self) -> float | None:
        """The points earned, or None where a function could not be judged."""
        if not self.judged:
            return None
        return sum(result.score or 0.0 for result in self.functions)

    @property
    def max_score(self) -> float:
        """The points that could be earned."""
        return sum(result.max_score for result in self.functions)
