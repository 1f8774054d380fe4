"""Whether code gives one array, or one list, several names, and then changes it in place."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_MAKERS = frozenset({"zeros", "ones", "empty", "full", "array", "list", "dict"})
"""What makes something that can be changed; so do those whose names go on with ``_like``."""


def shares(definition: ast.AST) -> bool:
    """Whether one thing that it makes stands under several names, and is changed under one.

    That is ``a = b = np.zeros(n)``, ``dict.fromkeys(names, np.zeros(n))`` and
    ``[np.zeros(n)] * 3``.
    """
    nodes = list(ast.walk(definition))
    changed = [one for node in nodes for one in _changed(node)]
    names = {one.id for one in map(_base, changed) if isinstance(one, ast.Name)}
    if any(isinstance(one, ast.Subscript) for one in changed) and any(map(_repeats, nodes)):
        return True
    return any(not names.isdisjoint(_chained(node)) for node in nodes)


def changed_in(tree: ast.AST, first: int, last: int) -> bool:
    """Whether something is changed in place in some lines."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.stmt))
    return any(first <= node.lineno <= last and any(_changed(node)) for node in nodes)


def _chained(node: ast.AST) -> Iterable[str]:
    """Return the names that a statement gives one new thing to, () where it is no such one."""
    if not isinstance(node, ast.Assign) or len(node.targets) < 2 or not _is_made(node.value):
        return ()
    return [one.id for one in node.targets if isinstance(one, ast.Name)]


def _repeats(node: ast.AST) -> bool:
    """Whether one new thing is put under several keys of a dict, or places of a list."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "fromkeys" and len(node.args) == 2 and _is_made(node.args[1])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        lists = [side for side in (node.left, node.right) if isinstance(side, ast.List)]
        return any(_is_made(one) for side in lists for one in side.elts)
    return False


def _is_made(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        name: str = getattr(node.func, "attr", getattr(node.func, "id", ""))
        return name.removesuffix("_like") in _MAKERS
    return isinstance(node, ast.List | ast.Dict)


def _changed(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what a statement changes, where it does more than give a name another value."""
    if isinstance(node, ast.AugAssign):
        yield node.target
    elif isinstance(node, ast.Assign):
        yield from (one for one in node.targets if isinstance(one, ast.Subscript))


def _base(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Subscript):
        node = node.value
    return node
