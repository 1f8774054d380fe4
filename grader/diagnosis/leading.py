"""Which lines lead to a statement: its own, and those that give a value to what it reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.diagnosis.moves import MOST_NODES
from grader.diagnosis.storing import storage_of

_COMPOUND = ast.FunctionDef | ast.ClassDef | ast.For | ast.While | ast.If | ast.With | ast.Try


def leading_to(tree: ast.Module, line: int) -> frozenset[int]:
    """Return the lines that lead to the statement on a line, within the function or class there."""
    top = next((one for one in tree.body if _spans(one, line)), None)
    if top is None:
        return frozenset()
    statements = list(_simple(top))
    found = [one for one in statements if _spans(one, line)]
    read = {name for one in found for name in _names(one, stored=False)}
    for loop in ast.walk(top):  # how far it goes is read as well
        if isinstance(loop, ast.For) and read.intersection(_names(loop.target, stored=True)):
            read.update(_names(loop.iter, stored=False))
    found += [one for one in statements if read.intersection(_names(one, stored=True))]
    return frozenset(number for one in found for number in _lines(one))


def _simple(top: ast.stmt) -> Iterator[ast.stmt]:
    for number, node in enumerate(ast.walk(top)):
        if number > MOST_NODES:
            return
        if isinstance(node, ast.stmt) and not isinstance(node, _COMPOUND):
            yield node


def _names(part: ast.AST, *, stored: bool) -> Iterator[str]:
    """Yield the variables and attributes of self that some code reads, or gives a value to."""
    for node in ast.walk(part):
        if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            continue
        if isinstance(node.ctx, ast.Store) == stored and (name := storage_of(node)):
            yield name


def _spans(node: ast.stmt, line: int) -> bool:
    return line in _lines(node)


def _lines(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)
