"""Looks into the folders and archives of one student, within limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.course import Assignment
from grader.intake.archive import ArchiveProblem, content_of, open_zip_in
from grader.intake.folders import DENIED, FILE, GONE, Folder, refuse_unread, shown, subfolders
from grader.intake.listing import Newness, Root
from grader.intake.names import held, time_in
from grader.intake.tarballs import is_tar, looks_like_tar, read_tar

MAX_DEPTH = 4
"""Folders around the files that are looked into."""
MAX_FOLDERS = 200
"""Folders that are looked through for the files of one student."""
MAX_ZIPS = 20
"""Archives of one student that are opened."""
MAX_UNREAD = 64 * 2**20
"""Bytes of all archives of one student that are opened, as they are packed."""


@dataclass(frozen=True)
class Place:
    """A folder that was looked into.

    ``path`` is where it is, as the student sees it; ``depth`` how many folders lie around it,
    ``archives`` how many of these are archives.
    """

    folder: Folder
    kinds: Mapping[str, str]
    path: str
    depth: int
    archives: int
    newness: Newness
    named: bool


class Search:
    """Goes through folders and archives, within limits."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._archives = 0
        self._bytes = 0
        self.problems: list[ArchiveProblem] = []
        self.doubtful: list[str] = []

    def places(self, roots: Sequence[Root]) -> list[Place]:
        """Return all that is looked into below the roots; OSError where none can be listed."""
        found: list[Place] = []
        errors: list[OSError] = []
        for root in roots:
            named = is_named(root.folder.name, self._assignment.name)
            try:
                kinds = root.folder.kinds()
            except OSError as error:
                errors.append(error)
                continue
            prefix = "" if len(roots) == 1 else f"{root.folder.name}/"
            top = Place(root.folder, kinds, prefix, 0, 0, root.newness, named)
            found += self._all_in(top)
        if errors and not found:
            raise errors[0]
        return found

    def _all_in(self, top: Place) -> Iterator[Place]:
        """Yield a place, those below it, and those in archives in any of them."""
        below = list(below_place(top, self._assignment))
        yield from below
        for place in below:
            for name, kind in place.kinds.items():
                if kind == FILE and is_archive(name) and place.archives < 1:
                    yield from self._inside(place, name)

    def _inside(self, place: Place, name: str) -> list[Place]:
        if self._archives >= MAX_ZIPS or self._bytes > MAX_UNREAD:
            return []
        self._archives += 1
        try:
            folder, size = open_archive(place.folder, name)
            self._bytes += size
            folder.vet()
            inner = Place(
                folder,
                folder.kinds(),
                f"{place.path}{name}/",
                place.depth,
                place.archives + 1,
                newness_of(place.folder, name) or place.newness,
                place.named,
            )
            found = list(below_place(inner, self._assignment))
            packed = any(is_archive(one) for where in found for one in where.kinds)
            if packed and not any(held(one.kinds, self._assignment.files) for one in found):
                raise ArchiveProblem("nested", name, folder.origin)
            if getattr(folder, "doubtful", False):
                self.doubtful.append(shown(name))
        except ArchiveProblem as problem:
            if isinstance(problem.__cause__, OSError) and problem.what == "unreadable":
                refuse_unread(problem.__cause__, f"{place.folder.origin}/{name}")
            self.problems.append(problem)
            return []
        except OSError:
            self.problems.append(ArchiveProblem("unreadable", name, place.folder.origin))
            return []
        return found


def is_archive(name: str) -> bool:
    """Whether a file is one that is opened: a zip or a tar file."""
    return not name.startswith(".") and (name.lower().endswith(".zip") or is_tar(name))


def open_archive(folder: Folder, name: str) -> tuple[Folder, int]:
    """Return the top of a student's archive, and about how many bytes it takes in memory.

    What it holds decides which kind it is, and its name where that does not tell.
    """
    content = content_of(folder, name)
    if looks_like_tar(content) or (is_tar(name) and not content.startswith(b"PK")):
        return read_tar(content, name, f"{folder.origin}/{name}"), len(content)
    opened = open_zip_in(folder, name)
    return opened, opened.size


def is_named(name: str, assignment: str) -> bool:
    """Whether a folder is named like the assignment, a time behind it or not."""
    return name.partition("+")[0].casefold() == assignment.casefold()


def newness_of(folder: Folder, name: str) -> Newness:
    """Return how new a file of a folder is, where the system says so."""
    newness = getattr(folder, "newness", None)
    return newness.get(name, ()) if isinstance(newness, dict) else ()


def below_place(top: Place, assignment: Assignment) -> Iterator[Place]:
    """Yield a place and those below it, the nearest first; one that cannot be listed is left.

    Folders of the course's other assignments are not looked into.
    """
    others = other_assignments(assignment)
    seen = 0
    level = [top]
    for _ in range(MAX_DEPTH + 1):
        following: list[Place] = []
        for place in level:
            yield place
            for name in subfolders(place.kinds):
                if name in others:
                    continue
                seen += 1
                if seen >= MAX_FOLDERS:
                    break
                inner = place.folder.enter(name)
                try:
                    kinds = inner.kinds()
                except OSError as error:
                    if error.errno in GONE | DENIED:
                        raise
                    continue
                named = is_named(name, assignment.name)
                if "timestamp.txt" in kinds and not named and place.depth == 0:
                    continue  # another assignment, as nbgrader collects it
                if "pyvenv.cfg" in kinds:
                    continue
                following.append(
                    Place(
                        inner,
                        kinds,
                        f"{place.path}{name}/",
                        place.depth + 1,
                        place.archives,
                        time_in(name) or place.newness,
                        named or place.named,
                    )
                )
        level = following


def other_assignments(assignment: Assignment) -> frozenset[str]:
    """Return the names of the course's other assignments."""
    names: set[str] = set()
    for folder in (assignment.stubs.parent, assignment.solutions.parent):
        try:
            names.update(one.name for one in folder.iterdir() if one.is_dir())
        except OSError:
            continue
    return frozenset(names - {assignment.name})
