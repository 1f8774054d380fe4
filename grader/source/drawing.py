"""Whether a function of a submission draws random numbers, as its text shows it."""

from __future__ import annotations

import ast

from grader.source.naming import name_of
from grader.source.parsing import Parsed

_RANDOM = frozenset(
    {"Dropout", "RandomState", "default_rng", "dropout", "rand", "rand_like", "randint", "randn",
     "randn_like", "random", "shuffle"}
)  # fmt: skip

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def draws(files: Parsed, file: str, definition: _Definition) -> bool:
    """Whether a definition of a file draws, or what it goes on with by name.

    These are definitions of its file, or imported by name, and variables of its file.
    """
    if _RANDOM.isdisjoint(files.names):
        return False
    known, given = _definitions(files, file), _variables(files.tree(file))
    found: list[ast.AST] = [definition]
    for one in found:
        more = [known.get(name) or given.get(name) for name in sorted(_read(one))]
        found += [other for other in more if other is not None and other not in found]
    return any(map(_draws, found))


def _draws(tree: ast.AST) -> bool:
    """Whether random numbers are asked for: by name, or of the module of that name."""
    return any(
        (isinstance(node, ast.Call) and name_of(node.func) in _RANDOM)
        or (isinstance(node, ast.Attribute) and name_of(node.value) == "random")
        for node in ast.walk(tree)
    )


def _definitions(files: Parsed, file: str) -> dict[str, ast.AST]:
    tree = files.tree(file)
    found: dict[str, ast.AST] = {
        node.name: node for node in tree.body if isinstance(node, _Definition)
    }
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            wanted = {one.name for one in node.names}
            for other in files.tree(f"{node.module}.py").body:
                if isinstance(other, _Definition) and wanted & {other.name, "*"}:
                    found.setdefault(other.name, other)
    return found


def _variables(tree: ast.Module) -> dict[str, ast.AST]:
    return {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _read(tree: ast.AST) -> set[str]:
    """Return the names that are read and not the tree's own: no argument, no variable of it."""
    nodes = list(ast.walk(tree))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    own = {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    return {node.id for node in names} - own
