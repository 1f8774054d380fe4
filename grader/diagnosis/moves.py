"""Changes of a student's code that touch more than one expression: copies, resets and exchanges.

They are few, and each stands for one mistake: an array that is changed in place though somebody
else still holds it, a sum that is set to its start outside the loop that it belongs in, or inside
one that it does not, and two parts of one variable that have changed places.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_COPY = '__import__("copy").deepcopy'
_STARTS = frozenset({"zeros", "zeros_like", "empty", "empty_like", "ones", "full", "dict", "list"})
_NEAR = 3
"""Statements that two parts may lie apart that have changed places."""

_MOST, _MOST_LOOKED_AT = 32, 4_000
_MOST_PARTS = 12
_MOST_OF_INDEX = 20
"""Expressions of an index of a part that is looked at."""
MOST_NODES = 1_500
"""Expressions and statements of one function that are looked at."""


Node = ast.stmt | ast.expr


@dataclass(frozen=True)
class Between:
    """What stands between two nodes, ``whole`` with the first of them."""

    first: Node
    second: Node
    whole: bool = False


@dataclass(frozen=True)
class Move:
    """From the start of ``first`` to the end of ``last`` the code becomes ``text``.

    ``last`` is None where the text only goes in before ``first``.  The mistake would be from the
    first to the last of the lines ``at``.
    """

    first: Node
    last: Node | None
    text: tuple[str | Between, ...]
    at: tuple[int, int]


def copies(tops: Iterable[ast.AST]) -> list[Move]:
    """Return what keeps each array that is changed in place from being somebody else's."""
    found = (one for top in tops for one in _copies(top))
    return list(itertools.islice(found, _MOST))


def resets_and_exchanges(tops: Iterable[ast.AST]) -> list[Move]:
    """Return the moves of what a sum starts from, and the exchanges of parts of a variable."""
    looked_at = (
        one
        for top in tops
        for body in bodies(top)
        for one in itertools.chain(_resets(body), _exchanges(body))
    )
    found = (one for one in itertools.islice(looked_at, _MOST_LOOKED_AT) if one is not None)
    return list(itertools.islice(found, _MOST))


def _walk(top: ast.AST) -> list[ast.AST]:
    return list(itertools.islice(ast.walk(top), MOST_NODES))


def bodies(top: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield the lists of statements of a function or class, however deep they lie."""
    for node in _walk(top):
        for field in ("body", "orelse"):
            body = getattr(node, field, None)
            if isinstance(body, list):
                yield body


# --- in place ---------------------------------------------------------------------------------


def _copies(top: ast.AST) -> Iterator[Move]:
    for function in _walk(top):
        if not isinstance(function, ast.FunctionDef):
            continue
        parameters = {one.arg for one in function.args.args}
        met: set[str] = set()
        for node in _in_order(function):
            name = _written(node)
            if not name:
                continue
            if isinstance(node, ast.AugAssign) and not isinstance(node.target, ast.Subscript):
                target = ast.unparse(node.target)
                value = ast.unparse(ast.BinOp(node.target, node.op, node.value))
                yield Move(node, node, (f"{target} = {value}",), _lines(node))
            if name in met:
                continue
            met.add(name)
            start = function.body[0]
            copied = f"{name} = {_COPY}({name})"
            yield Move(node, None, (_before(copied, node),), _lines(node))
            if name in parameters and start is not node:
                yield Move(start, None, (_before(copied, start),), _lines(node))


def _in_order(function: ast.AST) -> list[ast.stmt]:
    found = [node for node in _walk(function) if isinstance(node, ast.stmt)]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))


def _written(node: ast.stmt) -> str:
    """Return the variable that a statement changes in place, "" if it changes none."""
    targets: Sequence[ast.expr] = ()
    if isinstance(node, ast.AugAssign):
        targets = [node.target]
    elif isinstance(node, ast.Assign):
        targets = [one for one in node.targets if isinstance(one, ast.Subscript)]
    value = getattr(node, "value", None)
    if isinstance(value, ast.Call):
        out = [keyword.value for keyword in value.keywords if keyword.arg == "out"]
        method = value.func if isinstance(node, ast.Expr) else None
        called = [method.value] if isinstance(method, ast.Attribute) else []
        targets = [*targets, *out, *called]
    for one in targets:
        while isinstance(one, ast.Subscript):
            one = one.value
        if isinstance(one, ast.Name):
            return one.id
    return ""


def _before(text: str, node: Node) -> str:
    return f"{text}\n{' ' * node.col_offset}"


def _lines(node: Node) -> tuple[int, int]:
    return node.lineno, node.end_lineno or node.lineno


# --- what a sum starts from -------------------------------------------------------------------


def _resets(body: Sequence[ast.stmt]) -> Iterator[Move]:
    for place, loop in enumerate(body):
        if not isinstance(loop, ast.For | ast.While):
            continue
        grown = {_base(node) for node in _walk(loop) if isinstance(node, ast.stmt)} - {""}
        for start in body[:place]:
            if _starts(start) in grown:
                first = loop.body[0]
                yield Move(first, None, (_before(ast.unparse(start), first),), _lines(start))
        yield from _entry_resets(loop)
        head = loop.body[0]
        if _starts(head) in grown:
            text = (_before(ast.unparse(head), loop), Between(loop, head, whole=True), "pass")
            yield Move(loop, head, text, _lines(head))


def _entry_resets(loop: ast.For | ast.While) -> Iterator[Move]:
    """Yield what has each entry that a loop adds to, over and over, begin from 0 before it."""
    if not isinstance(loop, ast.For):
        return
    inside = {one.id for one in _walk(loop) if isinstance(one, ast.Name) and _is_stored(one)}
    for node in _walk(loop):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Subscript):
            names = {one.id for one in ast.walk(node.target) if isinstance(one, ast.Name)}
            if not names & inside:
                text = _before(f"{ast.unparse(node.target)} = 0.0", loop)
                yield Move(loop, None, (text,), (loop.lineno, node.end_lineno or node.lineno))


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _base(node: ast.stmt) -> str:
    """Return the variable that a statement adds to, "" if it adds to none."""
    if isinstance(node, ast.AugAssign):
        return _written(node)
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
        name = target.id if isinstance(target, ast.Name) else _written(node)
        read = {one.id for one in ast.walk(node.value) if isinstance(one, ast.Name)}
        return name if name in read else ""
    return ""


def _starts(node: ast.stmt) -> str:
    """Return the variable that is set to a number, an entry, zeros or nothing, "" if none is."""
    if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
        return ""
    value = node.value
    called = value.func if isinstance(value, ast.Call) else None
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    plain = isinstance(value, ast.Constant | ast.List | ast.Dict | ast.Subscript)
    return node.targets[0].id if plain or name in _STARTS else ""


# --- what has changed places ------------------------------------------------------------------


def _exchanges(body: Sequence[ast.stmt]) -> Iterator[Move | None]:
    """Yield the exchanges, and None for each two parts that are not of one variable."""
    for place, node in enumerate(body):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Tuple):
                for one, other in itertools.combinations(target.elts, 2):
                    yield _exchanged(one, other, node, node)
                    yield _read_as_each_other(one, other, body[place + 1 :])
        for later in body[place + 1 : place + 1 + _NEAR]:
            if isinstance(later, ast.Assign):
                for one, other in itertools.product(_taken(node), _taken(later)):
                    alike = ast.dump(one.value) == ast.dump(other.value)
                    apart = alike and ast.dump(one.slice) != ast.dump(other.slice)
                    yield _exchanged(one, other, node, later) if apart else None


def _read_as_each_other(one: ast.expr, other: ast.expr, after: Sequence[ast.stmt]) -> Move | None:
    """Return two names that are exchanged in the only statement that reads any of them.

    They may have been taken apart as they should be, and exchanged there.
    """
    if not isinstance(one, ast.Name) or not isinstance(other, ast.Name):
        return None
    names = {one.id: other.id, other.id: one.id}
    readers = []
    for node in after:
        for part in _walk(node):
            if isinstance(part, ast.stmt) and not hasattr(part, "body"):
                found = [it for it in _walk(part) if isinstance(it, ast.Name) and it.id in names]
                readers += [(part, it) for it in found]
    statements = {id(part): part for part, _ in readers}
    if len(statements) != 1 or any(isinstance(it.ctx, ast.Store) for _, it in readers):
        return None
    (statement,) = statements.values()
    exchanged = _Renamed(names).visit(ast.parse(ast.unparse(statement)).body[0])
    return Move(statement, statement, (ast.unparse(exchanged),), _lines(statement))


class _Renamed(ast.NodeTransformer):
    """Gives names to names."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """Give one name another."""
        node.id = self._names.get(node.id, node.id)
        return node


def _taken(node: ast.Assign) -> list[ast.Subscript]:
    found = (
        one
        for one in _walk(node.value)
        if isinstance(one, ast.Subscript) and isinstance(one.value, ast.Name)
        if len(list(itertools.islice(ast.walk(one.slice), _MOST_OF_INDEX + 1))) <= _MOST_OF_INDEX
    )
    return list(itertools.islice(found, _MOST_PARTS))


def _exchanged(one: ast.expr, other: ast.expr, first: ast.stmt, last: ast.stmt) -> Move:
    text = (ast.unparse(other), Between(one, other), ast.unparse(one))
    return Move(one, other, text, (first.lineno, last.end_lineno or last.lineno))
