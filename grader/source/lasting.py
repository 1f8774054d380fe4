"""Whether what a submission's functions do may outlast their calls, by its text alone.

A function that only computes leaves nothing behind.  One that sets something up does so by a
statement that can be seen: it binds a name, an attribute or an entry of what is not its own, or it
calls a method of that for its effect.  The answer errs on one side only: where it cannot be told,
something may last.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection
from dataclasses import dataclass, field

from grader.source.parsing import Parsed

_SETTERS = frozenset({"delattr", "eval", "exec", "globals", "setattr", "vars"})
_HANDS_OUT = frozenset({"__builtins__", "__dict__"})
"""Names under which all names of a module are to be had."""

_HARMLESS = frozenset({"super"})

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

_MUTABLE = (ast.List, ast.Dict, ast.Set)

_NOTHING = (ast.Constant, ast.expr_context, ast.operator)
"""What binds nothing and holds nothing."""

_PARTS = (ast.Attribute, ast.Subscript)
_CHAIN = (*_PARTS, ast.Call)


@dataclass
class _Scope:
    """A function, and what is its own: parameters and variables, no globals and no imports.

    ``begun`` is by variable what it may be another name of, or of a part.
    """

    around: _Scope | None
    own: set[str] = field(default_factory=set)
    begun: dict[str, set[str]] = field(default_factory=dict)

    def has_made(self, name: str) -> bool:
        """Whether a variable is its own, and stands for nothing that is not."""
        return self.owns(name) and all(map(self.owns, self.begun.get(name, ())))

    def owns(self, name: str) -> bool:
        scope: _Scope | None = self
        while scope is not None:
            if name in scope.own:
                return True
            scope = scope.around
        return False


def may_last(files: Parsed) -> bool:
    """Whether calls of one function of a submission may change what another one finds."""
    modules = [file.removesuffix(".py") for file in files]
    return files.too_deep() or any(_Reading(modules).lasts(files.tree(file)) for file in files)


class _Reading:
    """One file, read once: what it changes is looked at when all names are known."""

    def __init__(self, files: Collection[str]) -> None:
        """``files`` are the names of the submission's modules: one may change what it likes."""
        self._files = frozenset(files)
        self._changed: list[tuple[_Scope, str]] = []
        self._called: list[tuple[_Scope, str]] = []
        self._numpy: set[str] = set()

    def lasts(self, tree: ast.Module) -> bool:
        """Whether the functions of a file may leave something behind."""
        waiting: list[tuple[ast.AST, _Scope | None]] = [(tree, None)]
        while waiting:
            node, scope = waiting.pop()
            if isinstance(node, ast.Import):
                self._numpy |= {one.asname or one.name for one in node.names if one.name == "numpy"}
            if scope is not None and self._read(node, scope):
                return True
            if isinstance(node, _FUNCTIONS):
                defaults = [*node.args.defaults, *node.args.kw_defaults]
                if any(isinstance(one, _MUTABLE) for one in defaults):
                    return True
                scope = _Scope(scope)
            if isinstance(node, ast.Name):
                continue
            for value in vars(node).values():  # faster than ast.walk
                if type(value) is list:
                    waiting += [(one, scope) for one in value if isinstance(one, ast.AST)]
                elif isinstance(value, ast.AST) and not isinstance(value, _NOTHING):
                    waiting.append((value, scope))
        # a call of NumPy writes into what it is given: what it sets up is set back before each call
        called = (one for one in self._called if one[1] not in self._numpy)
        some = itertools.chain(self._changed, called)
        return any(name == "cls" or not scope.has_made(name) for scope, name in some)

    def _read(self, node: ast.AST, scope: _Scope) -> bool:
        """Take note of what a part of a function binds and changes; whether that lasts for sure."""
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                scope.own.add(node.id)
            return node.id in _HANDS_OUT
        if isinstance(node, ast.Assign):
            begin: ast.expr = node.value
            while isinstance(begin, _PARTS):
                begin = begin.value
            if isinstance(begin, ast.Name):
                names = (one.id for one in node.targets if isinstance(one, ast.Name))
                for name in names:
                    scope.begun.setdefault(name, set()).add(begin.id)
        elif isinstance(node, ast.arg):
            scope.own.add(node.arg)
        elif isinstance(node, _PARTS) and not isinstance(node.ctx, ast.Load):
            return self._changes(node, scope, self._changed)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            called = node.value.func
            return isinstance(called, ast.Attribute) and self._changes(called, scope, self._called)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            texts = (one.value for one in node.args if isinstance(one, ast.Constant))
            return node.func.id in _SETTERS or any(one in _HANDS_OUT for one in texts)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            imported = [getattr(node, "module", None) or "", *(one.name for one in node.names)]
            return not self._files.isdisjoint(imported)
        return isinstance(node, ast.Global)

    def _changes(self, node: ast.expr, scope: _Scope, changed: list[tuple[_Scope, str]]) -> bool:
        """Take note of what a chain of attributes, entries and calls begins with."""
        while isinstance(node, _CHAIN):
            if isinstance(node, ast.Attribute) and node.attr in {"__class__", "__dict__"}:
                return True
            node = node.func if isinstance(node, ast.Call) else node.value
        if isinstance(node, ast.Name) and node.id not in _HARMLESS:
            changed.append((scope, node.id))
        return False
