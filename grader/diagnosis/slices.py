"""The lines that go into what is wrong and into nothing that is right, from the text alone.

Each variable of a function is followed through its text to the results.  What goes into a result
that is right is cleared; where what is left of the wrong ones stands together, the mistake is
there.  Text that cannot be followed for sure, such as what changes an array under another name,
has no such lines.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterator, Sequence

from grader.diagnosis.flow import Flow
from grader.diagnosis.moves import MOST_NODES
from grader.diagnosis.parts import NONE, Part, UnclearError

MOST_LINES = 3
"""Lines that are still a place to look at."""


class Slices:
    """What goes into each output of one function; ``solution`` is the file as the solution has it.

    Raises UnclearError where that cannot be told.
    """

    def __init__(
        self, tree: ast.Module, function: str, outputs: Sequence[str], solution: ast.Module
    ) -> None:
        found, right = _function(tree, function), _function(solution, function)
        if found is None or right is None:
            raise UnclearError
        try:
            taken = dict(_taken_apart(right))
            self._made = Flow(tree, found, taken, _modules(solution)).results(found, outputs)
        except RecursionError:
            raise UnclearError from None
        self._sizes = frozenset(_only_sizes(found))

    def alone(
        self, wrong: Collection[str], right: Collection[str], *, shaped: bool = True
    ) -> tuple[int, int] | None:
        """Return the lines that go into all of some wrong outputs and into no right one.

        None where there are none, where they do not stand together, where they do no more than
        take a size, for the mistake is where that is used, and where one of them takes apart what
        goes into a right one in part.  Zeros that others are added to are ``shaped`` as
        they must be: they are not among the lines.
        """
        if not right or not wrong or not self._made.keys() >= {*wrong, *right}:
            return None
        cleared = frozenset().union(*(self._made[one] for one in right))
        parts = frozenset.intersection(*(self._made[one] for one in wrong)) - cleared
        # where all the others are right it is the last one left
        clear = {(one.first, one.name) for one in cleared}
        left = [
            one
            for one in parts
            if not (one.starts and shaped)
            if not one.among
            or one.cut
            or any(name != one.name and (one.first, name) not in clear for name in one.among)
        ]
        in_part = any((one.first, name) in clear for one in left for name in one.among)
        if in_part or any(one.cut for one in left) or all(one.first in self._sizes for one in left):
            return None
        return _together(left)

    def suspected(self, wrong: Collection[str], right: Collection[str]) -> frozenset[int]:
        """Return all lines that go into some wrong output and into no right one."""
        made = self._made
        cleared = NONE.union(*(made.get(one, NONE) for one in right))
        parts = NONE.union(*(made.get(one, NONE) for one in wrong)) - cleared
        return frozenset(line for one in parts for line in range(one.first, one.last + 1))


def _function(tree: ast.Module, name: str) -> ast.FunctionDef | None:
    found = [node for node in tree.body if getattr(node, "name", "") == name]
    if not found or not isinstance(found[-1], ast.FunctionDef):
        return None
    size = sum(1 for _ in itertools.islice(ast.walk(found[-1]), MOST_NODES + 1))
    return None if size > MOST_NODES else found[-1]


def _only_sizes(function: ast.FunctionDef) -> Iterator[int]:
    """Yield the lines that give a variable the size of something, and do nothing else."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and node.lineno == node.end_lineno:
            value = node.value.value if isinstance(node.value, ast.Subscript) else node.value
            called = value.func if isinstance(value, ast.Call) else None
            is_length = isinstance(called, ast.Name) and called.id == "len"
            if is_length or (isinstance(value, ast.Attribute) and value.attr == "shape"):
                yield node.lineno


def _modules(tree: ast.Module) -> frozenset[str]:
    """Return the modules that a file imports names of."""
    found = (node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return frozenset(module for module in found if module)


def _taken_apart(function: ast.FunctionDef) -> Iterator[tuple[str, list[str]]]:
    """Yield each variable that a function takes apart, with the names of its parts."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            for target in node.targets:
                if isinstance(target, ast.Tuple):
                    yield node.value.id, [getattr(one, "id", "") for one in target.elts]


def _together(parts: Collection[Part]) -> tuple[int, int] | None:
    lines = {line for one in parts for line in range(one.first, one.last + 1)}
    if not lines or len(lines) != max(lines) - min(lines) + 1 or len(lines) > MOST_LINES:
        return None
    return min(lines), max(lines)
