"""Changes of sizes: of what an array is made as large as, and of what a size is taken off."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Sequence

from grader.diagnosis.moves import MOST_NODES

_MAKERS = frozenset({"empty", "full", "ones", "reshape", "zeros"})
_MOST_NAMES = 6
_MOST_AXES = 3


def resized(top: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Yield expressions of a function or class, each with what it may become.

    What is no size, or of nothing that has one, mends nothing.
    """
    nodes = list(itertools.islice(ast.walk(top), MOST_NODES))
    sizes = list(dict.fromkeys(name for node in nodes for name in _sizes_in(node)))
    begun = {name: line for name, line in _begun(nodes) if name not in sizes}
    entries = list(dict.fromkeys(itertools.islice(_entries(nodes), _MOST_NAMES)))
    for node in nodes:
        if not isinstance(node, ast.stmt | ast.expr):
            continue
        some = [name for name, line in begun.items() if line < node.lineno][:_MOST_NAMES]
        if isinstance(node, ast.Subscript) and _is_shape(node.value):
            yield from ((node, text) for text in _of_entry(node, some))
        elif isinstance(node, ast.Assign) and _is_shape(node.value):
            if isinstance(node.targets[0], ast.Tuple):
                whole = ast.unparse(node.value)
                yield from ((node.value, f"(len({name}), *{whole}[1:])") for name in some)
        elif isinstance(node, ast.Call) and node.args and _called(node.func) in _MAKERS:
            sides = node.args[0]
            for side in sides.elts if isinstance(sides, ast.Tuple | ast.List) else ():
                parts = [part for part in ast.walk(side) if isinstance(part, ast.Name)]
                yield from ((part, name) for part in parts for name in sizes)
                yield from ((side, f"len({one})") for one in (*some, *entries))
                yield from ((side, f"{one}.shape[1]") for one in (*some, *entries))


def _begun(nodes: Sequence[ast.AST]) -> Iterator[tuple[str, int]]:
    """Yield the variables with the line of one that gives them a value, arguments first."""
    yield from ((node.arg, 0) for node in nodes if isinstance(node, ast.arg))
    names = (node for node in nodes if isinstance(node, ast.Name))
    stored = [node for node in names if isinstance(node.ctx, ast.Store)]
    yield from ((node.id, node.lineno) for node in sorted(stored, key=lambda one: -one.lineno))


def _entries(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Yield what is read of dicts under a key that is written down."""
    for node in nodes:
        key = node.slice if isinstance(node, ast.Subscript) else None
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield ast.unparse(node)


def _of_entry(node: ast.Subscript, names: Sequence[str]) -> Iterator[str]:
    """Yield the other sizes of what one is taken off, and those of other variables."""
    held = ast.unparse(node.value)
    yield from (f"{held}[{axis}]" for axis in range(_MOST_AXES))
    for name in names:
        yield from (f"{name}.shape[{axis}]" for axis in range(_MOST_AXES))


def _sizes_in(node: ast.AST) -> Iterator[str]:
    """Yield the variables that a statement gives sizes."""
    if not isinstance(node, ast.Assign):
        return
    value = node.value.value if isinstance(node.value, ast.Subscript) else node.value
    if _is_shape(value) or (isinstance(value, ast.Call) and _called(value.func) == "len"):
        for target in node.targets:
            parts = target.elts if isinstance(target, ast.Tuple) else [target]
            yield from (one.id for one in parts if isinstance(one, ast.Name))


def _is_shape(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "shape"


def _called(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
