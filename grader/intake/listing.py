"""What a folder turns out to hold: whose submission stands where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from grader.errors import quoted
from grader.intake.folders import IGNORED, Folder

MOST_NAMED = 5
"""Names that one sentence lists."""


@dataclass(frozen=True)
class Entry:
    """One student's submission and the folder, on disk or not, to read it from.

    ``number`` is what a system adds to tell apart two students of the same name.
    """

    student: str
    folder: Folder
    number: str = ""


@dataclass
class Listing:
    """The submissions of one folder, and sentences on what else is there."""

    entries: list[Entry] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def told_apart(self) -> list[Entry]:
        """Return the entries; students of the same name get their number behind it."""
        times = Counter(one.student for one in self.entries)
        return [
            Entry(f"{one.student}_{one.number}", one.folder)
            if times[one.student] > 1 and one.number
            else one
            for one in self.entries
        ]

    def warn_of_strangers(self, names: Iterable[str], folder: Folder, layout: str) -> None:
        """Warn of files and folders that have no place in a layout and are therefore not read."""
        strange = [name for name in names if not name.startswith(".") and name not in IGNORED]
        if strange:
            self.warnings.append(
                f"{counted(len(strange), 'entry', 'entries')} of {quoted(folder.origin)} "
                f"{'does' if len(strange) == 1 else 'do'} not belong to {layout} "
                f"and {'is' if len(strange) == 1 else 'are'} not read: {named(strange)}."
            )


def counted(number: int, one: str, many: str) -> str:
    """Write a number and its noun."""
    return f"{number} {one if number == 1 else many}"


def named(names: Iterable[str]) -> str:
    """List names in quotes, the first few of many."""
    listed = sorted(names)
    more = len(listed) - MOST_NAMED
    text = ", ".join(quoted(name) for name in listed[:MOST_NAMED])
    return f"{text} and {more} more" if more > 0 else text
