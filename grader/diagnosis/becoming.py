"""What a piece of a student's code may become, with the rank of each as a change."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping, Sequence

from grader.diagnosis.indices import Indices
from grader.diagnosis.insertions import Insertions
from grader.diagnosis.siblings import Siblings

_MOST_NAMES, _MOST_ARRAYS = 6, 4
_OTHER_ARRAY, _TURNED = 2, 3
"""Ranks."""
_OTHER = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.MatMult, ast.Add, ast.Div),
    ast.Div: (ast.Mult,), ast.MatMult: (ast.Mult,),
}  # fmt: skip
_LIMIT: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip
_OTHER_END = {
    "append": ("insert", "0, "), "appendleft": ("append", ""), "insert": ("append", ""),
    "popleft": ("pop", ""),
}  # fmt: skip
"""What puts or takes at the other end of a list or a deque, and what is handed to it besides."""
_WITHOUT_ONE = {"1:": ":-1", ":-1": "1:"}
"""All but the first, and all but the last."""


def becoming(
    node: ast.expr | ast.stmt,
    names: Sequence[str],
    siblings: Siblings,
    indices: Indices,
    insertions: Insertions,
) -> Iterator[tuple[int, str]]:
    """Yield what a node may become, with its rank: what mends most often has the lowest."""
    try:
        if isinstance(node, ast.stmt):
            yield from _of_statement(node)
        elif indices.by_entries:
            yield from _by_entries(node, names, indices)
        else:
            yield from _of(node, names)
        yield from siblings.of(node)
        yield from insertions.of(node)
    except (RecursionError, ValueError):
        return


def _by_entries(
    node: ast.expr, names: Sequence[str], indices: Indices
) -> Iterator[tuple[int, str]]:
    """Yield what an expression may become in a function that goes through arrays entry by entry."""
    yield from indices.of(node)
    if indices.is_index(node):
        yield from () if isinstance(node, ast.Name | ast.Subscript) else _of(node, ())
    elif indices.is_array(node):
        arrays = [one for one in names if one not in indices.variables | indices.sizes]
        near = [*indices.unread, *_near(node.id, arrays)] if isinstance(node, ast.Name) else []
        yield from ((_OTHER_ARRAY + indices.is_stored(node), one) for one in near[:_MOST_ARRAYS])
    elif node in indices.ranges and isinstance(node, ast.Constant):
        yield from ((_OTHER_ARRAY, text) for _, text in _of(node, ()))
    elif isinstance(node, ast.BinOp):
        scalars = (ast.Mult, ast.Div, ast.Add, ast.Sub)
        some = _of(node, ())
        if isinstance(node.op, ast.Add | ast.Sub):
            yield _TURNED, f"({ast.unparse(ast.BinOp(node.left, ast.Mult(), node.right))})"
        yield from (one for one in some if one[0] < _TURNED or not isinstance(node.op, scalars))
    else:
        yield from _of(node, indices.others_for(node, names))


def _of_statement(node: ast.stmt) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr):
        if isinstance(node, ast.AugAssign):
            target, value = ast.unparse(node.target), ast.unparse(node.value)
            yield 0, f"{target} = {value}"
            yield 2, f"{target} {'-' if isinstance(node.op, ast.Add) else '+'}= {value}"
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = ast.unparse(node.targets[0])
            if not isinstance(node.targets[0], ast.Tuple):
                yield 0, f"{target} += {ast.unparse(node.value)}"
        yield 1, "pass"


def _of(node: ast.expr, names: Sequence[str]) -> Iterator[tuple[int, str]]:
    text = ast.unparse
    if isinstance(node, ast.BinOp):
        left, right = text(node.left), text(node.right)
        yield 1, f"({left})"
        yield 1, f"({right})"
        one = isinstance(node.op, ast.Sub) and isinstance(node.left, ast.Constant)
        if one and left in ("1", "1.0") and not isinstance(node.right, ast.BinOp):
            yield 1, f"({left} - {right} ** 2)"
        for other in _OTHER.get(type(node.op), ()):
            yield 2, "(" + text(ast.BinOp(node.left, other(), node.right)) + ")"
        in_order = isinstance(node.left, ast.List) or isinstance(node.right, ast.List)
        if not isinstance(node.op, ast.Add) or in_order:
            yield _TURNED, "(" + text(ast.BinOp(node.right, node.op, node.left)) + ")"
        if isinstance(node.op, ast.MatMult):
            yield 1, f"(({left}).T @ ({right}))"
            yield 1, f"(({left}) @ ({right}).T)"
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and node.attr == "T":
        yield 0, f"({text(node.value)})"
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        yield from ((4, one) for one in _near(node.id, names)[:_MOST_NAMES])
        yield 5, f"({node.id} - 1)"
        yield 5, f"({node.id} + 1)"
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield from ((5, one) for one in names)
    elif isinstance(node, ast.Slice) and bool(node.lower) != bool(node.upper) and not node.step:
        yield 0, text(ast.Slice(node.upper, node.lower))  # the other part
        if other_end := _WITHOUT_ONE.get(text(node)):
            yield 0, other_end
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield from ((4, one) for one in names if len(one) == 1)
        yield from ((3, str(value)) for value in (node.value + 1, node.value - 1, -node.value))
    elif isinstance(node, ast.Constant) and type(node.value) is float and node.value in (0.0, 1.0):
        yield 3, str(1.0 - node.value)  # where a sum or a product begins
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield 2, str(not node.value)
    elif isinstance(node, ast.UnaryOp):
        yield 1, f"({text(node.operand)})"
    elif isinstance(node, ast.IfExp):
        yield 1, f"({text(node.body)})"
        yield 1, f"({text(node.orelse)})"
    elif isinstance(node, ast.Compare):
        yield 2, "True"
        yield 2, "False"
        if type(node.ops[0]) in _LIMIT and len(node.ops) == 1:
            yield 3, text(ast.Compare(node.left, [_LIMIT[type(node.ops[0])]()], node.comparators))


def _of_call(node: ast.Call) -> Iterator[tuple[int, str]]:
    text = ast.unparse
    if isinstance(node.func, ast.Attribute):
        held, name = text(node.func.value), node.func.attr
        if name == "pop" and len(node.args) < 2:
            yield 0, f"{held}.pop({'' if node.args else '0'})"
        elif name in _OTHER_END:
            other_end, before = _OTHER_END[name]
            yield 0, f"{held}.{other_end}({before}{text(node.args[-1]) if node.args else ''})"
    if len(node.args) == 1 and not isinstance(node.args[0], ast.Starred):
        yield 1, f"({text(node.args[0])})"
    if isinstance(node.func, ast.Attribute) and len(node.args) == 0:
        yield 1, f"({text(node.func.value)})"
    for number, one in enumerate(node.args[:2]):
        if not isinstance(one, ast.Starred | ast.Constant) and len(node.args) > 1:
            turned = ast.parse(f"({text(one)}).T", mode="eval").body
            args = [*node.args[:number], turned, *node.args[number + 1 :]]
            yield 1, text(ast.Call(node.func, args, node.keywords))
    if len(node.args) > 1:
        first, second, *more = node.args
        names = isinstance(first, ast.Name) and isinstance(second, ast.Name)
        yield 1 if names else 3, text(ast.Call(node.func, [second, first, *more], node.keywords))
    for keyword in node.keywords:
        kept = [one for one in node.keywords if one is not keyword]
        yield 1, text(ast.Call(node.func, node.args, kept))


def _near(name: str, names: Sequence[str]) -> list[str]:
    """Return other names, those first that are most like one."""
    near = sorted(names, key=lambda one: (-_likeness(one, name), names.index(one)))
    return [one for one in near if one != name]


def _likeness(one: str, other: str) -> int:
    """Return how many letters two names begin and end with alike."""
    ends = (zip(one, other, strict=False), zip(one[::-1], other[::-1], strict=False))
    return sum(len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], p))) for p in ends)
