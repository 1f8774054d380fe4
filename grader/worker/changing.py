"""Compiles a file with a change made to it: only the function or class that is changed anew.

Hundreds of changes are tried out in a file, nearly all within one function.  What stands before
that and after it is compiled once.
"""

from __future__ import annotations

import ast
import importlib
import re
from types import CodeType

from .watched_code import bound

_LINE = re.compile(rb"\r\n|\r|\n")


class Changeable:
    """A file whose loops are counted (see ``watched_code.bound``), and which may be changed.

    Raises SyntaxError, ValueError, RecursionError or MemoryError for what cannot be compiled.
    """

    def __init__(self, content: bytes, file: str) -> None:
        self._content, self._file = content, file
        self._tree = ast.parse(content, file)
        bound(self._tree)
        self._flags = _flags(self._tree)
        self._spans = _spans(self._tree, content)
        self._around: dict[int, tuple[CodeType, CodeType]] = {}

    def changed(self, start: int, end: int, text: bytes) -> tuple[CodeType, ...]:
        """Return the code with other bytes from ``start`` to ``end``, part by part."""
        content = self._content
        for number, (first, last) in self._spans.items():
            if first <= start and end <= last:
                part = ast.parse(content[first:start] + text + content[end:last], self._file)
                if [type(one) for one in part.body] == [type(self._tree.body[number])]:
                    before, after = self._beside(number)
                    return before, self._compiled(part), after
        return (self._compiled(ast.parse(content[:start] + text + content[end:], self._file)),)

    def _beside(self, number: int) -> tuple[CodeType, CodeType]:
        if number not in self._around:
            body = self._tree.body
            both = [ast.Module(some, []) for some in (body[:number], body[number + 1 :])]
            before, after = (self._code(tree) for tree in both)
            self._around[number] = before, after
        return self._around[number]

    def _compiled(self, tree: ast.Module) -> CodeType:
        bound(tree)
        return self._code(tree)

    def _code(self, tree: ast.Module) -> CodeType:
        code: CodeType = compile(tree, self._file, "exec", self._flags, dont_inherit=True)
        return code


def _flags(tree: ast.Module) -> int:
    """Return what a file's imports from __future__ say: they hold for all of it."""
    names = [
        name.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
        for name in node.names
    ]
    future = importlib.import_module("__future__")
    return sum({getattr(future, name).compiler_flag for name in names})


def _spans(tree: ast.Module, content: bytes) -> dict[int, tuple[int, int]]:
    """Return the first byte and the one after the last of functions and classes, by number.

    A tree counts in UTF-8: where the file may be in anything else they are not told.
    """
    if not content.isascii() and (content.startswith(b"\xef\xbb\xbf") or b"coding" in content):
        return {}
    lines = [0, *(one.end() for one in _LINE.finditer(content))]
    return {
        number: (lines[node.lineno - 1], lines[node.end_lineno - 1] + node.end_col_offset)
        for number, node in enumerate(tree.body)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.col_offset
        and not node.decorator_list
        and node.end_lineno is not None
        and node.end_col_offset is not None
    }
