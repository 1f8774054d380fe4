"""Reads one submission: the student's own Python files, and what is wrong with them.

Nothing here fails because of what a student handed in: whatever it is becomes a finding.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.course import Assignment
from grader.intake.archive import ArchiveProblem
from grader.intake.folders import Folder, refuse_unread
from grader.intake.listing import Root
from grader.intake.locate import Parts, locate
from grader.intake.notebooks import Notebook, read_notebooks
from grader.intake.places import open_place
from grader.intake.stubs import has_stubs
from grader.intake.taking import Taker
from grader.intake.telling import notes_on
from grader.record import Finding, Identity

NOTES = frozenset({"read from", "left aside", "stub beside", "names of a zip", "from notebook"})
"""Kinds of findings that are notes and nothing else."""


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one assignment.

    ``files`` are the student's own Python files, by their names relative to the submission,
    with slashes; the contract's files among them have the contract's names.  ``problems`` say
    what was not read, and why.  ``digest`` is the SHA-256 of both.  ``notes`` say what was read
    from where, which changes no verdict; ``identities`` whose work it is; ``data`` are the data
    files that are let in.
    """

    student: str
    files: Mapping[str, bytes]
    problems: tuple[Finding, ...]
    digest: str
    notes: tuple[Finding, ...] = ()
    identities: tuple[Identity, ...] = ()
    data: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def remarks(self) -> tuple[Finding, ...]:
        """Return all that is to be said of the submission as a whole."""
        return (*self.problems, *self.notes)


def read_submission(path: Path, student: str, assignment: Assignment) -> Submission:
    """Read the submission in a folder or a zip on disk.

    UsageProblem says that the path itself is not there or neither of these.
    """
    return read_folder(open_place(path).alone(), student, assignment)


def read_folder(folder: Folder, student: str, assignment: Assignment) -> Submission:
    """Read the submission in one folder, whatever it really is; errors as of ``read_roots``."""
    return read_roots([Root(folder)], student, assignment)


def read_roots(
    roots: Sequence[Root],
    student: str,
    assignment: Assignment,
    identities: tuple[Identity, ...] = (),
    *,
    from_notebook: bool = False,
) -> Submission:
    """Read the submission that lies in several folders, whatever they really are.

    ``from_notebook`` takes functions that only a notebook defines.
    Raises Unavailable where the machine, not the submission, is at fault.
    """
    taker = Taker(assignment)
    origin = roots[0].folder.origin
    notes: tuple[Finding, ...] = ()
    try:
        for root in roots:
            root.folder.vet()
        parts = locate(roots, assignment)
        notebook = _notebook(parts, assignment)
        taken = taker.read(parts, notebook, from_notebook=from_notebook)
        notes = (*notes_on(parts, assignment), *taken)
    except ArchiveProblem as problem:
        if isinstance(problem.__cause__, OSError):
            refuse_unread(problem.__cause__, origin)
        taker.report("unread zip", problem.file, what=problem.what)
    except OSError as error:  # the folder cannot be listed
        refuse_unread(error, error.filename or origin)
        for file in assignment.files:
            taker.report("unreadable file", file)
    problems = tuple(taker.problems)
    digest = _digest({**taker.files, **taker.data}, problems)
    return Submission(
        student,
        taker.files,
        problems,
        digest,
        notes=notes,
        identities=identities,
        data=taker.data,
    )


def _notebook(parts: Parts, assignment: Assignment) -> Notebook | None:
    """Return what the notebooks define, where a file is not there or is the untouched stub."""
    versions = parts.chosen
    undone = any(
        file not in versions or has_stubs(assignment, file, versions[file].content)
        for file in assignment.files
    )
    return read_notebooks(parts, assignment) if undone else None


def _digest(files: Mapping[str, bytes], problems: tuple[Finding, ...]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"file {len(name)} {len(content)} {name}".encode())
        digest.update(content)
    for problem in problems:
        digest.update(f"problem {problem.kind!r} {sorted(problem.facts.items())!r}".encode())
    return digest.hexdigest()
