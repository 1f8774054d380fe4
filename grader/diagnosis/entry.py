"""An entry of an array that loops read or store, and what the text says of such loops."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_NODES = 1_500
"""Expressions and statements of one function that are looked at."""


@dataclass(frozen=True)
class Entry:
    """An entry that is read or stored: of which ``array``, at which ``indices``, by their text.

    ``loops`` are the variables of the loops around it; ``apart`` says that each index has brackets
    of its own; ``sizes`` are those over which its indices run, by their text, as far as they do.
    """

    array: str
    indices: tuple[str, ...]
    loops: frozenset[str]
    stored: bool
    apart: bool = False
    sizes: tuple[str, ...] = ()

    def is_as_large(self, other: Entry) -> bool:
        """Whether the indices of another run over the same sizes, as far as is known."""
        both = zip(self.sizes, other.sizes, strict=False)
        return len(self.sizes) == len(other.sizes) and all(
            one == it or not (one and it) for one, it in both
        )


def taken_apart(node: ast.Subscript) -> tuple[ast.expr, list[ast.expr]]:
    """Return what is indexed and all indices, of a[i, j] and of a[i][j] alike; no key is one."""
    indices: list[ast.expr] = []
    held: ast.expr = node
    while isinstance(held, ast.Subscript):
        if isinstance(held.slice, ast.Constant) and isinstance(held.slice.value, str):
            break
        some = held.slice.elts if isinstance(held.slice, ast.Tuple) else [held.slice]
        indices[:0] = some
        held = held.value
    return held, indices


def written(node: ast.AST, indices: Sequence[str], array: str | None = None) -> str:
    """Return the text of an entry with other indices, its brackets as they were."""
    assert isinstance(node, ast.Subscript)
    held: ast.expr = node
    levels: list[int] = []
    while isinstance(held, ast.Subscript) and sum(levels) < len(indices):
        levels.append(len(held.slice.elts) if isinstance(held.slice, ast.Tuple) else 1)
        held = held.value
    text, rest = array if array is not None else ast.unparse(held), list(indices)
    for count in reversed(levels):
        text += f"[{', '.join(rest[:count])}]"
        rest = rest[count:]
    return text


def names_in(node: ast.AST) -> frozenset[str]:
    return frozenset(one.id for one in ast.walk(node) if isinstance(one, ast.Name))


def size(loop: ast.For | ast.comprehension) -> Iterator[tuple[str, str]]:
    """Yield the variable of a loop that counts, and what it counts to."""
    called, target = loop.iter, loop.target
    if not isinstance(called, ast.Call) or not isinstance(target, ast.Name):
        return
    if getattr(called.func, "id", "") == "range" and len(called.args) == 1:
        yield target.id, ast.unparse(called.args[0])


def plain(node: ast.Assign) -> Iterator[str]:
    """Yield the variable that a statement gives a value which it computes by itself."""
    makes = isinstance(node.value, ast.BinOp | ast.Call | ast.Subscript | ast.Name)
    if isinstance(node.targets[0], ast.Name) and makes:
        yield node.targets[0].id


def unread(top: ast.AST) -> list[str]:
    stored: dict[str, None] = {}
    read: set[str] = set()
    for node in itertools.islice(ast.walk(top), MOST_NODES):
        if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Store):
            names = (one for one in node.elts if isinstance(one, ast.Name | ast.Attribute))
            stored.update((ast.unparse(one), None) for one in names)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            stored[ast.unparse(node)] = None
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            read.add(ast.unparse(node))
    return [one for one in stored if one not in read and one != "_"]
