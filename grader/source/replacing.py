"""Puts another piece of code in the place of one of a text's, and leaves all other lines."""

from __future__ import annotations

import ast


class Lines:
    """A text that parts can be replaced in; offsets of a syntax tree count bytes."""

    def __init__(self, text: str) -> None:
        self._data = text.encode()
        self._starts = [0]
        for line in text.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line.encode()))

    def within(self, top: ast.FunctionDef | ast.ClassDef, changed: str) -> str:
        """Return what became of a function or class in a text that is changed in it alone."""
        first = min(one.lineno for one in (top, *top.decorator_list))
        assert top.end_lineno is not None
        begin, after = self._starts[first - 1], self._data[self._starts[top.end_lineno] :]
        return changed.encode()[begin:].removesuffix(after).decode()

    def replaced(self, node: ast.expr | ast.stmt, new: ast.AST) -> tuple[str, str, str]:
        """Return what stood there, what stands there now, and the whole text."""
        begin = self._starts[node.lineno - 1] + node.col_offset
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        end = self._starts[node.end_lineno - 1] + node.end_col_offset
        after = ast.unparse(ast.fix_missing_locations(new))
        before = self._data[begin:end].decode()
        if isinstance(node, ast.stmt):  # further lines of a block keep its indentation
            after = after.replace("\n", "\n" + " " * node.col_offset)
            after += "\n" * (before.count("\n") - after.count("\n"))
        else:
            atom = isinstance(new, ast.Name | ast.Constant | ast.Attribute | ast.Subscript)
            call = isinstance(new, ast.Call | ast.Tuple | ast.Slice | ast.Dict | ast.List)
            after = after if atom or call else f"({after})"
            after += "\n" * before.count("\n") if "\n" in before else ""
        whole = self._data[:begin] + after.encode() + self._data[end:]
        return " ".join(before.split()), " ".join(after.split()), whole.decode()
