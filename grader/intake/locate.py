"""Finds the contract's files in what a student handed in, wherever an LMS or a zip put them.

A student's own zip, or a folder around the files, costs nobody points; neither does the number
that a system writes behind a name it has seen before (``rnn_cell-1.py``, ``rnn_cell (2).py``).
Parts that lie in several places are put together.  Where a file is there twice and the two
differ, the first of these rules that tells them apart chooses, and its name is kept:

- *readable*: one that can be read at all;
- *filled*: one that is not the untouched stub;
- *named*: one in the folder named like the assignment;
- *newer*: the newer one, where the system or the folder's name says so;
- *unpacked*: one that is in no archive;
- *nearer*: one in fewer folders;
- *fuller*: one beside more of the files asked for;
- *plain name*: one without a number behind its name, then the highest number;
- *first*: the first by its place's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from grader.course import Assignment
from grader.intake.archive import ArchiveProblem, content_of, open_zip_in
from grader.intake.folders import FILE, GONE, Folder, TooLarge, refuse_gone, shown, subfolders
from grader.intake.listing import Newness, Root
from grader.intake.names import ARCHIVES, endings_of, held, time_in
from grader.intake.stubs import is_stub
from grader.intake.tarballs import is_tar, read_tar

MAX_DEPTH = 4
"""Folders around the files that are looked into."""
MAX_FOLDERS = 200
"""Folders that are looked through for the files of one student."""
MAX_ZIPS = 20
"""Archives of one student that are opened."""
MAX_UNREAD = 64 * 2**20
"""Bytes of all archives of one student that are opened, as they are packed."""
MAX_VERSIONS = 12
"""Versions of one file that are compared."""
MAX_SEEN = 2000
"""Names of other files that are remembered, for what is said where one is missing."""
MAX_FILE = 2**20
"""Bytes of one file."""

RULES = (
    "readable", "filled", "named", "newer", "unpacked", "nearer", "fuller", "plain name", "first",
)  # fmt: skip


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


@dataclass(frozen=True)
class Version:
    """One of the entries that may be a file asked for; ``content`` is None if it is not read."""

    file: str
    entry: str
    place: Place
    content: bytes | None
    key: tuple[object, ...] = ()

    @property
    def path(self) -> str:
        """Return where it is, as the student sees it."""
        return shown(self.place.path + self.entry)


@dataclass(frozen=True)
class LeftAside:
    """A version that differs from the one read, and the rule that chose."""

    read: Version
    left: Version
    rule: str


@dataclass
class Parts:
    """What was found of one submission.

    ``chosen`` is the version of each file asked for that is there; ``aside`` the others that
    differ from it.  ``places`` are the folders that the chosen ones lie in, or the first that
    was looked into.  ``seen`` are the paths of other files, ``problems`` the archives not read.
    """

    chosen: dict[str, Version] = field(default_factory=dict)
    aside: list[LeftAside] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    seen: list[tuple[Place, str]] = field(default_factory=list)
    problems: list[ArchiveProblem] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)


def locate(roots: Sequence[Root], assignment: Assignment) -> Parts:
    """Find the contract's files below the roots; OSError where none of these can be listed."""
    search = _Search(assignment)
    places = search.places(roots)
    parts = Parts(problems=search.problems, doubtful=search.doubtful)
    for file, versions in _versions(places, assignment).items():
        ranked = _ranked(versions, assignment)
        best = parts.chosen[file] = ranked[0]
        told: set[bytes | None] = {best.content}
        for other in ranked[1:]:
            if other.content not in told and not is_stub(assignment, file, other.content):
                parts.aside.append(LeftAside(best, other, _rule(best, other)))
            told.add(other.content)
    used = {id(version.place) for version in parts.chosen.values()}
    parts.places = [place for place in places if id(place) in used] or _bare(places)
    taken = {(id(one.place), one.entry) for one in parts.chosen.values()}
    parts.seen = [
        (place, name)
        for place in places
        for name, kind in place.kinds.items()
        if kind == FILE and (id(place), name) not in taken and not name.startswith(".")
    ][:MAX_SEEN]
    return parts


def _bare(places: Sequence[Place]) -> list[Place]:
    """Return where a student's other files are, where none of those asked for is there."""
    with_code = [one for one in places if any(name.endswith(".py") for name in one.kinds)]
    return [*with_code, *places][:1]


class _Search:
    """Goes through folders and archives, within limits."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._archives = 0
        self._bytes = 0
        self.problems: list[ArchiveProblem] = []
        self.doubtful: list[str] = []

    def places(self, roots: Sequence[Root]) -> list[Place]:
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
                refuse_gone(problem.__cause__, f"{place.folder.origin}/{name}")
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
    """Return the top of a student's archive, and about how many bytes it takes in memory."""
    if is_tar(name):
        content = content_of(folder, name)
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
                    if error.errno in GONE:
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


def _versions(places: Sequence[Place], assignment: Assignment) -> dict[str, list[Version]]:
    versions: dict[str, list[Version]] = {}
    for file in assignment.files:
        for place in places:
            for entry in held(place.kinds, assignment.files).get(file, []):
                if len(versions.setdefault(file, [])) < MAX_VERSIONS:
                    versions[file].append(Version(file, entry, place, _content(place, entry)))
    return versions


def _content(place: Place, entry: str) -> bytes | None:
    if place.kinds[entry] != FILE:
        return None
    try:
        content = place.folder.read(entry, MAX_FILE)
    except (OSError, TooLarge):
        return None
    return content if content.strip() and b"\0" not in content else None


def _ranked(versions: Sequence[Version], assignment: Assignment) -> list[Version]:
    """Return the versions, the one to read first."""
    newest = sorted(
        {newness_of(one.place.folder, one.entry) or one.place.newness for one in versions},
        key=repr_rank,
    )
    keyed = []
    for order, one in enumerate(versions):
        newness = newness_of(one.place.folder, one.entry) or one.place.newness
        key = (
            one.content is None,
            is_stub(assignment, one.file, one.content),
            not one.place.named,
            -newest.index(newness),
            one.place.archives,
            one.place.depth,
            -len(held(one.place.kinds, assignment.files)),
            list(held(one.place.kinds, assignment.files)[one.file]).index(one.entry),
            order,
        )
        keyed.append(Version(one.file, one.entry, one.place, one.content, key))
    return sorted(keyed, key=lambda one: one.key)


def repr_rank(newness: Newness) -> tuple[int, tuple[str, ...]]:
    """Return what sorts newnesses of one kind by their order; none at all comes first."""
    padded = tuple(f"{one:09d}" if isinstance(one, int) else one for one in newness)
    return len(newness), padded


def _rule(chosen: Version, other: Version) -> str:
    pairs = zip(RULES, chosen.key, other.key, strict=True)
    return next(rule for rule, ours, theirs in pairs if ours != theirs)


def archives_among(parts: Parts) -> list[str]:
    """Return the paths of archives that were seen and are of a kind that is not opened."""
    return [
        shown(place.path + name)
        for place, name in parts.seen
        if endings_of(name) in ARCHIVES and not is_archive(name)
    ]
