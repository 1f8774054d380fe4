"""Makes another program of a student's file that computes the same: renamed, with new constants."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def another(source: str, number: int) -> str:
    """Return the file with other names for local variables, another constant in each function.

    A file that Python cannot read only gets a comment.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return f"{source}\n# variant {number}\n"
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    edits = [*_renamings(tree, lines, number), *_constants(tree, lines, number)]
    for row, column, length, text in sorted(edits, reverse=True):
        line = lines[row]
        lines[row] = line[:column] + text.encode() + line[column + length :]
    return f"{b''.join(lines).decode()}\n# variant {number}\n"


Edit = tuple[int, int, int, str]
"""Row, byte column, how many bytes go, and what comes in their place."""


def _renamings(tree: ast.Module, lines: list[bytes], number: int) -> Iterator[Edit]:
    kept = _names_with_meaning(tree)
    for function in _functions(tree):
        names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
        local = {node.id for node in names if isinstance(node.ctx, ast.Store)} - kept
        for node in names:
            row, column, old = node.lineno - 1, node.col_offset, node.id.encode()
            if node.id in local and lines[row][column : column + len(old)] == old:
                yield row, column, len(old), f"{node.id}_{number}"


def _constants(tree: ast.Module, lines: list[bytes], number: int) -> Iterator[Edit]:
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        first = function.body[0]
        row, column = first.lineno - 1, first.col_offset
        documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        indent = lines[row][:column].decode()
        if not documented and not indent.strip():
            yield row, column, 0, f"_variant = {number}\n{indent}"
        elif first.end_lineno is not None and first.end_col_offset is not None and documented:
            yield first.end_lineno - 1, first.end_col_offset, 0, f"; _variant = {number}"


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield functions and methods that stand in no other function."""
    for node in tree.body:
        for one in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(one, ast.FunctionDef):
                yield one


def _names_with_meaning(tree: ast.Module) -> set[str]:
    """Return names that may not change: of arguments, modules, nested functions, globals.

    A name inside an f-string has no place in the line that could be trusted.
    """
    kept: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            kept.add(node.arg)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            kept.update(node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            kept.add(node.name)
        elif isinstance(node, ast.alias):
            kept.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            kept.add(node.name)
        elif isinstance(node, ast.JoinedStr):
            kept.update(part.id for part in ast.walk(node) if isinstance(part, ast.Name))
    outside = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    for node in outside:
        kept.update(part.id for part in ast.walk(node) if isinstance(part, ast.Name))
    return kept
