"""Looks through what students receive for what they must not."""

from __future__ import annotations

import json
import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.known_answers import KNOWN, strange_in
from grader.authoring.notebook import uncommented
from grader.authoring.stubs import is_notebook, read_source, regions
from grader.course import Assignment

LONG_LINE = 24
"""A solution's line of this many characters, blanks not counted, is told apart by itself.

A line that only opens a block (``for t in range(T_x):``) is not.
"""

RUN = 3
"""So many lines of a solution or a hidden case in a row are told apart by their company."""

_LONG_RUN = 45
_PASSED_OVER = {"__pycache__", ".pytest_cache", ".ipynb_checkpoints"}  # made by running it
_MARKER = re.compile(r"#\s*(BEGIN|END)\s*(SOLUTION|HIDDEN TESTS|MARK SCHEME)", re.IGNORECASE)
_GRADER = re.compile(
    r"""^\s*from\s+grader\b|^\s*import\s+([\w.]+(\s+as\s+\w+)?\s*,\s*)*grader\b"""
    r"""|["']grader(\.\w+)*["']"""
)
_CASE = re.compile(r"^\s*def (test_\w+)", re.MULTILINE)

Lines = tuple[str, ...]


@dataclass(frozen=True)
class _Secrets:
    """What must not be found: single lines, runs of lines, and names, with what each is."""

    lines: Mapping[str, str]
    runs: Mapping[Lines, str]
    names: Mapping[str, str]


def leaks(assignment: Assignment) -> Iterator[str]:
    """Yield a sentence, with file and line, for each solution or hidden case among the stubs."""
    secrets = _secrets(assignment)
    for path in _files(assignment.stubs):
        name = path.relative_to(assignment.stubs).as_posix()
        if path.is_symlink():
            yield f"{name} is a link; only files are handed out"
            continue
        if name == KNOWN:
            strange = strange_in(path.read_text("utf-8", "replace"), assignment)
            if strange:
                yield f"{name} {strange}"
            continue
        try:
            texts = list(_texts(path))
        except (zipfile.BadZipFile, zlib.error, RuntimeError):  # RuntimeError: it is encrypted
            yield f"{name} cannot be looked into"
            continue
        for part, text in texts:
            for number, what in _found(text, secrets):
                yield f"{name}{part}, line {number}, {what}"


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        for name in sorted(folders):
            if name in _PASSED_OVER:
                folders.remove(name)
            elif Path(parent, name).is_symlink():
                yield Path(parent, name)
        folders.sort()
        yield from (Path(parent, name) for name in sorted(files))


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the texts in a file, each with where it stands: an archive's, a notebook's cells."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                yield f" ({member.filename})", archive.read(member).decode("utf-8", "replace")
        return
    text = path.read_text(encoding="utf-8", errors="replace")
    cells = _cells(text) if path.suffix == ".ipynb" else None
    if cells is None:
        yield "", text
    else:
        for number, source in enumerate(cells, start=1):
            yield f", cell {number}", source


def _cells(text: str) -> list[str] | None:
    """Return the text of each cell of a notebook, its outputs below; None if it is none."""
    try:
        return [
            "".join(cell["source"]) + "\n" + json.dumps(cell.get("outputs", []), indent=0)
            for cell in json.loads(text)["cells"]
        ]
    except (ValueError, KeyError, TypeError):
        return None


def _found(text: str, secrets: _Secrets) -> Iterator[tuple[int, str]]:
    """Yield the number of a line and what it holds, each piece of a secret once."""
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if _MARKER.search(line):
            yield number, "holds a solution marker"
        if _GRADER.search(line):
            yield number, "imports the grader"
        for name in re.findall(r"\btest_\w+", line):
            if name in secrets.names:
                yield number, f"names the hidden case {name}"
    code = _code(enumerate(lines, start=1))
    said = set()
    for place, (number, line) in enumerate(code):
        run = tuple(line for _, line in code[place : place + RUN])
        what = secrets.lines.get(line) or secrets.runs.get(run)
        if what and what not in said:
            said.add(what)
            yield number, f"holds {what}"


def _secrets(assignment: Assignment) -> _Secrets:
    lines: dict[str, str] = {}
    runs: dict[Lines, str] = {}
    names: dict[str, str] = {}
    public: set[str] = set()
    for path in sorted(assignment.solutions.glob("*.py")):
        source = read_source(path)
        if is_notebook(source):
            source = uncommented(source)
        numbered = list(enumerate(source.split("\n"), start=1))
        marked = regions(source, path)
        for region in marked:
            what = f"the solution at line {region.begin} of {path.name}"
            code = [line for _, line in _code(one for one in numbered if one[0] in region)]
            lines.update(
                (line, what) for line in code if len(line) >= LONG_LINE and line[-1] != ":"
            )
            runs.update((run, what) for run in _runs(code))
        outside = (one for one in numbered if not any(one[0] in region for region in marked))
        public.update(line for _, line in _code(outside))
    for path in sorted(assignment.hidden.rglob("*.py")):
        source = read_source(path)
        names.update((name, path.name) for name in _CASE.findall(source))
        code = [line for _, line in _code(enumerate(source.split("\n"), start=1))]
        what = f"lines of the hidden file {path.name}"
        runs.update((run, what) for run in _runs(code))
    return _Secrets({line: what for line, what in lines.items() if line not in public}, runs, names)


def _code(numbered: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the lines that hold more than a comment, without blanks, which tell nothing."""
    stripped = ((number, "".join(line.split("#")[0].split())) for number, line in numbered)
    return [(number, line) for number, line in stripped if line]


def _runs(code: list[str]) -> Iterator[Lines]:
    for place in range(len(code) - RUN + 1):
        run = tuple(code[place : place + RUN])
        if sum(map(len, run)) >= _LONG_RUN:
            yield run
