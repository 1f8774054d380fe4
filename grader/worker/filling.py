"""Which variables the loops of a function fill entry by entry: read off its text.

A variable is full behind a loop where it was given a value before that among the same statements.
In a loop that begins a step anew, as one through time does, those of the function are looked at
behind each of its own loops as well: they hold what there is after so many steps.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

_GROWING = frozenset({"append", "extend", "insert"})
_MOST_NODES = 1_500


Filled = ast.Name | ast.Subscript


class Filling:
    """What one function fills, as its statements are gone through in order."""

    def __init__(self) -> None:
        self._given: list[set[str]] = []
        self._steps: list[bool] = []

    def enter(self, body: Sequence[ast.stmt]) -> None:
        """Go into the statements of a loop, a branch or the function."""
        self._given.append(set())
        begins = (isinstance(node, ast.Assign) and _begins(node.value) for node in body)
        self._steps.append(len(self._steps) == 1 and any(begins))

    def leave(self) -> None:
        """Go on behind them."""
        self._given.pop()
        self._steps.pop()

    def of(self, node: ast.stmt) -> list[Filled]:
        """Return where a statement first fills each variable that is full behind it."""
        if isinstance(node, ast.Assign):
            self._given[-1].update(name for one in node.targets for name in _names(one))
        if not isinstance(node, ast.For | ast.While):
            return []
        given = set().union(*self._given) if self._steps[-1] else self._given[-1]
        return [one for one in _filled(node).values() if _name(one) in given]


def _is_entry(node: ast.Subscript) -> bool:
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    return isinstance(key, str) and isinstance(node.value, ast.Name)


def _begins(node: ast.expr) -> bool:
    return isinstance(node, ast.Call | ast.Subscript | ast.Tuple | ast.ListComp)


def _names(target: ast.expr) -> list[str]:
    return [
        one.id
        for one in ast.walk(target)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    ]


def _name(node: Filled) -> str:
    held = node.value if isinstance(node, ast.Subscript) else node
    return held.id if isinstance(held, ast.Name) else ""


def _filled(loop: ast.stmt) -> dict[str, Filled]:
    """Return the variables, and entries of dicts that are named by a text, that a loop fills."""
    found: dict[str, Filled] = {}
    waiting: list[ast.AST] = [loop]
    for _ in range(_MOST_NODES):
        if not waiting:
            break
        node = waiting.pop()
        held: ast.AST | None = None
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            held = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            held = node.func.value if node.func.attr in _GROWING else None
        while isinstance(held, ast.Subscript) and not _is_entry(held):
            held = held.value
        if isinstance(held, ast.Name | ast.Subscript) and held is not node:
            found.setdefault(ast.unparse(held), held)
        waiting += reversed(list(ast.iter_child_nodes(node)))
    return found
