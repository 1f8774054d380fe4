"""What is said of how a submission was found: what was read from where, and what is there instead.

All of it are findings: the student reads them in the feedback, the instructor in the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from grader.course import Assignment
from grader.intake.folders import shown
from grader.intake.locate import Parts, archives_among, documents_among
from grader.intake.names import near
from grader.intake.stubs import HANDED_OUT, handed_out, is_stub
from grader.record import Fact, Finding

MAX_NOTES = 20
"""Notes on one submission."""


def missing(
    parts: Parts, assignment: Assignment, absent: Sequence[str], in_notebooks: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield a finding for each absent file for which something else may be meant.

    ``in_notebooks`` says by name in which notebook something is defined.
    """
    for file in absent:
        if file in parts.chosen:
            continue
        facts: dict[str, Fact] = {"file": file}
        names = [one.name for one in assignment.functions if one.file == file]
        notebooks = [in_notebooks[name] for name in names if name in in_notebooks]
        if similar := _similar(file, parts, assignment):
            facts["similar"] = similar
        elif notebooks:
            facts["notebook"] = notebooks[0]
        elif archives := archives_among(parts):
            facts["archive"] = archives[0]
        elif documents := documents_among(parts):
            facts["document"] = documents[0]
        if len(facts) > 1:
            yield Finding("missing file", "", facts)


def notes_on(parts: Parts, assignment: Assignment) -> Iterator[Finding]:
    """Yield what is to be known of where the files were read from."""
    notes = [*_read_from(parts), *_left_aside(parts), *_beside_stubs(parts, assignment)]
    notes += [Finding("names of a zip", "", {"file": file}) for file in parts.doubtful]
    yield from notes[:MAX_NOTES]


def _read_from(parts: Parts) -> Iterator[Finding]:
    """Say where each file was read from, if they come from more than one place."""
    if len(parts.places) > 1:
        paths = tuple(version.path for version in parts.chosen.values())
        yield Finding("read from", "", {"paths": paths})


def _left_aside(parts: Parts) -> Iterator[Finding]:
    for one in parts.aside:
        facts: dict[str, Fact] = {
            "file": one.read.file,
            "from": one.read.path,
            "left": one.left.path,
            "rule": one.rule,
        }
        yield Finding("left aside", "", facts)


def _beside_stubs(parts: Parts, assignment: Assignment) -> Iterator[Finding]:
    """Name what may be meant where the file that was read is the untouched stub."""
    for file, version in parts.chosen.items():
        if not is_stub(assignment, file, version.content):
            continue
        if similar := _similar(file, parts, assignment):
            yield Finding("stub beside", "", {"file": file, "similar": similar})


def _similar(file: str, parts: Parts, assignment: Assignment) -> str:
    left_out = {*assignment.files, *handed_out(assignment), *(f"{one}.py" for one in HANDED_OUT)}
    paths: dict[str, str] = {}
    for place, name in parts.seen:
        if name not in left_out and not name.lower().endswith(".ipynb"):
            paths.setdefault(name, shown(place.path + name))
    return paths.get(near(file, paths), "")
