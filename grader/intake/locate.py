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

from collections.abc import Sequence
from dataclasses import dataclass, field

from grader.course import Assignment
from grader.intake.archive import ArchiveProblem
from grader.intake.folders import FILE, TooLarge, refuse_unread, shown
from grader.intake.listing import Newness, Root
from grader.intake.names import ARCHIVES, DOCUMENTS, endings_of, held
from grader.intake.searching import Place, Search, is_archive, newness_of
from grader.intake.stubs import is_stub

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
    search = Search(assignment)
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
    except OSError as error:
        refuse_unread(error, f"{place.folder.origin}/{entry}")
        return None
    except TooLarge:
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


def documents_among(parts: Parts) -> list[str]:
    """Return the paths of documents that were seen."""
    return [shown(place.path + name) for place, name in parts.seen if endings_of(name) in DOCUMENTS]
