"""Where a submission's code puts values that are taken out elsewhere: lists, dicts, attributes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Storage = str
"""The name of a variable, "self.name" for an attribute, "" for nothing of the kind."""

_PUTTING = {"append", "appendleft", "extend", "insert", "setdefault", "update"}
_LOOKING = {"enumerate", "list", "reversed", "tuple", "zip"}


def storage_of(node: ast.expr) -> Storage:
    """Return what an expression takes its value out of: ``x`` for ``x[0].pop()``."""
    while True:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "self":
                return f"self.{node.attr}"
            node = node.value
        elif isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in _LOOKING
            and node.args
        ):
            node = node.args[0]
        else:
            return node.id if isinstance(node, ast.Name) else ""


def put(statement: ast.stmt) -> Iterator[tuple[Storage, ast.expr]]:
    """Yield what a statement puts where: each expression, and the storage it goes to."""
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from _assigned(target, statement.value)
    elif isinstance(statement, ast.AugAssign | ast.AnnAssign) and statement.value is not None:
        yield from _assigned(statement.target, statement.value)
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        if isinstance(call.func, ast.Attribute) and call.func.attr in _PUTTING and call.args:
            storage = storage_of(call.func.value)
            yield from ((storage, one) for one in _values(call.args[-1]))


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[Storage, ast.expr]]:
    if isinstance(target, ast.Tuple | ast.List):
        held = getattr(value, "elts", [value] * len(target.elts))
        for part, one in zip(target.elts, held, strict=False):
            yield from _assigned(part, one)
    else:  # a variable holds several values only where they are written out
        parts = list(_values(value))
        if not isinstance(target, ast.Name) or parts != [value]:
            yield from ((storage_of(target), one) for one in parts)


def _values(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the expressions of a value, those of the tuples, lists, dicts and calls it is of."""
    if isinstance(node, ast.Tuple | ast.List):
        for one in node.elts:
            yield from _values(one)
    elif isinstance(node, ast.Dict):
        for one in node.values:
            yield from _values(one)
    else:
        yield node
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from node.args
