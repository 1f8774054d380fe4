"""Which variables of a function may share an array with another name, by the text alone.

What is added to one of them, or put into a part of it, may change what the other name holds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from grader.diagnosis.entries import called_name


class SharedArrays:
    """What is known of a function's variables so far, statement by statement."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def add(self, name: str) -> None:
        """Say that a variable may share what it holds."""
        self._names.add(name)

    def give(self, name: str, value: ast.expr) -> None:
        """Say that a variable holds what an expression makes from now on."""
        shares = isinstance(value, ast.Name | ast.Attribute | ast.Subscript)
        (self._names.add if shares else self._names.discard)(name)
        if isinstance(value, ast.Name):
            self._names.add(value.id)

    def give_all(self, node: ast.Assign) -> None:
        """Say that all variables of ``a = b = value`` hold the same from now on."""
        if len(node.targets) > 1 and not isinstance(node.value, ast.Constant):
            self._names.update(one.id for one in node.targets if isinstance(one, ast.Name))

    def keep(self, values: Sequence[ast.expr]) -> None:
        """Say that what stands in some values as it is may be held by something else, too.

        It is the value itself, or stands in a tuple, list or dict that is written out there.
        """
        for value in values:
            self._names.update(_held(value))


def _held(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Name):
        yield value.id
    parts: Sequence[ast.expr] = ()
    if isinstance(value, ast.Tuple | ast.List):
        parts = value.elts
    elif isinstance(value, ast.Dict):
        parts = value.values
    elif isinstance(value, ast.BinOp):  # of lists
        parts = [one for one in (value.left, value.right) if isinstance(one, ast.List | ast.BinOp)]
    elif isinstance(value, ast.Call) and called_name(value) in {"dict", "list", "tuple"}:
        parts = [*value.args, *(one.value for one in value.keywords)]
    for part in parts:
        yield from _held(part)
