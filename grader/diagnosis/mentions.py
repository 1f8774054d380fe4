"""The lines of a function that speak of a key by its name, with what they put under it."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection

from grader.diagnosis.moves import MOST_NODES


def lines_about(tree: ast.Module, keys: Collection[str]) -> set[int]:
    """Return the lines of functions that put something under one of some keys.

    They are those of an entry that is written out, of an argument of that name, or of what is
    given to an entry that the key names, or put into an attribute of that name.
    """
    lines: set[int] = set()
    tops = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef))
    for node in itertools.islice(itertools.chain.from_iterable(map(ast.walk, tops)), MOST_NODES):
        if isinstance(node, ast.Dict):
            both = zip(node.keys, node.values, strict=True)
            found = [value for key, value in both if getattr(key, "value", None) in keys]
        elif isinstance(node, ast.keyword):
            found = [node.value] if node.arg in keys else []
        elif isinstance(node, ast.Assign) and any(_is_about(one, keys) for one in node.targets):
            found = [node.value]
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            found = [node.value] if _is_about(node.value.func, keys) else []
        elif isinstance(node, ast.Assign):
            slices = (getattr(target, "slice", None) for target in node.targets)
            found = (
                [node.value] if any(getattr(one, "value", None) in keys for one in slices) else []
            )
        else:
            continue
        lines |= {line for one in found for line in range(one.lineno, (one.end_lineno or 0) + 1)}
    return lines


def _is_about(node: ast.expr, keys: Collection[str]) -> bool:
    """Whether it is an attribute called like a key, or that and what it is, or a method of one."""
    names = {node.attr} if isinstance(node, ast.Attribute) else set()
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
        names.add(node.value.attr)
    return any(name == key or name.startswith(f"{key}_") for name in names for key in keys)
