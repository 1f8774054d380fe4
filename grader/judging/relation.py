"""Which functions may be lent to which: what the solution of the judged one itself comes to.

A function may be lent what its solution reaches, by calls from one contract function to the
next, and nothing else.  So a backward pass is not to be had by differences of a lent forward,
and lending never goes in a circle: of two solutions that reach each other, neither is lent.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from grader.course import Assignment, Function
from grader.source.parsing import Parsed

Place = tuple[str, str]
"""A module of the solution, and a name at its top level."""

Relation = Mapping[str, frozenset[str]]
"""By function, those that may be lent to it."""


def lending_relation(assignment: Assignment) -> Relation:
    """Read an assignment's solutions, and return what may be lent to each of its functions.

    OSError where a solution cannot be read.
    """
    return relation_of(assignment.solution, assignment.functions)


def relation_of(sources: Mapping[str, bytes], functions: Iterable[Function]) -> Relation:
    """Return what may be lent to each of some functions, by the sources of their solutions."""
    solution = _Solution(sources)
    places = {one.name: (one.file.removesuffix(".py"), one.name) for one in functions}
    reached = {name: solution.reached(place) for name, place in places.items()}
    return {
        name: frozenset(
            other
            for other, place in places.items()
            if other != name and place in reached[name] and places[name] not in reached[other]
        )
        for name in places
    }


class _Solution:
    """The modules of a solution, and what each of their names leads to."""

    def __init__(self, sources: Mapping[str, bytes]) -> None:
        parsed = Parsed(sources)
        self._modules = {
            file.removesuffix(".py"): _Module(parsed.tree(file), frozenset(_names(sources)))
            for file in sources
        }

    def reached(self, start: Place) -> set[Place]:
        """Return all that the code at a place comes to, step by step."""
        found: set[Place] = set()
        waiting = {start}
        while waiting:
            module, name = waiting.pop()
            if module in self._modules:
                new = set(self._modules[module].leads(module, name)) - found
                found |= new
                waiting |= new
        return found


class _Module:
    """The names at the top level of one module."""

    def __init__(self, tree: ast.Module, modules: frozenset[str]) -> None:
        self._defined: dict[str, list[ast.AST]] = {}
        self._modules = modules
        body = list(_statements(tree.body))
        for node in body:
            for name in _bound_by(node):
                self._defined.setdefault(name, []).append(node)
        self._imported = dict(self._imports(body))

    def leads(self, module: str, name: str) -> Iterator[Place]:
        """Yield the places that the code behind a name uses."""
        if name in self._imported and name not in self._defined:
            yield self._imported[name]
        for node in self._defined.get(name, ()):
            bound = {**self._imported, **dict(self._imports(ast.walk(node)))}
            own = _variables(node)
            for part in ast.walk(node):
                if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                    where = bound.get(part.value.id)
                    if where is not None and not where[1]:  # a module
                        yield where[0], part.attr
                elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
                    if part.id in own:
                        continue
                    if part.id in self._defined:
                        yield module, part.id
                    elif part.id in bound:
                        yield bound[part.id]

    def _imports(self, nodes: Iterable[ast.AST]) -> Iterator[tuple[str, Place]]:
        """Yield what a name stands for that is imported from another module of the solution."""
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and node.module in self._modules:
                for one in node.names:
                    yield one.asname or one.name, (node.module, one.name)
            elif isinstance(node, ast.Import):
                for one in node.names:
                    if one.name in self._modules:
                        yield one.asname or one.name, (one.name, "")


def _names(sources: Iterable[str]) -> Iterator[str]:
    return (file.removesuffix(".py") for file in sources)


def _statements(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield the statements of a module, those in its blocks too."""
    for node in nodes:
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _statements(
                part
                for part in ast.iter_child_nodes(node)
                if isinstance(part, ast.stmt | ast.ExceptHandler | ast.match_case)
            )


def _bound_by(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement gives a meaning, imports apart."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            yield from (one.id for one in ast.walk(target) if isinstance(one, ast.Name))


def _variables(node: ast.AST) -> set[str]:
    """Return the names that are a function's own: parameters, and what it assigns to."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return set()
    parts = list(ast.walk(node))
    outside = {name for part in parts if isinstance(part, ast.Global) for name in part.names}
    return (
        {part.arg for part in parts if isinstance(part, ast.arg)}
        | {
            part.id
            for part in parts
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
        }
    ) - outside
