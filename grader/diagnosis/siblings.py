"""What may stand in the place of a piece of code that it is easily mistaken for.

Such are the sum for the mean, the rest of an array for its first part, the other of two attributes
or entries that a function reads of the same object.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

_OTHER_SUM = {"mean": "sum", "sum": "mean", "average": "sum", "nanmean": "sum"}
_MOST = 2
_LAST, _MISSING = 6, 2


class Siblings:
    """The attributes and entries that one function or class reads, by what it reads them of."""

    def __init__(self, top: ast.AST) -> None:
        self._read: dict[tuple[str, bool], dict[str, None]] = {}
        nodes = list(ast.walk(top))
        self._called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
        for node in nodes:
            if id(node) not in self._called and (named := _named(node)) is not None:
                of, name, is_entry = named
                self._read.setdefault((of, is_entry), {})[name] = None

    def of(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        """Yield what may stand in a node's place, with its rank as a change."""
        if isinstance(node, ast.Call):
            yield from _other_sum(node)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            yield from _other_part(node)
        if id(node) not in self._called and (named := _named(node)) is not None:
            of, name, is_entry = named
            others = [one for one in self._read[of, is_entry] if one != name]
            for one in sorted(others, key=lambda one: abs(len(one) - len(name)))[:_MOST]:
                yield _LAST, f"{of}[{one!r}]" if is_entry else f"{of}.{one}"
            if is_entry:
                yield from ((_MISSING, f"{of}[{one!r}]") for one in _missing(name, others))


def _missing(name: str, others: Sequence[str]) -> Iterator[str]:
    """Yield the names like one, with another's ending, that are missing among those read."""
    for other in others:
        made = name[:1] + other[1:]
        if len(other) == len(name) > 1 and other[0] != name[0] and made not in (name, *others):
            yield made


def _named(node: ast.AST) -> tuple[str, str, bool] | None:
    """Return the variable, and the name of its attribute or entry, that a node reads."""
    if not isinstance(node, ast.Attribute | ast.Subscript) or not isinstance(node.ctx, ast.Load):
        return None
    if not isinstance(node.value, ast.Name):
        return None
    if isinstance(node, ast.Attribute):
        return None if node.attr == "T" else (node.value.id, node.attr, False)
    key = getattr(node.slice, "value", None)
    return (node.value.id, key, True) if isinstance(key, str) else None


def _other_sum(node: ast.Call) -> Iterator[tuple[int, str]]:
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr in _OTHER_SUM:
        other = ast.Attribute(function.value, _OTHER_SUM[function.attr], function.ctx)
        rank = 0 if _OTHER_SUM[function.attr] == "sum" else _LAST
        yield rank, ast.unparse(ast.Call(other, node.args, node.keywords))


def _other_part(node: ast.Subscript) -> Iterator[tuple[int, str]]:
    """Yield the rest for a part up to a place, the part for the rest, and all for all turned."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for number, part in enumerate(parts):
        if not isinstance(part, ast.Slice):
            continue
        if part.step is not None and part.lower is part.upper is None and len(parts) == 1:
            yield _LAST, f"({ast.unparse(node.value)})"
        if part.step is None and (part.lower is None) != (part.upper is None):
            others = [*parts[:number], ast.Slice(part.upper, part.lower), *parts[number + 1 :]]
            index = ast.Tuple(others, ast.Load()) if len(parts) > 1 else others[0]
            yield _LAST, ast.unparse(ast.Subscript(node.value, index, ast.Load()))
