"""Disguises a submission as somebody would who hands in another one's work."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Mapping


def disguised(files: Mapping[str, bytes], kept: Collection[str]) -> dict[str, bytes]:
    """Return files that do the same under other names, in another order, with other comments.

    ``kept`` are the names that the assignment prescribes.
    """
    trees = {name: ast.parse(content) for name, content in files.items()}
    given = {name for tree in trees.values() for name in _given(tree)}
    new = _new_names(
        sorted(given - set(kept)), {word for c in files.values() for word in _words(c)}
    )
    return {name: _written(_Renamed(new).visit(tree)) for name, tree in trees.items()}


def _given(tree: ast.Module) -> set[str]:
    given: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            given.add(node.id)
        elif isinstance(node, ast.arg):
            given.add(node.arg)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            given.add(node.attr)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("__"):
            given.add(node.name)
    return given


def _words(content: bytes) -> set[str]:
    tree = ast.parse(content)
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _new_names(old: list[str], used: set[str]) -> dict[str, str]:
    letters = ("".join(pair) for pair in itertools.product("qwzkjv", "aeiou", "rstlnm"))
    free = (name for name in ("".join(letter) for letter in letters) if name not in used)
    return dict(zip(old, free, strict=False))


class _Renamed(ast.NodeTransformer):
    def __init__(self, new: Mapping[str, str]) -> None:
        self._new = new

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._new.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = self._new.get(node.arg, node.arg)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.Attribute:
        self.generic_visit(node)
        node.attr = self._new.get(node.attr, node.attr)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.name = self._new.get(node.name, node.name)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        self.generic_visit(node)
        node.name = self._new.get(node.name, node.name)
        return node


def _written(tree: ast.Module) -> bytes:
    """Write a file with its definitions the other way round and a remark on every line."""
    definitions = [one for one in tree.body if isinstance(one, ast.FunctionDef | ast.ClassDef)]
    others = [one for one in tree.body if one not in definitions]
    first = [one for one in others if isinstance(one, ast.Import | ast.ImportFrom)]
    last = [one for one in others if one not in first]
    lines = ast.unparse(ast.Module([*first, *reversed(definitions), *last], [])).split("\n")
    return "".join(f"# step {i}\n{line}\n\n" for i, line in enumerate(lines)).encode()
