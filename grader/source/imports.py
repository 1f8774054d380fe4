"""Which names the files of a submission import from one another."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from grader.source.parsing import Parsed


def imported_modules(files: Parsed) -> frozenset[str]:
    """Return all modules that any file imports, and the packages that these are in."""
    found: set[str] = set()
    for node in _imports(files):
        if isinstance(node, ast.Import):
            found.update(one.name for one in node.names)
        elif node.module and not node.level:
            found.add(node.module)
    parts = [name.split(".") for name in found]
    return frozenset(".".join(some[: n + 1]) for some in parts for n in range(len(some)))


def imported_names(files: Parsed) -> Mapping[str, frozenset[str]]:
    """Return, by module, the names that ``from module import name`` asks of it in any file."""
    found: dict[str, set[str]] = {}
    for node in _imports(files):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = {one.name for one in node.names if one.name != "*"}
            found.setdefault(node.module, set()).update(names)
    return {module: frozenset(names) for module, names in found.items()}


def _imports(files: Parsed) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield all imports of all files; they are statements, which no expression holds."""
    waiting: list[ast.AST] = [files.tree(file) for file in files]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        for block in ("body", "orelse", "handlers", "finalbody", "cases"):
            waiting += getattr(node, block, ())
