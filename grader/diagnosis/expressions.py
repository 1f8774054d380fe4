"""The expressions of a submission that may be watched, and how they hang together in its text."""

from __future__ import annotations

import ast
import bisect
from collections.abc import Iterator
from dataclasses import dataclass, replace

from grader.diagnosis.callers import Callers
from grader.diagnosis.expression import Around, Assigned, Expression, Stored
from grader.diagnosis.feeding import Feeding
from grader.diagnosis.storing import Storage, put, storage_of
from grader.diagnosis.traces import Spot
from grader.source.parsing import Parsed

_GATHERING = {"array", "asarray", "stack", "concatenate", "hstack", "vstack", "dstack"}
"""Calls of NumPy that make one array of a list of numbers or arrays."""

_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_MOST_AROUND = 20


@dataclass
class _Top:
    """A statement at the top of a file, and its expressions once they were read."""

    node: ast.stmt
    expressions: dict[Spot, Expression] | None = None


class Expressions:
    """All expressions of some files of a submission, by where they stand.

    A function or class is read when the first of its expressions is asked for.
    """

    def __init__(self, parsed: Parsed) -> None:
        self._parsed = parsed
        self.callers, self.feeding = Callers(parsed), Feeding(parsed)
        self._by_file: dict[str, tuple[list[int], list[_Top]]] = {}
        self._assigned: dict[tuple[str, int, str], list[Assigned]] = {}
        self._reads: dict[tuple[str, int, str], list[Spot]] = {}
        self._parameters: dict[tuple[str, int], set[str]] = {}
        self._outer: set[tuple[str, int]] = set()
        self._conditions: dict[tuple[str, int], int] = {}
        self._stored: dict[tuple[str, int | str, Storage], list[Stored]] = {}

    def at(self, spot: Spot) -> Expression | None:
        """Return the expression that stands there, None where none does."""
        file, line, *_ = spot
        if file not in self._by_file:
            body = sorted(self._parsed.tree(file).body, key=_first_line)
            self._by_file[file] = (
                [_first_line(node) for node in body],
                [_Top(node) for node in body],
            )
        lines, tops = self._by_file[file]
        number = bisect.bisect_right(lines, line) - 1
        if number < 0:
            return None
        top = tops[number]
        if top.expressions is None:
            top.expressions = {one.spot: one for one in self._read(file, top.node)}
        return top.expressions.get(spot)

    def inside(self, one: Expression) -> Iterator[Expression]:
        """Yield all that an expression is made of, however deep it lies."""
        for part in map(self.at, one.parts):
            if part is not None:
                yield part
                yield from self.inside(part)

    def assigned(self, one: Expression) -> list[Assigned]:
        """Return where the variable that an expression reads is given a value."""
        return self._assigned.get((one.spot[0], one.scope, one.name), [])

    def given_with(self, one: Expression) -> list[str]:
        """Return the other variables that are given a value on the very lines where one is."""
        lines = {made.line for made in self.assigned(one)}
        return [
            name
            for (file, scope, name), some in self._assigned.items()
            if (file, scope) == (one.spot[0], one.scope) and name != one.name
            if {made.line for made in some} == lines and (file, scope, name) in self._reads
        ]

    def is_handed(self, one: Expression, name: str) -> bool:
        """Whether a name in an expression's function is one of its parameters."""
        return name in self._parameters.get((one.spot[0], one.scope), ())

    def is_handed_on(self, one: Expression, judged: str) -> bool:
        """Whether an expression reads a parameter that other code of the student's gives a value.

        What the ``judged`` function or class takes itself is the case's.
        """
        outer = one.owner == judged and self.is_outer(one)
        return not outer and self.is_handed(one, one.name)

    def is_outer(self, one: Expression) -> bool:
        """Whether an expression stands in no function within another."""
        return (one.spot[0], one.scope) in self._outer

    def beside(self, one: Expression) -> list[int]:
        """Return the other lines that give a value to what an expression's line gives one to."""
        lines: list[int] = []
        for (file, scope, _), some in self._assigned.items():
            found = [made.line for made in some]
            if (file, scope) == (one.spot[0], one.scope) and one.first in found:
                lines += [line for line in found if line != one.first]
        return lines

    def condition(self, file: str, line: int) -> int:
        """Return the line of the if that decides whether a line is reached, itself if none does."""
        return self._conditions.get((file, line), line)

    def stored(self, one: Expression) -> list[Stored]:
        """Return what is put where an expression's value is taken out, wherever that is done."""
        file, found = one.spot[0], []
        waiting, met = [one.storage], {""}
        while waiting:
            storage = waiting.pop()
            if storage not in met:
                met.add(storage)
                where = one.owner if "." in storage else one.scope
                found += self._stored.get((file, where, storage), [])
                made = self._assigned.get((file, one.scope, storage), [])
                waiting += [one.storage for one in made]
        return found

    def unread(self, one: Expression) -> list[tuple[int, Spot]]:
        """Return the lines, and values, that a variable of an expression's function is given alone.

        It is one that is read nowhere in it: what was made for it goes nowhere.
        """
        return [
            (made.line, made.value)
            for (file, scope, name), some in self._assigned.items()
            if (file, scope) == (one.spot[0], one.scope) and (file, scope, name) not in self._reads
            for made in some
            if made.value is not None
        ]

    def reads(self, one: Expression) -> list[Spot]:
        """Return all places where the variable that an expression reads is read."""
        return self._reads.get((one.spot[0], one.scope, one.name), [])

    def _read(self, file: str, top: ast.stmt) -> Iterator[Expression]:
        waiting: list[tuple[ast.AST, str, int, ast.stmt | None, Around]]
        waiting = [(top, "", 0, None, Around())]
        while waiting:
            node, owner, scope, statement, around = waiting.pop()
            if isinstance(node, ast.FunctionDef):
                scope, around = node.lineno, Around()
                self._parameters[file, scope] = {one.arg for one in node.args.args}
                if not owner or isinstance(statement, ast.ClassDef):
                    self._outer.add((file, scope))
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not owner:
                owner = node.name
            if isinstance(node, ast.stmt):
                statement = node
                if isinstance(node, ast.If):
                    inside = (*node.body, *node.orelse)
                    self._conditions.update(((file, part.lineno), node.lineno) for part in inside)
                for storage, value in put(node):
                    where = owner if "." in storage else scope
                    stored = self._stored.setdefault((file, where, storage), [])
                    stored.append(Stored(_spot(file, value), scope))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                self._reads.setdefault((file, scope, node.id), []).append(_spot(file, node))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                given, source = _value(file, node, statement), _source(statement)
                looped = isinstance(statement, ast.For)
                made = Assigned(node.lineno, given, source, _called(statement), looped)
                self._assigned.setdefault((file, scope, node.id), []).append(made)
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
                base = node.value
                if isinstance(base, ast.Name):  # a part of it is given a value
                    made = Assigned(node.lineno, None, put=True)
                    self._assigned.setdefault((file, scope, base.id), []).append(made)
            if isinstance(node, ast.expr) and statement is not None:
                yield _expression(file, node, owner, scope, statement, around)
            if isinstance(node, ast.AugAssign):
                yield _target(file, node, owner, scope, around)
            inner = _within(around, node)
            children = ast.iter_child_nodes(node)
            waiting += [(child, owner, scope, statement, inner) for child in children]


def _within(around: Around, node: ast.AST) -> Around:
    """Return what is around the parts of a piece, by what is around that."""
    if isinstance(node, ast.For | ast.While | _COMPREHENSIONS):
        return replace(around, loops=(*around.loops[-_MOST_AROUND:], node.lineno))
    if isinstance(node, ast.If) and any(map(_compares_numbers, ast.walk(node.test))):
        return replace(around, branches=(*around.branches[-_MOST_AROUND:], node.lineno))
    return around


def _compares_numbers(node: ast.AST) -> bool:
    """Whether a part of a condition compares, by its text, something other than names."""
    if not isinstance(node, ast.Compare):
        return False
    sides = (node.left, *node.comparators)
    named = any(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in sides)
    return not named and not any(isinstance(one, ast.In | ast.NotIn) for one in node.ops)


def _first_line(node: ast.stmt) -> int:
    """Return the line on which a statement begins, what decorates it included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)])


def _value(file: str, name: ast.Name, statement: ast.stmt | None) -> Spot | None:
    if isinstance(statement, ast.AugAssign):
        return _spot(file, statement)
    if isinstance(statement, ast.Assign) and name in statement.targets:
        return _spot(file, statement.value)
    return None


def _source(statement: ast.stmt | None) -> Storage:
    """Return what a statement takes the values out of that it gives to variables."""
    if isinstance(statement, ast.For):
        return storage_of(statement.iter)
    value = getattr(statement, "value", None)
    return storage_of(value) if isinstance(value, ast.expr) else ""


def _called(statement: ast.stmt | None) -> str:
    """Return the name of the function whose answer a statement gives to variables."""
    value = getattr(statement, "value", None)
    return _function_of(value)


def _function_of(node: ast.AST | None) -> str:
    """Return the name of what a call calls by it, "" for anything else."""
    function = node.func if isinstance(node, ast.Call) else None
    return function.id if isinstance(function, ast.Name) else ""


def _spot(file: str, node: ast.expr | ast.stmt) -> Spot:
    end = (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
    return (file, node.lineno, node.col_offset, *end)


def _expression(
    file: str, node: ast.expr, owner: str, scope: int, statement: ast.stmt, around: Around
) -> Expression:
    simple = isinstance(statement, ast.Assign | ast.AnnAssign | ast.Return | ast.AugAssign)
    return Expression(
        spot=_spot(file, node),
        owner=owner,
        parts=tuple(_spot(file, part) for part in _parts(node)),
        first=statement.lineno if simple else node.lineno,
        last=(statement.end_lineno if simple else node.end_lineno) or node.lineno,
        name=node.id if isinstance(node, ast.Name) else "",
        scope=scope,
        read=isinstance(node, ast.Name | ast.Attribute | ast.Subscript),
        storage=storage_of(node),
        called=isinstance(node, ast.Call),
        computes=isinstance(node, ast.BinOp),
        function=_function_of(node),
        whole=simple
        and getattr(statement, "value", None) is node
        and not (isinstance(statement, ast.Return) and isinstance(node, ast.Name)),
        gathers=isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _GATHERING,
        attribute=node.attr if isinstance(node, ast.Attribute) else "",
        around=around,
    )


def _target(file: str, node: ast.AugAssign, owner: str, scope: int, around: Around) -> Expression:
    """Return what an augmented assignment makes: it stands where the statement stands."""
    last = node.end_lineno or node.lineno
    parts = (_spot(file, node.target), _spot(file, node.value))
    spot = _spot(file, node)
    return Expression(
        spot,
        owner,
        parts,
        node.lineno,
        last,
        scope=scope,
        storage=storage_of(node.target),
        whole=True,
        around=around,
    )


def _parts(node: ast.AST) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(node, ast.Call) and child is node.func:
            if isinstance(child, ast.Attribute):  # a method, of what stands before the dot
                yield child.value
        elif isinstance(child, ast.expr):
            yield child
        elif isinstance(child, ast.keyword):
            yield child.value
        elif isinstance(child, ast.comprehension):
            yield child.iter
