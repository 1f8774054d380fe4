"""What goes into each variable of a function, followed through its text."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from grader.diagnosis.entries import (
    attributes_read,
    base_of,
    called_name,
    defined_names,
    entries_of,
    entry_of,
    expressions_in,
    imported_names,
    stored_names,
)
from grader.diagnosis.moves import MOST_NODES
from grader.diagnosis.parts import NONE, Part, Parts, UnclearError, part_of, refuse_exchanged
from grader.diagnosis.shared_arrays import SharedArrays

_STARTS = frozenset({"zeros", "zeros_like", "empty", "empty_like"})
_OF_ARRAYS = frozenset({"T", "dtype", "ndim", "shape", "size"})
_MOST_STEPS, _A_STEP = 20_000, 16
"""Statements and expressions that are followed, those of a loop twice: loops in loops add up.
So many parts that go into one are a step more."""


class Flow:
    """What goes into each variable of a function, statement by statement.

    An entry of a dict that is named by a text is a variable of its own.
    """

    def __init__(
        self,
        tree: ast.Module,
        function: ast.FunctionDef,
        taken: Mapping[str, list[str]],
        known: Collection[str] = (),
    ) -> None:
        """``taken`` are what the solution takes apart, ``known`` the modules that it imports."""
        self._taken = taken
        self._top = {
            name: node for node in tree.body if node is not function for name in defined_names(node)
        }
        self._foreign = frozenset(imported_names(tree, known))
        self._state: dict[str, Parts] = {}
        self._shared = SharedArrays()
        self._changed: set[str] = set()
        """Variables that went on to hold something else in the same array."""
        self._steps = self._loops = 0

    def results(self, function: ast.FunctionDef, outputs: Sequence[str]) -> Mapping[str, Parts]:
        """Return what goes into each output; UnclearError where that cannot be told."""
        *body, last = function.body
        if not isinstance(last, ast.Return) or last.value is None:
            raise UnclearError
        self._run(body, NONE)
        value = last.value
        entries = entries_of(value)
        if isinstance(value, ast.Tuple):
            entries = list(zip(outputs, value.elts))  # noqa: B905
        if entries is not None:
            refuse_exchanged(entries)
            return {name: self._own(one, name) for name, one in entries}
        if isinstance(value, ast.Name):
            begin = f"{value.id}["
            return {
                name[len(begin) :]: parts | self._state.get(value.id, NONE)
                for name, parts in self._state.items()
                if name.startswith(begin)
            }
        raise UnclearError

    def _step(self, parts: Parts = NONE) -> None:
        """Count what is followed, with what is carried along; raises where it is too much."""
        self._steps += 1 + len(parts) // _A_STEP
        if self._steps > _MOST_STEPS:
            raise UnclearError

    def _own(self, node: ast.expr, name: str) -> Parts:
        """Return what goes into an expression, with its own lines unless it is but a name."""
        if isinstance(node, ast.Name):
            return self._into(node)
        own = self._made_by(node, node, name)
        if any(isinstance(one, ast.Name) and one.id in self._changed for one in ast.walk(node)):
            own = replace(own, cut=True)
        return self._into(node) | {own}

    def _made_by(self, value: ast.expr, node: ast.stmt | ast.expr, name: str) -> Part:
        """Return the lines of a node that gives a name a value."""
        starts = _is_start(value) and not self._loops  # in a loop what was there is lost
        while isinstance(value, ast.Attribute) and value.attr == "T":
            value = value.value
        held = value.value if isinstance(value, ast.Subscript) and not entry_of(value) else None
        cut = isinstance(held, ast.Name) and held.id in self._state
        cut = cut or any(self._is_kept(one) for one in attributes_read(value))
        cut = cut or any(map(self._cuts, ast.walk(value)))
        return Part(node.lineno, node.end_lineno or node.lineno, name, starts, cut=cut)

    def _is_kept(self, node: ast.Attribute) -> bool:
        """Whether it takes something out of an object, which may have been filled elsewhere."""
        named = isinstance(node.value, ast.Name) and node.value.id in self._state
        return named and node.attr not in _OF_ARRAYS

    def _cuts(self, node: ast.AST) -> bool:
        """Whether it takes an entry out of what was filled as a whole, or asks another file."""
        if isinstance(node, ast.Name):
            return node.id in self._foreign
        entry = entry_of(node) if isinstance(node, ast.Subscript) else None
        whole = "" if entry is None else entry.partition("[")[0]
        return whole in self._state and entry not in self._state

    # --- statements -----------------------------------------------------------------------

    def _run(self, body: Iterable[ast.stmt], control: Parts) -> None:
        for node in body:
            self._statement(node, control)

    def _statement(self, node: ast.stmt, control: Parts) -> None:
        self._step()
        if isinstance(node, ast.Assign):
            self._shared.keep([node.value])
            for target in node.targets:
                self._assign(target, node.value, node, control)
            self._shared.give_all(node)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self._assign(node.target, node.value, node, control)
        elif isinstance(node, ast.AugAssign):
            self._note_change(node.target)
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
        entries = entries_of(value)
        if entries is not None and isinstance(target, ast.Name):
            self._forget(target.id)
            self._state[target.id] = control
            for name, one in entries:
                self._state[f"{target.id}[{name}"] = self._own(one, name) | control
            return
        self._give(target, self._into(value) | control, value, node)
        if isinstance(target, ast.Name):
            self._shared.give(target.id, value)

    def _note_change(self, target: ast.expr) -> None:
        held = self._state.get(target.id, NONE) if isinstance(target, ast.Name) else NONE
        if isinstance(target, ast.Name) and not any(one.starts for one in held):
            self._changed.add(target.id)

    def _take_apart(
        self, targets: Sequence[ast.expr], value: ast.expr, node: ast.stmt, control: Parts
    ) -> None:
        values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
        if isinstance(value, ast.ListComp | ast.GeneratorExp) and _is_start(value.elt):
            values = [value.elt] * len(targets)
        if len(values) == len(targets):
            made = [self._into(one) | control for one in values]
            for one, held, part in zip(targets, made, values, strict=True):
                self._give(one, held, part, node)
                if isinstance(one, ast.Name):
                    self._shared.give(one.id, part)
            return
        parts = self._into(value) | control
        due = self._taken.get(value.id, []) if isinstance(value, ast.Name) else []
        names = tuple(getattr(one, "id", "") for one in targets)
        for number, name in enumerate(names):
            if not name:
                raise UnclearError
            self._forget(name)
            self._shared.add(name)
            helped = isinstance(value, ast.Call) and called_name(value) in self._top
            last = node.end_lineno or node.lineno
            own = {Part(node.lineno, last, name, among=names, cut=helped)}
            if len(due) == len(names) and due[number] == name:
                own = set()  # as the solution does it
            self._state[name] = parts | own

    def _give(self, target: ast.expr, parts: Parts, value: ast.expr, node: ast.stmt) -> None:
        made = self._made_by(value, node, entry_of(target) or str(getattr(target, "id", "")))
        if isinstance(target, ast.Name):
            self._forget(target.id)
            self._state[target.id] = parts | {made}
        elif (entry := entry_of(target)) is not None:
            self._state[entry] = parts | {made}
        else:
            self._add(target, parts, node)

    def _add(self, target: ast.expr, parts: Parts, node: ast.stmt) -> None:
        """Have something go into a variable beside what it holds already."""
        name = entry_of(target) or base_of(target)
        if not name or name in self._shared:
            raise UnclearError  # somebody else may hold the same array
        plain = isinstance(target, ast.Name) or entry_of(target) is not None
        index = NONE if plain else self._into(target)
        self._state[name] = self._held(name) | parts | index | {part_of(node, name)}

    def _branch(self, node: ast.For | ast.While | ast.If, control: Parts) -> None:
        if isinstance(node, ast.For):
            head = self._into(node.iter)
            parts = control | head | {Part(node.lineno, node.lineno, "")}
            for name in stored_names(node.target):
                self._forget(name)
                self._shared.add(name)
                self._state[name] = parts
        else:
            parts = control | self._into(node.test) | {Part(node.lineno, node.lineno, "")}
        before, loops = dict(self._state), self._loops
        self._loops += not isinstance(node, ast.If)
        for _ in range(1 if isinstance(node, ast.If) else 2):
            self._run(node.body, parts)
            self._join(before)
        self._loops = loops
        after, self._state = self._state, before
        self._run(node.orelse, parts)
        self._join(after)

    def _join(self, other: Mapping[str, Parts]) -> None:
        for name, parts in other.items():
            self._step(parts)
            self._state[name] = self._state.get(name, NONE) | parts

    def _call(self, node: ast.Expr, control: Parts) -> None:
        value = node.value
        if isinstance(value, ast.Constant) or called_name(value) == "print":
            return
        if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
            raise UnclearError
        base = base_of(value.func.value)
        if base not in self._state or base in self._shared:
            raise UnclearError
        self._shared.keep(value.args)
        self._state[base] = self._held(base) | self._into(value) | control | {part_of(node, base)}

    def _forget(self, name: str) -> None:
        for one in [one for one in self._state if one.startswith(f"{name}[")]:
            del self._state[one]

    # --- expressions ----------------------------------------------------------------------

    def _into(self, node: ast.expr) -> Parts:
        """Return what goes into an expression."""
        self._step()
        if isinstance(node, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom):
            raise UnclearError
        if isinstance(node, ast.Call) and any(one.arg == "out" for one in node.keywords):
            raise UnclearError
        if (entry := entry_of(node)) is not None and entry in self._state:
            return self._state[entry] | self._state.get(entry.partition("[")[0], NONE)
        if isinstance(node, ast.Name):
            return self._held(node.id)
        parts = NONE
        for child in ast.iter_child_nodes(node):
            for one in expressions_in(child):
                parts |= self._into(one)
                self._step(parts)
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
            return NONE
        met.add(name)
        parts = frozenset({part_of(node, name)})
        for one in itertools.islice(ast.walk(node), MOST_NODES):
            self._step()
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load):
                parts |= self._defined(one.id, met)
        return parts


def _is_start(node: ast.expr) -> bool:
    """Whether a value is nothing but zeros, made there."""
    return isinstance(node, ast.Call) and called_name(node) in _STARTS
