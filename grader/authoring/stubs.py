"""From a solution to the stub that students receive.

What stands between ``### BEGIN SOLUTION`` and ``### END SOLUTION``, nbgrader's own markers, is
the solution.  In a function a region becomes a ``# TODO`` and a NotImplementedError that names
the function; outside every function (a helper, an import) it is left out.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from grader.errors import UsageProblem, quoted

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"

_NEARLY = re.compile(r"#\s*(BEGIN|END)\s*SOLUTION", re.IGNORECASE)
_NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


@dataclass(frozen=True)
class Region:
    """A solution: the lines, counted from 1, of its two markers."""

    begin: int
    end: int

    def __contains__(self, line: int) -> bool:
        return self.begin < line < self.end


def read_source(path: Path) -> str:
    """Return the text of a Python file; UsageProblem where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageProblem(f"{quoted(path)} is not UTF-8 text. Save it as UTF-8.") from error
    except OSError as error:
        raise UsageProblem(
            f"{quoted(path)} cannot be read ({error.strerror}). Check its permissions."
        ) from error


def is_notebook(source: str) -> bool:
    """Tell whether a Python file is the text of a notebook, as Jupytext writes it."""
    header = takewhile(lambda line: line.startswith("#"), source.splitlines())
    return any("jupytext:" in line for line in header)


def regions(source: str, path: Path) -> list[Region]:
    """Return the solutions marked in a text; UsageProblem names the line of a wrong marker."""
    found = []
    begin = 0
    for number, line in enumerate(source.split("\n"), start=1):
        here = f"Line {number} of {quoted(path)}"
        if line.strip() == BEGIN:
            if begin:
                raise UsageProblem(
                    f"{here} begins a solution inside the one begun at line {begin}. "
                    f"End that one first, with {END}."
                )
            begin = number
        elif line.strip() == END:
            if not begin:
                raise UsageProblem(
                    f"{here} ends a solution that was not begun. Put {BEGIN} above it."
                )
            found.append(Region(begin, number))
            begin = 0
        elif _NEARLY.search(line):
            raise UsageProblem(
                f"{here} holds a marker that is not written exactly. "
                f"Write {BEGIN} or {END}, on a line of its own."
            )
    if begin:
        raise UsageProblem(
            f"The solution begun at line {begin} of {quoted(path)} is not ended. "
            f"Put {END} below it."
        )
    return found


def stub_of(source: str, path: Path) -> str:
    """Return the stub of a solution; UsageProblem says what is wrong with its markers."""
    tree = _parsed(source, path)
    marked = regions(source, path)
    if not marked:
        raise UsageProblem(
            f"{quoted(path)} marks no solution, so students would receive all of it. "
            f"Put {BEGIN} and {END} around what they are to write."
        )
    lines = source.split("\n")
    code = _lines_of_code(source)
    stub: list[str] = []
    copied = 0
    for region in marked:
        length = sum(number in region for number in code)
        _check(region, length, lines, tree, path)
        stub += lines[copied : region.begin - 1]
        copied = region.end
        function = _function_around(tree, region)
        if function:
            marker = lines[region.begin - 1]
            indent = marker[: len(marker) - len(marker.lstrip())]
            stub += [indent + line for line in _to_do(function, length)]
        else:
            while (
                copied < len(lines) and not lines[copied].strip() and not "".join(stub[-1:]).strip()
            ):
                copied += 1
    stub += lines[copied:]
    text = "\n".join(stub)
    try:
        ast.parse(text)
    except SyntaxError as error:
        raise UsageProblem(
            f"Without its solutions {quoted(path)} is no valid Python ({error.msg}). "
            "Leave more of it outside the markers."
        ) from error
    return text


def looks_made(source: str) -> bool:
    """Tell whether a file is a stub that was made from some solution."""
    return bool(re.search(r'# TODO.*\n +raise NotImplementedError\("\S+ is still to be', source))


def _to_do(function: str, length: int) -> tuple[str, str]:
    about = length if length <= 10 else 5 * round(length / 5)
    return (
        f"# TODO (about {about} line{'s' * (about != 1)})",
        f'raise NotImplementedError("{function} is still to be written")',
    )


def _parsed(source: str, path: Path) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise UsageProblem(
            f"Line {error.lineno} of {quoted(path)} is not valid Python ({error.msg}). Mend it."
        ) from error
    except ValueError as error:
        raise UsageProblem(f"{quoted(path)} is not valid Python ({error}). Mend it.") from error


def _check(region: Region, length: int, lines: list[str], tree: ast.Module, path: Path) -> None:
    """Raise UsageProblem if the region holds no code, or cuts through a block."""
    where = f"The solution begun at line {region.begin} of {quoted(path)}"
    if not length:
        raise UsageProblem(f"{where} holds no code. Put the code between its markers.")
    begin, end = (_indent(lines[number - 1]) for number in (region.begin, region.end))
    leaves = (
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno in region and node.col_offset < begin
    )
    if begin != end or next(leaves, 0):
        raise UsageProblem(
            f"{where} does not end in the block it began in. "
            "Give both markers the indentation of the code between them."
        )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _function_around(tree: ast.Module, region: Region) -> str:
    """Return the name of the function or method that holds a region, or "" if none does."""
    for name, node in _functions(tree):
        if node.lineno < region.begin <= (node.end_lineno or 0):
            return name
    return ""


def _functions(
    tree: ast.Module | ast.ClassDef, prefix: str = ""
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{prefix}{node.name}.")


def _lines_of_code(source: str) -> set[int]:
    return {
        number
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in _NO_CODE
        for number in range(token.start[0], token.end[0] + 1)
    }
