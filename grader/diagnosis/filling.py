"""Which lines fill a variable entry by entry: read off the text."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterator

from grader.diagnosis.moves import MOST_NODES
from grader.diagnosis.traces import Spot

_GROWING = frozenset({"append", "extend", "insert"})
_LOOPS = ast.For | ast.While


class Filling:
    """The statements of the function or class at the top of a file in which a spot stands."""

    def __init__(self, tree: ast.Module, spot: Spot) -> None:
        self._loops: dict[ast.stmt, tuple[ast.stmt, ...]] = {}
        self._outside: list[ast.stmt] = []
        self._outermost: ast.stmt | None = None
        self.name = ""
        top = next((one for one in tree.body if _spans(one, spot[1])), None)
        if top is not None:
            self._read(top, spot)

    def lines(self, others: Collection[str] = ()) -> tuple[frozenset[int], frozenset[int]]:
        """Return the lines that fill the variable, and those on which their loops begin.

        With the first come those that give a value in those loops to what goes into it, and what
        that has before them; but not what goes into ``others``, which were looked at themselves.
        """
        waiting = [one for one in self._inside(self._outermost) if self.name in _given(one)]
        found: dict[ast.stmt, None] = {}
        names: set[str] = set()
        while waiting:
            statement = waiting.pop()
            if statement in found:
                continue
            found[statement] = None
            for name in _read_by(statement) - {self.name, *others}:
                near = self._near(statement, name)
                waiting += near
                names.update([name] if near else [])
        heads = {loop.lineno for one in found for loop in self._loops[one]}
        names.add(self.name)
        before = [
            one for one in self._outside if names.intersection(_given(one)) and not _prepares(one)
        ]
        every = (*found, *before)
        lines = {n for one in every for n in range(one.lineno, (one.end_lineno or one.lineno) + 1)}
        return frozenset(lines), frozenset(heads)

    def _inside(self, loop: ast.stmt | None) -> list[ast.stmt]:
        return [one for one, loops in self._loops.items() if loop in loops]

    def _near(self, statement: ast.stmt, name: str) -> list[ast.stmt]:
        """Return what gives a variable a value in the innermost loop in which it begins."""
        given: list[ast.stmt] = []
        for loop in reversed(self._loops[statement]):
            given = [one for one in self._inside(loop) if name in _given(one)]
            if any(isinstance(one, ast.Assign) and name not in _read_by(one) for one in given):
                break
        return given

    def _read(self, top: ast.stmt, spot: Spot) -> None:
        waiting: list[tuple[ast.stmt, tuple[ast.stmt, ...]]] = [(top, ())]
        for _ in range(MOST_NODES):
            if not waiting:
                return
            node, loops = waiting.pop()
            body = _body(node)
            if isinstance(node, _LOOPS):
                loops = (*loops, node)
            if not body and loops:
                self._loops[node] = loops
                if _spans(node, spot[1]) and (name := _at(node, spot)):
                    self.name, self._outermost = name, loops[0]
            elif not body:
                self._outside.append(node)
            waiting += [(one, loops) for one in reversed(body)]


def _prepares(node: ast.AST | None) -> bool:
    """Whether a statement or a value only makes room for what is to be filled."""
    if isinstance(node, ast.Assign):
        return _prepares(node.value)
    if isinstance(node, ast.Tuple):
        return all(map(_prepares, node.elts))
    if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.DictComp):
        return _prepares(node.value if isinstance(node, ast.DictComp) else node.elt)
    called = getattr(node, "func", None)
    name = getattr(called, "attr", getattr(called, "id", ""))
    return name in ("zeros", "zeros_like", "empty", "empty_like") or isinstance(node, ast.List)


def _body(node: ast.stmt) -> list[ast.stmt]:
    fields = ("body", "orelse", "handlers", "finalbody")
    return [one for field in fields for one in getattr(node, field, ())]


def _at(node: ast.stmt, spot: Spot) -> str:
    """Return the variable that stands there, or the entry of a dict that is named by a text."""
    for one in _some(node):
        if isinstance(one, ast.Name | ast.Subscript):
            ends = one.end_lineno or one.lineno, one.end_col_offset or one.col_offset
            if (one.lineno, one.col_offset, *ends) == spot[1:]:
                return _variable(one)
    return ""


def _variable(node: ast.AST | None) -> str:
    """Return the variable, or such an entry, that something is an entry of or is itself."""
    while isinstance(node, ast.Subscript):
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if isinstance(key, str) and isinstance(node.value, ast.Name):
            return ast.unparse(node)
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _given(node: ast.stmt) -> set[str]:
    """Return the variables that a statement gives a value, or puts something into."""
    found: set[str] = set()
    inner = _of_comprehensions(node)
    for one in _some(node):
        held: ast.AST | None = None
        if isinstance(one, ast.Name | ast.Subscript) and isinstance(one.ctx, ast.Store):
            held = one if one not in inner else None
        elif isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
            held = one.func.value if one.func.attr in _GROWING else None
        found.add(_variable(held))
    return found - {""}


def _read_by(node: ast.stmt) -> set[str]:
    read = (one for one in _some(node) if isinstance(one, ast.Name | ast.Subscript))
    inner = {getattr(one, "id", "") for one in _of_comprehensions(node)}
    return {_variable(one) for one in read if isinstance(one.ctx, ast.Load)} - inner


def _of_comprehensions(node: ast.stmt) -> set[ast.AST]:
    """Return the names of a statement that are those of its comprehensions alone."""
    found = (one for one in _some(node) if isinstance(one, ast.comprehension))
    return {name for one in found for name in ast.walk(one.target)}


def _some(node: ast.AST) -> Iterator[ast.AST]:
    return itertools.islice(ast.walk(node), MOST_NODES)


def _spans(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def lines_apart(
    tree: ast.Module, wrong: Spot, right: Collection[Spot], fills: Collection[Spot]
) -> tuple[frozenset[int], frozenset[int]]:
    """Return the lines that fill what went wrong first and nothing right, and all that fill it.

    What goes into it of other ``fills`` was right by then.
    """
    one = Filling(tree, wrong)
    every = frozenset[int]().union(*one.lines())
    others = {Filling(tree, spot).name for spot in fills} - {one.name}
    lines, heads = one.lines(others)
    cleared = frozenset[int]().union(*(Filling(tree, spot).lines(others)[0] for spot in right))
    return (lines - cleared) | heads, every
