"""What the grader would stumble over before it calls a function: looked for at home, first.

A file that is missing or cannot be read, a name that the grader's Python does not have, a name of
the contract that is not there; and what the file does when it is imported (``refusing``).
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator

from .homework import read_homework, version
from .loading import HERE, Files, load
from .raised import rows_of_syntax
from .refusing import NOT_HANDED_IN
from .telling import Wrong, fail
from .versions import newer

_known: dict[str, Wrong | None] = {}


def check_submission(file: str, files: Files) -> None:
    """Say so if a file is missing, cannot be read, imports what is not allowed, or lacks a name."""
    wrong = problem(file, files)
    if wrong:
        raise wrong


def problem(file: str, files: Files) -> Wrong | None:
    """Return what is wrong with a file of the homework; it is found out once."""
    if file not in _known:
        try:
            _check(file, files)
            _known[file] = None
        except Wrong as wrong:
            _known[file] = wrong
    return _known[file]


def _check(file: str, files: Files) -> None:
    if not (HERE / file).is_file():
        fail(f"{file} is missing.", "put it into the same folder as this test")
    homework = read_homework()
    for where, tree, source in _own_files(file, set()):
        for line, sentence in newer(tree, source, homework):
            fail(f"Line {line} of {where}: {sentence}", "use what that version has as well")
    for name in files[file]:
        if not callable(load(name, files)):
            fail(f"{name} in {file} is of type {type(load(name, files)).__name__}.", "rename it")


def _own_files(file: str, seen: set[str]) -> Iterator[tuple[str, ast.Module, str]]:
    """Yield name, tree and text of a file, and of your own files that it imports."""
    seen.add(file)
    content = (HERE / file).read_bytes()
    _refuse_other_encodings(file, content)
    source = content.decode("utf-8-sig", "replace")
    tree = _tree(file, source)
    yield file, tree, source
    for module in sorted(set(_imports(tree))):
        for own in (f"{module}.py", f"{module}/__init__.py"):
            if module not in NOT_HANDED_IN and own not in seen and (HERE / own).is_file():
                yield from _own_files(own, seen)


def _refuse_other_encodings(file: str, content: bytes) -> None:
    """Refuse a text that is not in the encoding it has to be in, which Python may pass over."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError:
        encoding = "utf-8"
    if encoding in ("utf-8", "utf-8-sig"):
        for line, text in enumerate(content.splitlines(), start=1):
            try:
                text.decode()
            except UnicodeDecodeError:
                todo = f"save {file} as plain UTF-8 text"
                fail(f"Line {line} of {file} is not UTF-8 text.", todo)


def _imports(tree: ast.AST) -> Iterator[str]:
    """Yield the modules that are imported anywhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0]


def _tree(file: str, source: str) -> ast.Module:
    have = version(read_homework().python)
    try:
        ast.parse(source)
    except (SyntaxError, ValueError) as error:
        wrong: Exception = error
    else:
        try:
            return ast.parse(source, feature_version=have)
        except SyntaxError as error:
            line = error.lineno or 1
            text = (error.text or _line(source, line)).strip()
        python = read_homework().python
        fail(
            f"Line {line} of {file} is Python newer than the grader's ({python}): {text}",
            "write it as that version has it",
        )
    raise Wrong(rows_of_syntax(wrong, file))


def _line(source: str, number: int | None) -> str:
    lines = source.splitlines()
    return lines[number - 1] if number and number <= len(lines) else ""
