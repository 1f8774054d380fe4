"""The lines that go into what is wrong and into nothing that is right, from the text alone.

Each variable of a function is followed through its text to the results.  What goes into a result
that is right is cleared; where what is left of the wrong ones stands together, the mistake is
there.  Text that cannot be followed for sure, such as what changes an array under another name,
has no such lines.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.diagnosis.moves import MOST_NODES

MOST_LINES = 3
"""Lines that are still a place to look at."""

_STARTS = frozenset({"zeros", "zeros_like", "empty", "empty_like"})


class UnclearError(Exception):
    """The text cannot be followed for sure."""


@dataclass(frozen=True)
class Part:
    """Lines of a file that give ``name`` a value; ``starts`` if it is nothing but zeros.

    ``among`` are all names that one value is taken apart into there; ``cut`` says that it is only
    cut out of another value, which may be wrong there and right elsewhere.
    """

    first: int
    last: int
    name: str
    starts: bool = False
    among: tuple[str, ...] = ()
    cut: bool = False


Parts = frozenset[Part]
_NONE: Parts = frozenset()


class Slices:
    """What goes into each output of one function; ``solution`` is the file as the solution has it.

    Raises UnclearError where that cannot be told.
    """

    def __init__(
        self, tree: ast.Module, function: str, outputs: Sequence[str], solution: ast.Module
    ) -> None:
        found, right = _function(tree, function), _function(solution, function)
        if found is None or right is None:
            raise UnclearError
        try:
            taken = dict(_taken_apart(right))
            self._made = _Flow(tree, found, taken).results(found, outputs)
        except RecursionError:
            raise UnclearError from None

    def alone(
        self, wrong: Collection[str], right: Collection[str], *, shaped: bool = True
    ) -> tuple[int, int] | None:
        """Return the lines that go into all of some wrong outputs and into no right one.

        None where there are none, and where they do not stand together.  Zeros that others are
        added to are ``shaped`` as they must be: they are not among the lines.
        """
        if not right or not wrong or not self._made.keys() >= {*wrong, *right}:
            return None
        cleared = frozenset().union(*(self._made[one] for one in right))
        parts = frozenset.intersection(*(self._made[one] for one in wrong)) - cleared
        # where all the others are right it is the last one left
        clear = {(one.first, one.name) for one in cleared}
        left = [
            one
            for one in parts
            if not (one.starts and shaped)
            if not one.among
            or any(name != one.name and (one.first, name) not in clear for name in one.among)
        ]
        return None if any(one.cut for one in left) else _together(left)


def _function(tree: ast.Module, name: str) -> ast.FunctionDef | None:
    found = [node for node in tree.body if getattr(node, "name", "") == name]
    if not found or not isinstance(found[-1], ast.FunctionDef):
        return None
    size = sum(1 for _ in itertools.islice(ast.walk(found[-1]), MOST_NODES + 1))
    return None if size > MOST_NODES else found[-1]


def _taken_apart(function: ast.FunctionDef) -> Iterator[tuple[str, list[str]]]:
    """Yield each variable that a function takes apart, with the names of its parts."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            for target in node.targets:
                if isinstance(target, ast.Tuple):
                    yield node.value.id, [getattr(one, "id", "") for one in target.elts]


def _together(parts: Collection[Part]) -> tuple[int, int] | None:
    lines = {line for one in parts for line in range(one.first, one.last + 1)}
    if not lines or len(lines) != max(lines) - min(lines) + 1 or len(lines) > MOST_LINES:
        return None
    return min(lines), max(lines)


class _Flow:
    """What goes into each variable of a function, statement by statement.

    An entry of a dict that is named by a text is a variable of its own.
    """

    def __init__(
        self, tree: ast.Module, function: ast.FunctionDef, taken: Mapping[str, list[str]]
    ) -> None:
        self._taken = taken
        self._top = {
            name: node for node in tree.body if node is not function for name in _defines(node)
        }
        self._state: dict[str, Parts] = {}
        self._alias: set[str] = set()
        self._result: ast.expr | None = None

    def results(self, function: ast.FunctionDef, outputs: Sequence[str]) -> Mapping[str, Parts]:
        """Return what goes into each output; UnclearError where that cannot be told."""
        *body, last = function.body
        if not isinstance(last, ast.Return) or last.value is None:
            raise UnclearError
        self._run(body, _NONE)
        value = last.value
        if isinstance(value, ast.Tuple):
            return {name: self._own(one, name) for name, one in zip(outputs, value.elts)}  # noqa: B905
        if (entries := _entries(value)) is not None:
            return {name: self._own(one, name) for name, one in entries}
        if isinstance(value, ast.Name):
            begin = f"{value.id}["
            return {
                name[len(begin) :]: parts | self._state.get(value.id, _NONE)
                for name, parts in self._state.items()
                if name.startswith(begin)
            }
        raise UnclearError

    def _own(self, node: ast.expr, name: str) -> Parts:
        """Return what goes into an expression, with its own lines unless it is but a name."""
        own = _NONE if isinstance(node, ast.Name) else frozenset({self._made_by(node, node, name)})
        return own | self._into(node)

    def _made_by(self, value: ast.expr, node: ast.stmt | ast.expr, name: str) -> Part:
        """Return the lines of a node that gives a name a value."""
        starts = isinstance(value, ast.Call) and _called(value) in _STARTS
        while isinstance(value, ast.Attribute) and value.attr == "T":
            value = value.value
        held = value.value if isinstance(value, ast.Subscript) and not _entry(value) else None
        cut = isinstance(held, ast.Name) and held.id in self._state
        return Part(node.lineno, node.end_lineno or node.lineno, name, starts, cut=cut)

    # --- statements -----------------------------------------------------------------------

    def _run(self, body: Iterable[ast.stmt], control: Parts) -> None:
        for node in body:
            self._statement(node, control)

    def _statement(self, node: ast.stmt, control: Parts) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, node.value, node, control)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self._assign(node.target, node.value, node, control)
        elif isinstance(node, ast.AugAssign):
            self._add(node.target, self._into(node.value) | control, node)
        elif isinstance(node, ast.For | ast.While | ast.If):
            self._branch(node, control)
        elif isinstance(node, ast.With):
            self._run(node.body, control)
        elif isinstance(node, ast.Expr):
            self._call(node, control)
        elif not isinstance(node, ast.Pass | ast.Assert | ast.Import | ast.ImportFrom):
            raise UnclearError

    def _assign(self, target: ast.expr, value: ast.expr, node: ast.stmt, control: Parts) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            self._take_apart(target.elts, value, node, control)
            return
        entries = _entries(value)
        if entries is not None and isinstance(target, ast.Name):
            self._forget(target.id)
            self._state[target.id] = control
            for name, one in entries:
                self._state[f"{target.id}[{name}"] = self._own(one, name) | control
            return
        self._give(target, self._into(value) | control, value, node)
        if isinstance(target, ast.Name):
            self._note_alias(target.id, value)

    def _note_alias(self, name: str, value: ast.expr) -> None:
        is_alias = isinstance(value, ast.Name | ast.Attribute | ast.Subscript)
        (self._alias.add if is_alias else self._alias.discard)(name)

    def _take_apart(
        self, targets: Sequence[ast.expr], value: ast.expr, node: ast.stmt, control: Parts
    ) -> None:
        values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
        if len(values) == len(targets):
            made = [self._into(one) | control for one in values]
            for one, held, part in zip(targets, made, values, strict=True):
                self._give(one, held, part, node)
                if isinstance(one, ast.Name):
                    self._note_alias(one.id, part)
            return
        parts = self._into(value) | control
        due = self._taken.get(value.id, []) if isinstance(value, ast.Name) else []
        names = tuple(getattr(one, "id", "") for one in targets)
        for number, name in enumerate(names):
            if not name:
                raise UnclearError
            self._forget(name)
            self._alias.add(name)
            own = {Part(node.lineno, node.end_lineno or node.lineno, name, among=names)}
            if len(due) == len(names) and due[number] == name:
                own = set()  # as the solution does it
            self._state[name] = parts | own

    def _give(self, target: ast.expr, parts: Parts, value: ast.expr, node: ast.stmt) -> None:
        made = self._made_by(value, node, _entry(target) or str(getattr(target, "id", "")))
        if isinstance(target, ast.Name):
            self._forget(target.id)
            self._state[target.id] = parts | {made}
        elif (entry := _entry(target)) is not None:
            self._state[entry] = parts | {made}
        else:
            self._add(target, parts, node)

    def _add(self, target: ast.expr, parts: Parts, node: ast.stmt) -> None:
        """Have something go into a variable beside what it holds already."""
        name = _entry(target) or _base(target)
        if not name or name in self._alias:
            raise UnclearError  # somebody else may hold the same array
        plain = isinstance(target, ast.Name) or _entry(target) is not None
        index = _NONE if plain else self._into(target)
        self._state[name] = self._held(name) | parts | index | {_part(node, name)}

    def _branch(self, node: ast.For | ast.While | ast.If, control: Parts) -> None:
        if isinstance(node, ast.For):
            head = self._into(node.iter)
            parts = control | head | {Part(node.lineno, node.lineno, "")}
            for name in _stored(node.target):
                self._forget(name)
                self._state[name] = parts
        else:
            parts = control | self._into(node.test) | {Part(node.lineno, node.lineno, "")}
        before = dict(self._state)
        for _ in range(1 if isinstance(node, ast.If) else 2):
            self._run(node.body, parts)
            self._join(before)
        after, self._state = self._state, before
        self._run(node.orelse, parts)
        self._join(after)

    def _join(self, other: Mapping[str, Parts]) -> None:
        for name, parts in other.items():
            self._state[name] = self._state.get(name, _NONE) | parts

    def _call(self, node: ast.Expr, control: Parts) -> None:
        value = node.value
        if isinstance(value, ast.Constant) or _called(value) == "print":
            return
        if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
            raise UnclearError
        base = _base(value.func.value)
        if base not in self._state or base in self._alias:
            raise UnclearError
        self._state[base] = self._held(base) | self._into(value) | control | {_part(node, base)}

    def _forget(self, name: str) -> None:
        for one in [one for one in self._state if one.startswith(f"{name}[")]:
            del self._state[one]

    # --- expressions ----------------------------------------------------------------------

    def _into(self, node: ast.expr) -> Parts:
        """Return what goes into an expression."""
        if isinstance(node, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom):
            raise UnclearError
        if isinstance(node, ast.Call) and any(one.arg == "out" for one in node.keywords):
            raise UnclearError
        if (entry := _entry(node)) is not None and entry in self._state:
            return self._state[entry] | self._state.get(entry.partition("[")[0], _NONE)
        if isinstance(node, ast.Name):
            return self._held(node.id)
        parts = _NONE
        for child in ast.iter_child_nodes(node):
            for one in _expressions(child):
                parts |= self._into(one)
        return parts

    def _held(self, name: str) -> Parts:
        """Return what goes into a variable and all its entries, or is defined under its name."""
        begin = f"{name}["
        found = [
            parts for one, parts in self._state.items() if one == name or one.startswith(begin)
        ]
        if found:
            return frozenset().union(*found)
        return self._defined(name, set())

    def _defined(self, name: str, met: set[str]) -> Parts:
        node = self._top.get(name)
        if node is None or name in met:
            return _NONE
        met.add(name)
        parts = frozenset({_part(node, name)})
        for one in itertools.islice(ast.walk(node), MOST_NODES):
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load):
                parts |= self._defined(one.id, met)
        return parts


def _part(node: ast.stmt | ast.expr, name: str) -> Part:
    return Part(node.lineno, node.end_lineno or node.lineno, name)


def _defines(node: ast.stmt) -> list[str]:
    """Return the names that a statement at the top of a file defines, imports apart."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    return list(_stored(node)) if isinstance(node, ast.Assign | ast.AnnAssign) else []


def _stored(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            yield one.id


def _entries(node: ast.expr) -> list[tuple[str, ast.expr]] | None:
    """Return the entries of a dict that is written out, None for anything else."""
    if isinstance(node, ast.Dict):
        keys = [getattr(key, "value", None) for key in node.keys]
        if all(isinstance(key, str) for key in keys):
            return list(zip(map(str, keys), node.values, strict=True))
    is_dict = isinstance(node, ast.Call) and _called(node) == "dict" and not node.args
    if isinstance(node, ast.Call) and is_dict and all(one.arg for one in node.keywords):
        return [(one.arg or "", one.value) for one in node.keywords]
    return None


def _entry(node: ast.expr) -> str | None:
    """Return the variable that an entry named by a text is, None for anything else."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        key = getattr(node.slice, "value", None)
        return f"{node.value.id}[{key}" if isinstance(key, str) else None
    return None


def _base(node: ast.expr) -> str:
    """Return the variable that an expression is taken out of, "" if it is none."""
    while isinstance(node, ast.Subscript):
        if (entry := _entry(node)) is not None:
            return entry
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _called(node: ast.expr) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    """Yield an expression, or those that stand in what is none, such as a keyword."""
    if isinstance(node, ast.expr):
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            yield from _expressions(child)
