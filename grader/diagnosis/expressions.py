"""The expressions of a submission that may be watched, and how they hang together in its text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from grader.diagnosis.traces import Spot
from grader.source.parsing import Parsed


@dataclass(frozen=True)
class Expression:
    """One expression: ``owner`` is the function or class at the top of the file it stands in.

    ``parts`` are the expressions directly inside it, ``first`` and ``last`` the lines of its
    statement; ``name`` is that of a variable, "" for anything else, ``scope`` the line on which the
    innermost function begins.  ``read`` says that it is read
    from a variable, ``whole`` that it is all that its statement assigns.
    """

    spot: Spot
    owner: str
    parts: tuple[Spot, ...]
    first: int
    last: int
    name: str = ""
    scope: int = 0
    read: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Assigned:
    """A line on which a variable is given a value; ``value`` is the expression that makes it.

    None where it is but one of several values that are taken apart there.
    """

    line: int
    value: Spot | None


class Expressions:
    """All expressions of some files of a submission, by where they stand."""

    def __init__(self, parsed: Parsed) -> None:
        self._parsed = parsed
        self._by_file: dict[str, dict[Spot, Expression]] = {}
        self._assigned: dict[tuple[str, int, str], list[Assigned]] = {}
        self._reads: dict[tuple[str, int, str], list[Spot]] = {}
        self._classes: set[tuple[str, str]] = set()

    def at(self, spot: Spot) -> Expression | None:
        """Return the expression that stands there, None where none does."""
        file = spot[0]
        if file not in self._by_file:
            self._by_file[file] = {one.spot: one for one in self._read(file)}
        return self._by_file[file].get(spot)

    def assigned(self, one: Expression) -> list[Assigned]:
        """Return where the variable that an expression reads is given a value."""
        return self._assigned.get((one.spot[0], one.scope, one.name), [])

    def in_class(self, one: Expression) -> bool:
        """Whether an expression stands in a method: what it reads may have been kept by another."""
        return (one.spot[0], one.owner) in self._classes

    def reads(self, one: Expression) -> list[Spot]:
        """Return all places where the variable that an expression reads is read."""
        return self._reads.get((one.spot[0], one.scope, one.name), [])

    def _read(self, file: str) -> Iterator[Expression]:
        waiting: list[tuple[ast.AST, str, int, ast.stmt | None]]
        waiting = [(self._parsed.tree(file), "", 0, None)]
        while waiting:
            node, owner, scope, statement = waiting.pop()
            if isinstance(node, ast.FunctionDef):
                scope = node.lineno
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not owner:
                owner = node.name
                if isinstance(node, ast.ClassDef):
                    self._classes.add((file, owner))
            if isinstance(node, ast.stmt):
                statement = node
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                self._reads.setdefault((file, scope, node.id), []).append(_spot(file, node))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                made = Assigned(node.lineno, _value(file, node, statement))
                self._assigned.setdefault((file, scope, node.id), []).append(made)
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
                base = node.value
                if isinstance(base, ast.Name):  # a part of it is given a value
                    made = Assigned(node.lineno, None)
                    self._assigned.setdefault((file, scope, base.id), []).append(made)
            if isinstance(node, ast.expr) and statement is not None:
                yield _expression(file, node, owner, scope, statement)
            if isinstance(node, ast.AugAssign):
                yield _target(file, node, owner)
            waiting += [(child, owner, scope, statement) for child in ast.iter_child_nodes(node)]


def _value(file: str, name: ast.Name, statement: ast.stmt | None) -> Spot | None:
    if isinstance(statement, ast.AugAssign):
        return _spot(file, statement)
    if isinstance(statement, ast.Assign) and name in statement.targets:
        return _spot(file, statement.value)
    return None


def _spot(file: str, node: ast.expr | ast.stmt) -> Spot:
    end = (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
    return (file, node.lineno, node.col_offset, *end)


def _expression(
    file: str, node: ast.expr, owner: str, scope: int, statement: ast.stmt
) -> Expression:
    simple = isinstance(statement, ast.Assign | ast.AnnAssign | ast.Return | ast.AugAssign)
    return Expression(
        spot=_spot(file, node),
        owner=owner,
        parts=tuple(_spot(file, part) for part in _parts(node)),
        first=statement.lineno if simple else node.lineno,
        last=(statement.end_lineno if simple else node.end_lineno) or node.lineno,
        name=node.id if isinstance(node, ast.Name) else "",
        scope=scope,
        read=isinstance(node, ast.Name | ast.Attribute | ast.Subscript),
        whole=simple and getattr(statement, "value", None) is node,
    )


def _target(file: str, node: ast.AugAssign, owner: str) -> Expression:
    """Return what an augmented assignment makes: it stands where the statement stands."""
    last = node.end_lineno or node.lineno
    parts = (_spot(file, node.target), _spot(file, node.value))
    return Expression(_spot(file, node), owner, parts, node.lineno, last, whole=True)


def _parts(node: ast.AST) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(node, ast.Call) and child is node.func:
            if isinstance(child, ast.Attribute):  # a method, of what stands before the dot
                yield child.value
        elif isinstance(child, ast.expr):
            yield child
        elif isinstance(child, ast.keyword):
            yield child.value
        elif isinstance(child, ast.comprehension):
            yield child.iter
