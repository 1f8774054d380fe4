"""Changes of the order of a student's code: of statements, of a loop's end, and of entries.

A statement may stand before the one that makes what it reads, or be indented too far or too little:
a return inside its loop, a sum behind it.  Two entries of a list may have changed places.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator, Sequence

from grader.diagnosis.moves import MOST_NODES, Between, Move, bodies

_MOST = 40
_MOST_ENTRIES = 4
_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)


def reordered(tops: Iterable[ast.AST]) -> list[Move]:
    """Return the changes of order: those of the ends of loops first."""
    tops = list(tops)
    found = [body for top in tops for body in bodies(top)]
    ends = (move for body in found for move in _ends_of_loops(body))
    swaps = (move for body in found for move in _swaps(body))
    entries = (move for top in tops for move in _entries(top))
    return list(itertools.islice(itertools.chain(ends, swaps, entries), _MOST))


def _ends_of_loops(body: Sequence[ast.stmt]) -> Iterator[Move]:
    for place, loop in enumerate(body):
        if not isinstance(loop, ast.For | ast.While) or loop.orelse:
            continue
        last = loop.body[-1]
        if isinstance(last, ast.Return | ast.AugAssign | ast.Assign | ast.Expr):
            outside = f"pass\n{' ' * loop.col_offset}{ast.unparse(last)}"
            yield Move(last, last, (outside,), _lines(last, last))
        after = body[place + 1 : place + 2]
        if after and isinstance(after[0], _SIMPLE):
            deeper = " " * (last.col_offset - loop.col_offset)
            text = (Between(last, after[0], whole=True), deeper + ast.unparse(after[0]))
            yield Move(last, after[0], text, _lines(after[0], after[0]))


def _swaps(body: Sequence[ast.stmt]) -> Iterator[Move]:
    for one, other in itertools.pairwise(body):
        if isinstance(one, _SIMPLE) and isinstance(other, _SIMPLE) and _depend(one, other):
            text = (ast.unparse(other), Between(one, other), ast.unparse(one))
            yield Move(one, other, text, _lines(one, other))


def _entries(top: ast.AST) -> Iterator[Move]:
    """Yield the exchanges of two entries of a short list or tuple that is written out."""
    for node in itertools.islice(ast.walk(top), MOST_NODES):
        if not isinstance(node, ast.List | ast.Tuple) or not isinstance(node.ctx, ast.Load):
            continue
        if len(node.elts) <= _MOST_ENTRIES:
            for one, other in itertools.combinations(node.elts, 2):
                text = (ast.unparse(other), Between(one, other), ast.unparse(one))
                at = (one.lineno, other.end_lineno or other.lineno)
                yield Move(one, other, text, at)


def _depend(one: ast.stmt, other: ast.stmt) -> bool:
    """Whether one of two statements gives a value to a name that the other has as well."""
    return bool(_names(one, ast.Store) & _names(other) or _names(other, ast.Store) & _names(one))


def _names(node: ast.stmt, context: type[ast.expr_context] = ast.expr_context) -> set[str]:
    """Return the names in a statement; those given a value have their base among them."""
    found = set()
    for one in itertools.islice(ast.walk(node), 200):
        base: ast.AST = one
        while isinstance(base, ast.Subscript | ast.Attribute):
            base = base.value
        if isinstance(base, ast.Name) and isinstance(getattr(one, "ctx", None), context):
            found.add(base.id)
    return found


def _lines(first: ast.stmt, last: ast.stmt) -> tuple[int, int]:
    return first.lineno, last.end_lineno or last.lineno
