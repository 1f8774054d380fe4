"""Whether a function may keep something from one call to the next, by its text."""

from __future__ import annotations

import ast
from collections.abc import Collection

from grader.source.naming import name_of

_CONTAINERS = frozenset({"dict", "list", "set", "defaultdict"})


def keeps(tree: ast.Module, definition: ast.AST, names: Collection[str]) -> bool:
    """Whether a function or class may keep something; ``names`` are all that it comes to.

    It may in a container of the file, in a default that it or a helper has, or by ``global``.
    """
    helpers = [one for one in tree.body if getattr(one, "name", "") in names]
    arguments = [
        node.args
        for top in (definition, *helpers)
        for node in ast.walk(top)
        if isinstance(node, ast.FunctionDef)
    ]
    defaults = [one for some in arguments for one in (*some.defaults, *some.kw_defaults)]
    if isinstance(definition, ast.ClassDef):  # what its objects keep is asked for
        defaults += [node.value for node in definition.body if isinstance(node, ast.Assign)]
    is_global = any(isinstance(node, ast.Global) for node in ast.walk(definition))
    kept = "globals" in names or not _containers(tree).isdisjoint(names)
    return kept or is_global or any(map(_is_container, defaults))


def _containers(tree: ast.Module) -> set[str]:
    """Return the file's own names of containers, and of objects of its classes."""
    classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        and (_is_container(node.value) or name_of(getattr(node.value, "func", node)) in classes)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _is_container(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Dict | ast.List | ast.Set) or (
        isinstance(node, ast.Call) and name_of(node.func) in _CONTAINERS
    )
