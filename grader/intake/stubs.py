"""Tells a stub as it was handed out from a file that somebody has worked on."""

from __future__ import annotations

import functools
import re
from pathlib import Path

from grader.course import Assignment

HANDED_OUT = frozenset({"check", "checks", "conftest", "hint", "test_public", "workbench"})
"""Modules that students are handed beside the stubs: not there when their code is judged."""
_COMMENT = re.compile(rb"[ \t]*(?:#.*)?")


def is_stub(assignment: Assignment, file: str, content: bytes | None) -> bool:
    """Whether a file is the untouched stub: the same but for comments and blank space."""
    stub = _stub(assignment.stubs / file)
    return content is not None and stub is not None and _bare(content) == stub


def has_stubs(assignment: Assignment, file: str, content: bytes | None) -> bool:
    """Whether a file may hold functions that are still to be written, or lacks some."""
    names = [one.name for one in assignment.functions if one.file == file]
    text = content or b""
    return b"NotImplementedError" in text or not all(name.encode() in text for name in names)


@functools.lru_cache(maxsize=64)
def _stub(path: Path) -> bytes | None:
    try:
        return _bare(path.read_bytes())
    except OSError:
        return None


def _bare(content: bytes) -> bytes:
    lines = content.removeprefix(b"\xef\xbb\xbf").splitlines()
    return b"\n".join(line.rstrip() for line in lines if not _COMMENT.fullmatch(line))


def handed_out(assignment: Assignment) -> frozenset[str]:
    """Return the names of the public tests that students were handed: they are nobody's answer."""
    return _tests(assignment.stubs, assignment.files)


def checks_of(assignment: Assignment) -> frozenset[str]:
    """Return the names of what the public tests check with: it comes back with a whole folder."""
    return _names_in(assignment.stubs / "checks")


@functools.lru_cache(maxsize=64)
def _names_in(folder: Path) -> frozenset[str]:
    try:
        return frozenset(path.name for path in folder.glob("*.py"))
    except OSError:
        return frozenset()


@functools.lru_cache(maxsize=64)
def _tests(folder: Path, files: tuple[str, ...]) -> frozenset[str]:
    tests = {
        one for one in _names_in(folder) if re.fullmatch(r"(test_.*|.*_test|conftest)\.py", one)
    }
    return frozenset(tests - set(files))
