"""Which names a function of a submission may come to use: its own code's, and on from there.

A function that cannot come to a wrong neighbour gains nothing from a right one in its place.
The answer errs on one side only: where it cannot be told what code uses, it may use everything.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable

from grader.source.parsing import Parsed

_DYNAMIC = frozenset(
    {"__dict__", "__globals__", "__import__", "eval", "exec", "getattr", "globals", "import_module",
     "inspect", "locals", "modules", "vars"}
)  # fmt: skip
"""Who uses one of these may come to what is nowhere named."""


class Reach:
    """The names that each name of a submission leads to."""

    def __init__(self, files: Parsed) -> None:
        self._leads: dict[str, set[str]] = {}
        for name in files:
            self._read(files.tree(name).body)
        self._readable = not files.too_deep()

    def may_use(self, names: Iterable[str], wanted: Collection[str]) -> bool:
        """Whether code that uses ``names`` may come to use one of those wanted."""
        return not self._readable or not self.names(names).isdisjoint({*wanted, *_DYNAMIC})

    def names(self, names: Iterable[str], ends: Collection[str] = ()) -> set[str]:
        """Return ``names``, and all that they lead to; those in ``ends`` lead to nothing."""
        reached: set[str] = set()
        waiting = set(names)
        while waiting:
            reached |= waiting
            leads = (self._leads.get(name, ()) for name in waiting.difference(ends))
            waiting = set().union(*leads) - reached
        return reached

    def _read(self, body: Iterable[ast.AST]) -> None:
        """Note what the names of a module, or of a class, stand for."""
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found = _Names(node)
                self._lead({node.name, *found.outside}, found.used)
                if isinstance(node, ast.ClassDef):
                    self._read(node.body)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                for one in node.names:
                    self._lead({one.asname or one.name}, {one.name.rpartition(".")[2]})
            elif isinstance(node, _BLOCKS):
                self._read(ast.iter_child_nodes(node))
            else:
                found = _Names(node)
                self._lead(found.stored | found.outside, found.used)

    def _lead(self, names: Iterable[str], to: Collection[str]) -> None:
        for name in names:
            self._leads.setdefault(name, set()).update(to)


_BLOCKS = (
    *(ast.If, ast.For, ast.While, ast.With, ast.Try, ast.TryStar, ast.Match, ast.match_case),
    ast.ExceptHandler,
)
"""What may hold definitions without a scope of its own."""


class _Names:
    """The names in a piece of code.

    ``used`` are all of them, and every text, for it may be one; ``stored`` are given a value by
    it, and ``outside`` those that are so even where it is a definition: attributes and globals.
    """

    def __init__(self, tree: ast.AST) -> None:
        self.used: set[str] = set()
        self.stored: set[str] = set()
        self.outside: set[str] = set()
        waiting = [tree]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Name):
                self.used.add(node.id)
                if isinstance(node.ctx, ast.Store):
                    self.stored.add(node.id)
                continue
            if isinstance(node, ast.Attribute):
                self.used.add(node.attr)
                if isinstance(node.ctx, ast.Store):
                    self.outside.add(node.attr)
            elif isinstance(node, ast.Constant):
                if isinstance(node.value, str):
                    self.used.add(node.value)
                continue
            elif isinstance(node, ast.alias):
                self.used.add(node.name.rpartition(".")[2])
                self.stored.add(node.asname or node.name)
            elif isinstance(node, ast.Global):
                self.outside.update(node.names)
            for value in vars(node).values():  # faster than ast.walk
                if isinstance(value, ast.AST):
                    waiting.append(value)
                elif isinstance(value, list):
                    waiting += [item for item in value if isinstance(item, ast.AST)]
