"""Whether what an expression makes may go into another one of its function, by the text alone.

Each statement gives values to some names and reads others.  What decides whether a statement is
reached goes into it as well.  In text that is not followed anything may go into anything.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.diagnosis.effects import Effects
from grader.diagnosis.entries import defined_names, imported_names, stored_names
from grader.diagnosis.expression import Expression
from grader.diagnosis.moves import MOST_NODES
from grader.diagnosis.traces import Spot
from grader.source.parsing import Parsed

_UNCLEAR = (
    ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda | ast.NamedExpr
    | ast.Yield | ast.YieldFrom | ast.Await | ast.Global | ast.Nonlocal | ast.Try | ast.Match
    | ast.Delete
)  # fmt: skip
_JUMPS = ast.Break | ast.Continue | ast.Return | ast.Raise


@dataclass(frozen=True, eq=False)
class _Step:
    """What a statement, or the head of one with a body, gives a value, changes and reads.

    ``nodes`` are where it stands, ``heads`` those in whose bodies it does; ``loops`` if it is one.
    """

    nodes: Sequence[ast.AST]
    given: frozenset[str]
    changed: frozenset[str]
    read: frozenset[str]
    heads: tuple[_Step, ...]
    loops: bool = False

    def holds(self, spot: Spot) -> bool:
        """Whether an expression stands in it."""
        places = (_place(node) for node in self.nodes)
        return any(place[:2] <= spot[1:3] and spot[3:] <= place[2:] for place in places)


class Feeding:
    """The functions of a submission's files, each read when it is first asked for."""

    def __init__(self, parsed: Parsed) -> None:
        self._parsed = parsed
        self._functions: dict[tuple[str, int], _Function | None] = {}

    def may_go_into(self, one: Expression, other: Expression) -> bool:
        """Whether what another expression makes may go into one; so it is where it is not clear."""
        at = (one.spot[0], one.scope)
        if at != (other.spot[0], other.scope):
            return True
        function = self._function(*at)
        return function is None or function.may_go_into(one.spot, other.spot)

    def lines(self, one: Expression) -> list[int]:
        """Return all lines that may go into an expression, [] where some are in other functions.

        What but decides whether it is reached is not among them.
        """
        file = one.spot[0]
        function = self._function(file, one.scope)
        lines, names = ([], set[str]()) if function is None else function.lines(one.spot)
        tops = (node for some in self._parsed for node in self._parsed.tree(some).body)
        own = {name for node in tops for name in defined_names(node)}
        own.update(imported_names(self._parsed.tree(file), ()))
        return lines if names.isdisjoint(own) else []

    def deciding(self, one: Expression) -> list[int]:
        """Return the lines of conditions before it under which a turn or the function ends."""
        function = self._function(one.spot[0], one.scope)
        return [] if function is None else function.deciding(one.spot)

    def _function(self, file: str, line: int) -> _Function | None:
        if (file, line) not in self._functions:
            self._functions[file, line] = self._read(file, line)
        return self._functions[file, line]

    def _read(self, file: str, line: int) -> _Function | None:
        tree = self._parsed.tree(file)
        found = (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))
        node = next((one for one in found if one.lineno == line), None)
        if node is None:
            return None
        parts = list(itertools.islice(ast.walk(node), MOST_NODES + 1))
        if len(parts) > MOST_NODES or any(isinstance(one, _UNCLEAR) for one in parts[1:]):
            return None
        return _Function(Effects(tree), node)


class _Function:
    """The steps of one function."""

    def __init__(self, effects: Effects, node: ast.FunctionDef) -> None:
        self._effects = effects
        self._steps: list[_Step] = []
        self._jumps: list[tuple[ast.stmt, tuple[_Step, ...]]] = []
        """Statements after which others are not reached, with the heads that they stand in."""
        self._read(node.body, ())

    def may_go_into(self, one: Spot, other: Spot) -> bool:
        """Whether what another expression makes may go into one."""
        within = [step for step in self._steps if step.holds(other)]
        here = [step for step in self._steps if step.holds(one)]
        decided = {head for _, heads in self._jumps for head in heads}
        decided.update(head for step in here for head in step.heads)
        feeding, _ = self._feeding(one, here, decided, frozenset())
        return not within or any(step in feeding for step in within)

    def lines(self, spot: Spot) -> tuple[list[int], set[str]]:
        """Return the lines that may go into an expression, and all names that are read there."""
        here = [step for step in self._steps if step.holds(spot)]
        heads = frozenset(head for step in here for head in step.heads)
        # what ends the function, or a turn of a loop that it stands in, did not do so before it
        inside = [
            jump
            for node, jump in self._jumps
            if isinstance(node, ast.Break | ast.Continue)
            if not heads.intersection(one for one in jump if one.loops)
        ]
        decided = {head for jump in inside for head in jump}
        found, names = self._feeding(spot, here, decided - heads, heads)
        places = [place for step in found for node in step.nodes if (place := _place(node))]
        return [line for place in places for line in (place[0], place[2])], names

    def deciding(self, spot: Spot) -> list[int]:
        """Return the lines of the conditions after which an expression may not be reached."""
        lasts = (heads[-1] for node, heads in self._jumps if heads and node.lineno < spot[1])
        return [_place(head.nodes[0])[0] for head in lasts if not head.holds(spot)]

    def _feeding(
        self,
        spot: Spot,
        here: Sequence[_Step],
        decided: Collection[_Step],
        without: frozenset[_Step],
    ) -> tuple[set[_Step], set[str]]:
        """Return the steps that may go into an expression, which stands in those ``here``.

        Those ``decided`` are among them, and what decides of any of them, but for some heads.  With
        them come the names that are read.
        """
        nodes = [one for step in here for node in step.nodes for one in ast.walk(node)]
        names = set(self._effects.read([one for one in nodes if _place(one) == spot[1:]] or nodes))
        names.update(name for step in decided for name in step.read)
        found = set(decided)
        while True:
            more = [one for one in self._steps if one not in found and self._gives(one, names)]
            if not more:
                return found, names
            for step in more:
                heads = [head for head in step.heads if head not in without]
                found.update((step, *heads))
                names.update(*(each.read for each in (step, *heads)))

    def _gives(self, step: _Step, names: set[str]) -> bool:
        return not names.isdisjoint(step.given | self._effects.sharing(step.changed))

    def _read(self, body: Iterable[ast.stmt], heads: tuple[_Step, ...]) -> None:
        for node in body:
            if isinstance(node, _JUMPS):
                self._jumps.append((node, heads))
            if isinstance(node, ast.If | ast.While | ast.For | ast.With):
                head = self._head(node, heads)
                self._steps.append(head)
                for field in ("body", "orelse"):
                    self._read(getattr(node, field, ()), (*heads, head))
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    for part, value in _apart(target, node.value):
                        self._assign(part, value, [part, value], heads)
            elif isinstance(node, ast.AugAssign | ast.AnnAssign) and node.value is not None:
                self._assign(node.target, node.value, [node], heads)
            else:
                self._note(node, heads)

    def _head(
        self, node: ast.If | ast.While | ast.For | ast.With, heads: tuple[_Step, ...]
    ) -> _Step:
        if isinstance(node, ast.If | ast.While):
            pairs: list[tuple[ast.expr | None, ast.expr]] = [(None, node.test)]
        elif isinstance(node, ast.For):
            pairs = [(node.target, node.iter)]
        else:
            pairs = [(one.optional_vars, one.context_expr) for one in node.items]
        given = {name for one, _ in pairs if one is not None for name in stored_names(one)}
        values = [value for _, value in pairs]
        for value in values:
            self._effects.share(given, value)
        nodes = [one for pair in pairs for one in pair if one is not None]
        changed, read = self._effects.changed(values), self._effects.read(nodes)
        loops = isinstance(node, ast.For | ast.While)
        return _Step(nodes, frozenset(given), changed, read, heads, loops)

    def _assign(
        self,
        target: ast.expr,
        value: ast.expr,
        nodes: Sequence[ast.AST],
        heads: tuple[_Step, ...],
    ) -> None:
        """Take note of what gives a target a value; what it only changes is read as well."""
        given = frozenset(stored_names(target))
        whole = isinstance(target, ast.Name | ast.Tuple | ast.List | ast.Starred)
        changed = self._effects.changed([value])
        if not whole or len(nodes) == 1:  # a part of it, or what it is augmented by
            changed |= frozenset(self._effects.held(target))
        read = self._effects.read(nodes if not whole or len(nodes) == 1 else [value])
        if len(nodes) > 1 or isinstance(value, ast.List | ast.Tuple):  # numbers are only added
            self._effects.share([*given, *self._effects.held(target)], value)
        self._steps.append(_Step(nodes, given, changed, read, heads))

    def _note(self, node: ast.stmt, heads: tuple[_Step, ...]) -> None:
        """Take note of any other statement: what a call is handed may share from then on."""
        value = node.value if isinstance(node, ast.Expr) else None
        changed = self._effects.changed([node if value is None else value], alone=True)
        if value is not None and changed:
            for part in ast.walk(value):
                if isinstance(part, ast.Call):
                    for one in part.args:
                        self._effects.share(changed, one)
        read = self._effects.read([node])
        self._steps.append(_Step([node], frozenset(), changed, read, heads))


def _apart(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what is given which value, where as many are written out on either side."""
    sides = (target, value)
    if all(isinstance(one, ast.Tuple | ast.List) for one in sides):
        parts = [getattr(one, "elts") for one in sides]  # noqa: B009
        starred = any(isinstance(one, ast.Starred) for some in parts for one in some)
        if len(parts[0]) == len(parts[1]) and not starred:
            yield from zip(*parts, strict=True)
            return
    yield target, value


def _place(node: ast.AST) -> tuple[int, ...]:
    """Return where an expression or statement begins and ends, () for anything else."""
    if not isinstance(node, ast.expr | ast.stmt):
        return ()
    end = (node.end_lineno or node.lineno, node.end_col_offset or 0)
    return (node.lineno, node.col_offset, *end)
