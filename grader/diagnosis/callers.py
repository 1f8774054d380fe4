"""How the functions of a submission call each other and share objects, by its text alone."""

from __future__ import annotations

import ast
import functools
from typing import TypeGuard

from grader.diagnosis.entries import stored_names
from grader.diagnosis.storing import storage_of
from grader.diagnosis.traces import Spot
from grader.source.parsing import Parsed


class Callers:
    """What of the files' other functions may have its part in an expression's value."""

    def __init__(self, parsed: Parsed) -> None:
        self._parsed = parsed
        self._nodes: dict[str, list[ast.AST]] = {}

    def calls(self, file: str, scope: int, judged: str, *, own_too: bool = False) -> list[int]:
        """Return the lines that call the helper, by its name, that begins on a line, its ``scope``.

        There are none where it is no helper.  Those in it are left out, unless its ``own_too`` are
        asked for.
        """
        helper = self._function(file, scope)
        if helper is None or helper.name == judged:
            return []
        own = range(helper.lineno, (helper.end_lineno or helper.lineno) + 1)
        return [
            node.lineno
            for node in self._all(file)
            if _is_call(node) and (own_too or node.lineno not in own)
            if isinstance(node.func, ast.Name) and node.func.id == helper.name
        ]

    def runs_unseen(self, spot: Spot) -> bool:
        """Whether a function of the student's that is handed on may make an expression's value.

        The expression calls what another call made of it, as ``numpy.vectorize`` does, or hands it
        to what it calls: where that goes wrong is not seen.
        """
        file, nodes = spot[0], self._all(spot[0])
        functions = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
        here = (node for node in nodes if isinstance(node, ast.expr))
        one = next((node for node in here if _ends(node) == spot[1:]), None)
        calls = [] if one is None else [node for node in ast.walk(one) if _is_call(node)]
        made = {
            target.id
            for node in self._all(file)
            if isinstance(node, ast.Assign) and _is_call(node.value)
            if _handed(node.value) & functions
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        called = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
        return bool(called & made) or any(_handed(call) & functions for call in calls)

    def chosen_at(self, spot: Spot) -> list[int]:
        """Return the lines of the tables, as a dict of functions, that an expression calls one of.

        It takes it out of the table itself, or a loop does.
        """
        nodes = self._all(spot[0])
        here = (node for node in nodes if isinstance(node, ast.expr))
        one = next((node for node in here if _ends(node) == spot[1:]), None)
        called = [] if one is None else [node.func for node in ast.walk(one) if _is_call(node)]
        names = {node.id for node in called if isinstance(node, ast.Name)}
        tables = {storage_of(node) for node in called if isinstance(node, ast.Subscript)}
        tables |= {
            storage_of(node.iter)
            for node in nodes
            if isinstance(node, ast.For | ast.comprehension)
            if not names.isdisjoint(stored_names(node.target))
        }
        return [
            line
            for node in nodes
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Dict | ast.List | ast.Tuple)
            if not tables.isdisjoint(stored_names(node))
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
        ]

    def is_kept(self, spot: Spot, scope: int) -> bool:
        """Whether an expression is an attribute of an object, not self's, set in other functions.

        The function that the expression stands in begins on the line ``scope``.
        """
        read = [
            node
            for node in self._all(spot[0])
            if isinstance(node, ast.Attribute) and _ends(node) == spot[1:]
        ]
        if not read or (isinstance(read[0].value, ast.Name) and read[0].value.id == "self"):
            return False
        function = self._function(spot[0], scope)
        own = range(scope, ((function and function.end_lineno) or scope) + 1)
        return any(
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and node.attr == read[0].attr
            and node.lineno not in own
            for node in self._all(spot[0])
        )

    def lines(self, file: str, name: str) -> range:
        """Return the lines of the body of a file's function of that name."""
        some = (node for node in self._all(file) if isinstance(node, ast.FunctionDef))
        found = next((node for node in some if node.name == name), None)
        return (
            range(0) if found is None else range(found.body[0].lineno, (found.end_lineno or 0) + 1)
        )

    def is_library(self, file: str, name: str) -> bool:
        """Whether a name in a file is that of a module that it imports as a whole."""
        return any(
            name in (one.asname, one.name)
            for node in self._all(file)
            if isinstance(node, ast.Import)
            for one in node.names
        )

    @functools.cached_property
    def functions(self) -> frozenset[str]:
        """The names of all functions of the files."""
        nodes = (node for file in self._parsed for node in self._all(file))
        return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))

    def _function(self, file: str, line: int) -> ast.FunctionDef | None:
        some = (node for node in self._all(file) if isinstance(node, ast.FunctionDef))
        return next((node for node in some if node.lineno == line), None)

    def _all(self, file: str) -> list[ast.AST]:
        if file not in self._nodes:
            self._nodes[file] = list(ast.walk(self._parsed.tree(file)))
        return self._nodes[file]


def _is_call(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call)


def _handed(call: ast.Call) -> set[str]:
    """Return the names that a call hands on as they are."""
    given = [*call.args, *(one.value for one in call.keywords)]
    return {one.id for one in given if isinstance(one, ast.Name)}


def _ends(node: ast.expr) -> tuple[int, int, int | None, int | None]:
    return (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
