"""The bulk downloads of Canvas and Moodle.

Canvas puts every file of the class into one folder, as NAME_USER_FILE_ORIGINAL, with LATE
behind the name of a student who was: ``doejane_LATE_12345_67890_rnn_cell-1.py``.  NAME is the
sortable name in lower case without anything but letters, digits and underscores; the numbers
are Canvas's own.  Where names are hidden it is ``anon_x7Kq2_67890_rnn_cell.py``.  A file's
number rises with time; the ``-1`` tells it from an earlier upload of the same name.

Moodle makes a folder per student and kind of answer, ``Jane Doe_12345_assignsubmission_file``
(older versions end it with an underscore), or writes the same in front of every file.  Groups
have their name in the student's place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grader.intake.folders import FILE, FOLDER, Folder, GatheredFolder, shown
from grader.intake.listing import Entry, Listing
from grader.intake.locate import original

_LATE = r"(?:_LATE)?"
_CANVAS = (
    re.compile(rf"(?P<name>.+?){_LATE}_(?P<user>\d+)_(?P<number>\d+)_(?P<file>.+)", re.S),
    re.compile(r"(?:LATE_)?(?P<name>anon_[0-9A-Za-z]+)_(?P<number>\d+)_(?P<file>.+)", re.S),
)
_CANVAS_TEXT = (
    re.compile(rf"(?P<name>.+?){_LATE}_(?P<user>\d+)_(?:text|link)\.html", re.S),
    re.compile(r"(?:LATE_)?(?P<name>anon_[0-9A-Za-z]+)_(?:text|link)\.html", re.S),
)
_MOODLE = re.compile(
    r"(?P<name>.+?)(?:_(?P<user>\d+))?_assignsubmission_(?P<kind>[a-z0-9]+)(?:_(?P<file>.*))?",
    re.S,
)


@dataclass
class _Student:
    """What was found of one student: files as (rank, original name, entry), and folders.

    The rank of a file grows with its number.
    """

    name: str
    user: str
    files: list[tuple[tuple[int, str], str, str]] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)

    def gathered(self, folder: Folder, kinds: Mapping[str, str]) -> GatheredFolder:
        """Return the student's files as a folder; of two of the same name the newest counts."""
        members = {name: entry for _, name, entry in sorted(self.files)}
        newest_first = dict(reversed(members.items()))
        return GatheredFolder(self.name, folder, kinds, newest_first)


class _Students(dict[tuple[str, str], _Student]):
    def of(self, match: re.Match[str]) -> _Student:
        found = match.groupdict()
        key = (found["name"], found.get("user") or "")
        return self.setdefault(key, _Student(*key))


def canvas(folder: Folder, kinds: Mapping[str, str], _: object) -> Listing | None:
    """Return the students of a Canvas download, or None where this is none."""
    students = _Students()
    strangers = []
    for entry, kind in kinds.items():
        if kind == FILE and (match := _first(_CANVAS, entry)):
            name = original(match["file"])
            students.of(match).files.append((_rank(match["number"]), name, entry))
        elif kind == FILE and (match := _first(_CANVAS_TEXT, entry)):
            students.of(match)
        else:
            strangers.append(entry)
    if not any(student.files for student in students.values()):
        return None
    listing = Listing(
        [Entry(shown(one.name), one.gathered(folder, kinds), one.user) for one in students.values()]
    )
    listing.warn_of_strangers(strangers, folder, "a download of Canvas")
    return listing


def moodle(folder: Folder, kinds: Mapping[str, str], _: object) -> Listing | None:
    """Return the students of a Moodle download, or None where this is none."""
    students = _Students()
    strangers = []
    for entry, kind in kinds.items():
        match = _MOODLE.fullmatch(entry)
        if match is None or kind not in (FILE, FOLDER) or (kind == FILE and not match["file"]):
            strangers.append(entry)
            continue
        student = students.of(match)
        if match["kind"] == "file" and kind == FOLDER:
            student.folders.append(entry)
        elif match["kind"] == "file":
            student.files.append((_rank("0"), match["file"], entry))
    if not students:
        return None
    listing = Listing()
    for one in students.values():
        places: list[Folder] = [folder.enter(entry).alone() for entry in one.folders]
        if one.files or not places:
            places.append(one.gathered(folder, kinds))
        listing.entries += [Entry(shown(one.name), place, one.user) for place in places]
    listing.warn_of_strangers(strangers, folder, "a download of Moodle")
    return listing


def _rank(digits: str) -> tuple[int, str]:
    """Return what sorts like the number; in a zip it may have more digits than int() takes."""
    significant = digits.lstrip("0")
    return len(significant), significant


def _first(patterns: Sequence[re.Pattern[str]], entry: str) -> re.Match[str] | None:
    return next((match for one in patterns if (match := one.fullmatch(entry))), None)
