"""The variables that code names: those of entries of a dict among them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator

_LIBRARIES = frozenset({"numpy", "torch", *sys.stdlib_module_names})


def stored_names(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            yield one.id


def entries_of(node: ast.expr) -> list[tuple[str, ast.expr]] | None:
    """Return the entries of a dict that is written out, None for anything else."""
    if isinstance(node, ast.Dict):
        keys = [getattr(key, "value", None) for key in node.keys]
        if all(isinstance(key, str) for key in keys):
            return list(zip(map(str, keys), node.values, strict=True))
    is_dict = isinstance(node, ast.Call) and called_name(node) == "dict" and not node.args
    if isinstance(node, ast.Call) and is_dict and all(one.arg for one in node.keywords):
        return [(one.arg or "", one.value) for one in node.keywords]
    return None


def entry_of(node: ast.expr) -> str | None:
    """Return the variable that an entry named by a text is, None for anything else."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        key = getattr(node.slice, "value", None)
        return f"{node.value.id}[{key}" if isinstance(key, str) else None
    return None


def base_of(node: ast.expr) -> str:
    """Return the variable that an expression is taken out of, "" if it is none."""
    while isinstance(node, ast.Subscript):
        if (entry := entry_of(node)) is not None:
            return entry
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def attributes_read(node: ast.AST) -> Iterator[ast.Attribute]:
    """Yield the attributes that are read in a node, those apart that are called."""
    called = {one.func for one in ast.walk(node) if isinstance(one, ast.Call)}
    for one in ast.walk(node):
        if isinstance(one, ast.Attribute) and one not in called:
            yield one


def called_name(node: ast.expr) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def expressions_in(node: ast.AST) -> Iterator[ast.expr]:
    """Yield an expression, or those that stand in what is none, such as a keyword."""
    if isinstance(node, ast.expr):
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            yield from expressions_in(child)


def imported_names(tree: ast.Module, known: Collection[str]) -> Iterator[str]:
    """Yield the names that come of a submission's own files, but of those that are known."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = node.module if isinstance(node, ast.ImportFrom) else ""
            for one in node.names:
                begin = (module or one.name).partition(".")[0]
                if begin not in known and begin not in _LIBRARIES:
                    yield one.asname or one.name.partition(".")[0]


def defined_names(node: ast.stmt) -> list[str]:
    """Return the names that a statement at the top of a file defines, imports apart."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    return list(stored_names(node)) if isinstance(node, ast.Assign | ast.AnnAssign) else []
