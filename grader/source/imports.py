"""Which names the files of a submission import from one another."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from grader.source.parsing import Parsed


def imported_modules(files: Parsed) -> frozenset[str]:
    """Return all modules that any file imports, and the packages that these are in."""
    found: set[str] = set()
    for file in files:
        for node in ast.walk(files.tree(file)):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module)
            elif isinstance(node, ast.Import):
                found.update(one.name for one in node.names)
    parts = [name.split(".") for name in found]
    return frozenset(".".join(some[: n + 1]) for some in parts for n in range(len(some)))


def imported_names(files: Parsed) -> Mapping[str, frozenset[str]]:
    """Return, by module, the names that ``from module import name`` asks of it in any file."""
    found: dict[str, set[str]] = {}
    for file in files:
        for node in ast.walk(files.tree(file)):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = {one.name for one in node.names if one.name != "*"}
                found.setdefault(node.module, set()).update(names)
    return {module: frozenset(names) for module, names in found.items()}
