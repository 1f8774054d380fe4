"""Loops of a submission that cannot come to an end, as far as its text shows it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_PUTTING = frozenset({"append", "appendleft", "extend", "insert"})
_JOINING = frozenset({"append", "concatenate", "dstack", "hstack", "pad", "stack", "vstack"})
_FOR_EVER = frozenset({"count", "cycle"})


def endless(tree: ast.AST) -> Iterator[ast.For | ast.While]:
    """Yield the loops in which nothing changes what would end them."""
    loops = (node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While))
    for loop in loops:
        stays = _never_ends(loop) if isinstance(loop, ast.While) else _never_runs_out(loop)
        if stays and not _leaves(loop):
            yield loop


def grows(loop: ast.For | ast.While) -> bool:
    """Whether a loop makes a list or an array longer."""
    return any(
        (isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add))
        or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in _PUTTING | _JOINING
        )
        for node in ast.walk(loop)
    )


def _leaves(loop: ast.For | ast.While) -> bool:
    """Whether something may leave a loop from within."""
    return any(
        isinstance(node, ast.Break | ast.Return | ast.Raise | ast.Yield) for node in ast.walk(loop)
    )


def _never_ends(loop: ast.While) -> bool:
    asked = list(ast.walk(loop.test))
    if any(isinstance(node, ast.Call | ast.Attribute | ast.NamedExpr) for node in asked):
        return False
    names = {node.id for node in asked if isinstance(node, ast.Name)}
    if not names:
        return isinstance(loop.test, ast.Constant) and bool(loop.test.value)
    compared = isinstance(loop.test, ast.Compare)  # numbers, which no call changes
    return names.isdisjoint(_stored(loop) if compared else _stored(loop) | _used(loop))


def _never_runs_out(loop: ast.For) -> bool:
    what = loop.iter
    if isinstance(what, ast.Call):
        name = what.func.attr if isinstance(what.func, ast.Attribute) else ""
        return name in _FOR_EVER
    return isinstance(what, ast.Name) and any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _PUTTING
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == what.id
        for statement in loop.body  # at every turn, not only in some
        if isinstance(statement, ast.Expr)
        for node in [statement.value]
    )


def _stored(loop: ast.While) -> set[str]:
    """Return the names to which a turn may assign."""
    return {
        node.id
        for node in ast.walk(loop)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }


def _used(loop: ast.While) -> set[str]:
    """Return the names whose values a turn may change: items, attributes, arguments of calls."""
    return {
        one.id
        for node in ast.walk(loop)
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Call)
        for one in ast.walk(node)
        if isinstance(one, ast.Name)
    }
