"""The bulk downloads of Canvas and Moodle.

Canvas puts every file of the class into one folder, as NAME_USER_FILE_ORIGINAL, with LATE
behind the name of a student who was: ``doejane_LATE_12345_67890_rnn_cell-1.py``.  NAME is the
sortable name in lower case without anything but letters, digits and underscores; the numbers
are Canvas's own.  Where names are hidden it is ``anon_x7Kq2_67890_rnn_cell.py``.  A file's
number rises with time; the ``-1`` tells it from an earlier upload of the same name.

Moodle makes a folder per student and kind of answer, ``Jane Doe_12345_assignsubmission_file``
(older versions end it with an underscore), or writes the same in front of every file.  Groups
have their name in the student's place.  The number is the participant's in this assignment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grader.course import Assignment
from grader.intake.folders import FILE, FOLDER, Folder, GatheredFolder, shown
from grader.intake.listing import Entry, Listing, Newness, Root
from grader.intake.names import ARCHIVES, endings_of, original
from grader.record import Identity

_LATE = r"(?P<late>_LATE)?"
_CANVAS = (
    re.compile(rf"(?P<name>.+?){_LATE}_(?P<user>\d+)_(?P<number>\d+)_(?P<file>.+)", re.S),
    re.compile(r"(?P<late>LATE_)?(?P<name>anon_[0-9A-Za-z]+)_(?P<number>\d+)_(?P<file>.+)", re.S),
)
_CANVAS_TEXT = (
    re.compile(rf"(?P<name>.+?){_LATE}_(?P<user>\d+)_(?:text|link)\.html", re.S),
    re.compile(r"(?P<late>LATE_)?(?P<name>anon_[0-9A-Za-z]+)_(?:text|link)\.html", re.S),
)
_MOODLE = re.compile(
    r"(?P<name>.+?)(?:_(?P<user>\d+))?_assignsubmission_(?P<kind>[a-z0-9]+)(?:_(?P<file>.*))?",
    re.S,
)
_ATTEMPT = re.compile(r"-(\d{1,4})$")
LONGEST = 300
"""Characters of a name that is tried; only a zip can hold a longer one."""


@dataclass
class _Student:
    """What was found of one student: files as (number, original name, entry), and folders."""

    name: str
    user: str
    files: list[tuple[Newness, str, str]] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    late: bool = False

    @property
    def student(self) -> str:
        """Return the name of this student's results, the number in it whoever else there is."""
        return shown(f"{self.name}_{self.user}" if self.user else self.name)

    @property
    def first(self) -> str:
        """Return the entry that stands for all of them in the ledger."""
        return [*self.folders, *(entry for _, _, entry in self.files), *self.texts][0]

    def gathered(self, folder: Folder, kinds: Mapping[str, str]) -> GatheredFolder:
        """Return the student's files as a folder; of two of the same name the newest counts."""
        newest_last = sorted(self.files)
        members = {name: entry for _, name, entry in newest_last}
        newness = {name: number for number, name, _ in newest_last}
        return GatheredFolder(
            self.name, folder, kinds, dict(reversed(members.items())), newness=newness
        )

    def identity(self, system: str) -> Identity:
        """Return what the system said of the student."""
        numbers = [number for number, _, _ in self.files if number]
        newest = max(numbers)[-1] if system == "canvas" and numbers else ""
        attempts = [_attempt(entry) for _, _, entry in self.files] if system == "canvas" else []
        return Identity(
            system=system,
            user=self.user,
            submission=str(newest),
            name=shown(self.name),
            late=self.late,
            attempt=max(attempts, default=0),
        )


class _Students(dict[tuple[str, str], _Student]):
    def of(self, match: re.Match[str]) -> _Student:
        found = match.groupdict()
        key = (found["name"], found.get("user") or "")
        student = self.setdefault(key, _Student(*key))
        student.late |= bool(found.get("late"))
        return student


def canvas(
    folder: Folder, kinds: Mapping[str, str], assignment: Assignment
) -> tuple[Listing, dict[str, str]]:
    """Return the students of a Canvas download, and the entries that are not theirs."""
    students, rest = _Students(), {}
    for entry, kind in kinds.items():
        if kind == FILE and (match := _first(_CANVAS, entry)):
            number = _rank(match["number"])
            students.of(match).files.append((number, original(match["file"]), entry))
        elif kind == FILE and (match := _first(_CANVAS_TEXT, entry)):
            students.of(match).texts.append(entry)
        else:
            rest[entry] = kind
    if not any(_is_work(name) for one in students.values() for _, name, _ in one.files):
        return Listing(), dict(kinds)  # other files whose names happen to hold two numbers
    listing = Listing()
    for one in students.values():
        identities = (one.identity("canvas"),)
        listing.grade(
            f"{folder.origin}/{shown(one.first)}",
            [Entry(one.student, (Root(one.gathered(folder, kinds)),), identities)],
        )
    return listing, rest


def moodle(
    folder: Folder, kinds: Mapping[str, str], assignment: Assignment
) -> tuple[Listing, dict[str, str]]:
    """Return the students of a Moodle download, and the entries that are not theirs."""
    students, rest = _Students(), {}
    for entry, kind in kinds.items():
        match = _MOODLE.fullmatch(entry) if len(entry) <= LONGEST else None
        if match is None or kind not in (FILE, FOLDER) or (kind == FILE and not match["file"]):
            rest[entry] = kind
            continue
        student = students.of(match)
        if match["kind"] == "file" and kind == FOLDER:
            student.folders.append(entry)
        elif match["kind"] == "file":
            student.files.append(((), match["file"], entry))
        else:
            student.texts.append(entry)
    listing = Listing()
    for one in students.values():
        roots = [Root(folder.enter(entry).alone()) for entry in one.folders]
        if one.files or not roots:
            roots.append(Root(one.gathered(folder, kinds)))
        listing.grade(
            f"{folder.origin}/{shown(one.first)}",
            [Entry(one.student, tuple(roots), (one.identity("moodle"),))],
        )
    return listing, rest


def _is_work(name: str) -> bool:
    return endings_of(name) in (".py", ".ipynb", ".py.txt", *ARCHIVES)


def _attempt(entry: str) -> int:
    """Return which upload of its name a file is: Canvas writes -1 behind the second."""
    match = _ATTEMPT.search(entry.rpartition(".")[0])
    return int(match[1]) + 1 if match else 1


def _rank(digits: str) -> Newness:
    """Return what sorts like the number; in a zip it may have more digits than int() takes."""
    significant = digits.lstrip("0")
    return len(significant), significant


def _first(patterns: Sequence[re.Pattern[str]], entry: str) -> re.Match[str] | None:
    if len(entry) > LONGEST:
        return None
    return next((match for one in patterns if (match := one.fullmatch(entry))), None)
