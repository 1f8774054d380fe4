"""What a folder turns out to hold: whose submission stands where, and what became of each entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from grader.errors import quoted
from grader.intake.folders import Folder
from grader.record import Identity

MOST_NAMED = 5
"""Names that one sentence lists."""

GRADED, NOT_GRADED, IGNORED = "graded", "not graded", "ignored"
"""What becomes of an entry: it is read, it may be somebody's work and is not, it is nobody's."""

Newness = tuple[int | str, ...]
"""What grows from an older to a newer one, as the system says; () where it does not."""


@dataclass(frozen=True)
class Root:
    """A folder to read a submission from, and how new it is."""

    folder: Folder
    newness: Newness = ()


@dataclass(frozen=True)
class Entry:
    """One student's submission, the folders, on disk or not, to read it from, and whose it is.

    The student's name is made of what is known of this student alone: no classmate changes it.
    ``identities`` are the student's own, then those of the others who handed it in with them.
    """

    student: str
    roots: tuple[Root, ...]
    identities: tuple[Identity, ...] = ()


@dataclass(frozen=True)
class Line:
    """What became of one entry of what was given, and why where it is not graded."""

    entry: str
    outcome: str
    why: str = ""
    students: tuple[str, ...] = ()


@dataclass
class Listing:
    """The submissions of one folder, a line for each of its entries, and what else to tell."""

    entries: list[Entry] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def grade(self, where: str, entries: Sequence[Entry]) -> None:
        """Take in the submissions that one entry holds: several where a group handed it in."""
        self.entries += entries
        self.lines.append(Line(where, GRADED, students=tuple(one.student for one in entries)))

    def leave(self, where: str, why: str) -> None:
        """Note an entry that may be somebody's work and is not graded."""
        self.lines.append(Line(where, NOT_GRADED, why))

    def ignore(self, where: str, why: str) -> None:
        """Note an entry that is nobody's work."""
        self.lines.append(Line(where, IGNORED, why))

    def take(self, other: Listing) -> None:
        """Take in what another folder holds."""
        self.entries += other.entries
        self.lines += other.lines
        self.warnings += other.warnings

    def joined(self) -> Listing:
        """Return the same, with what several entries hold of one student put together."""
        by_student: dict[str, Entry] = {}
        for one in self.entries:
            known = by_student.get(one.student)
            if known is not None:
                one = replace(known, roots=(*known.roots, *one.roots))
            by_student[one.student] = one
        return Listing(list(by_student.values()), self.lines, self.warnings)


def counted(number: int, one: str, many: str) -> str:
    """Write a number and its noun."""
    return f"{number} {one if number == 1 else many}"


def named(names: Iterable[str]) -> str:
    """List names in quotes, the first few of many."""
    listed = sorted(names)
    more = len(listed) - MOST_NAMED
    text = ", ".join(quoted(name) for name in listed[:MOST_NAMED])
    return f"{text} and {more} more" if more > 0 else text
