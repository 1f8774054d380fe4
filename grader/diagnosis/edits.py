"""Small changes of a student's code, made of its syntax tree and never run here.

Each may be what mends a function.  No text of a solution goes into them, and nothing is added that
is not there already: a change that could paste the answer proves nothing.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.diagnosis.indices import Indices
from grader.diagnosis.insertions import Insertions
from grader.diagnosis.moves import MOST_NODES, Move, copies, resets_and_exchanges
from grader.diagnosis.reordering import reordered
from grader.diagnosis.siblings import Siblings

MOST_EDITS = 160
FIRST_EDITS = 96
"""Where none of so many mends anything, hardly any of the others does."""
MOST_BY_ENTRIES, FIRST_BY_ENTRIES = 304, 176
"""The same where loops go through arrays entry by entry: there is more to change."""
_MOST_NAMES, _MOST_ARRAYS = 6, 4
_OTHER_ARRAY, _TURNED = 2, 3
"""Ranks."""
_MOST_TEXT = 4_000

_OTHER = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.MatMult, ast.Add, ast.Div),
    ast.Div: (ast.Mult,), ast.MatMult: (ast.Mult,),
}  # fmt: skip
_LIMIT: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip
_OTHER_END = {
    "append": ("insert", "0, "), "appendleft": ("append", ""), "insert": ("append", ""),
    "popleft": ("pop", ""),
}  # fmt: skip
"""What puts or takes at the other end of a list or a deque, and what is handed to it besides."""
_WITHOUT_ONE = {"1:": ":-1", ":-1": "1:"}
"""All but the first, and all but the last."""


Ways = Callable[[Iterable[ast.AST]], list[Move]]
"""What changes functions by moves."""


@dataclass(frozen=True)
class Edit:
    """Bytes ``start`` to ``end`` of a file become ``text``; ``first`` to ``last`` are its lines.

    Where it decides once and for all what a condition would, ``through`` is the last line of what
    that leads to: the mistake may be there as well.  What mends most often has the lowest ``rank``.
    """

    file: str
    start: int
    end: int
    text: bytes
    first: int
    last: int
    through: int = 0
    rank: int = 0


class Edits:
    """The changes of some functions of one file, those that mend most often first."""

    def __init__(self, file: str, content: bytes, tree: ast.Module) -> None:
        self._file, self._content, self._tree = file, content, tree
        self._starts = [0, *itertools.accumulate(map(len, content.splitlines(keepends=True)))]

    def around(
        self, owners: Iterable[str], first: int, last: int, before: Collection[int] = ()
    ) -> list[Edit]:
        """Return the changes of lines ``first`` to ``last`` of functions, in a fixed order.

        Those of the lines that come ``before`` others are tried before all others, and where
        loops go entry by entry those in loops before those that only prepare them.
        """
        wanted = set(owners)
        found: dict[tuple[int, int, bytes], tuple[bool, Edit]] = {}
        nodes = 0
        for top in self._tree.body:
            if getattr(top, "name", None) not in wanted:
                continue
            names, leads_to = _names(top), _ends_of_conditions(top)
            siblings, indices = Siblings(top), Indices(top)
            insertions = Insertions(top, indices)
            inside = indices.lines if indices.by_entries else range(first, last + 1)
            for node in ast.walk(top):
                if not isinstance(node, ast.expr | ast.stmt):
                    continue
                nodes += 1
                if nodes > MOST_NODES or not first <= node.lineno <= last:
                    continue
                for rank, text in _changes(node, names, siblings, indices, insertions):
                    edit = self._edit(node, text, rank)
                    if edit is not None:
                        if text in ("True", "False"):
                            edit = replace(edit, through=leads_to.get(node, 0))
                        key = (edit.start, edit.end, edit.text)
                        found.setdefault(key, (node.lineno not in inside, edit))
        ranked = sorted(
            found.values(),
            key=lambda one: (
                one[1].first not in before,
                one[0],
                one[1].rank,
                one[1].start,
                one[1].text,
            ),
        )
        return [edit for _, edit in ranked]

    def by_entries(self, owner: str) -> bool:
        """Whether loops in loops of a function or class go through arrays entry by entry."""
        tops = [one for one in self._tree.body if getattr(one, "name", None) == owner]
        return any(Indices(top).by_entries for top in tops)

    def moved(self, owners: Iterable[str], *, in_place: bool) -> list[Edit]:
        """Return the moves of functions: those ``in_place`` make copies, the others do not."""
        wanted = set(owners)
        ways: Sequence[Ways] = [copies] if in_place else [reordered, resets_and_exchanges]
        tops = [one for one in self._tree.body if getattr(one, "name", None) in wanted]
        try:
            rounds = itertools.zip_longest(*(way(tops) for way in ways))
            found = [self._of_move(move) for some in rounds for move in some if move is not None]
            return [edit for edit in found if len(edit.text) <= _MOST_TEXT]
        except (RecursionError, ValueError):
            return []

    def _of_move(self, one: Move) -> Edit:
        start = self._start(one.first)
        end = start if one.last is None else self._end(one.last)
        parts = [
            part.encode()
            if isinstance(part, str)
            else self._content[
                self._start(part.first) if part.whole else self._end(part.first) : self._start(
                    part.second
                )
            ]
            for part in one.text
        ]
        return Edit(self._file, start, end, b"".join(parts), *one.at)

    def _start(self, node: ast.expr | ast.stmt) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.expr | ast.stmt) -> int:
        return self._starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)

    def _edit(self, node: ast.expr | ast.stmt, text: str, rank: int) -> Edit | None:
        if node.end_lineno is None or node.end_col_offset is None or len(text) > _MOST_TEXT:
            return None
        start, end = self._start(node), self._end(node)
        written = text.encode()
        if self._content[start:end] == written:
            return None
        lines = node.lineno, node.end_lineno
        return Edit(self._file, start, end, written, *lines, rank=rank)


def _names(top: ast.AST) -> list[str]:
    """Return the variables of a function or class, in the order in which they come up."""
    found = [node.arg for node in ast.walk(top) if isinstance(node, ast.arg)]
    found += [
        node.id
        for node in ast.walk(top)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    return list(dict.fromkeys(found))


def _ends_of_conditions(top: ast.AST) -> dict[ast.AST, int]:
    """Return the last line of each if and while by the comparisons in its condition."""
    return {
        part: node.end_lineno or node.lineno
        for node in ast.walk(top)
        if isinstance(node, ast.If | ast.While)
        for part in ast.walk(node.test)
        if isinstance(part, ast.Compare)
    }


def _changes(
    node: ast.expr | ast.stmt,
    names: Sequence[str],
    siblings: Siblings,
    indices: Indices,
    insertions: Insertions,
) -> Iterator[tuple[int, str]]:
    """Yield what a node may become, with its rank: what mends most often has the lowest."""
    try:
        if isinstance(node, ast.stmt):
            yield from _of_statement(node)
        elif indices.by_entries:
            yield from _by_entries(node, names, indices)
        else:
            yield from _of(node, names)
        yield from siblings.of(node)
        yield from insertions.of(node)
    except (RecursionError, ValueError):
        return


def _by_entries(
    node: ast.expr, names: Sequence[str], indices: Indices
) -> Iterator[tuple[int, str]]:
    """Yield what an expression may become in a function that goes through arrays entry by entry."""
    yield from indices.of(node)
    if indices.is_index(node):
        yield from () if isinstance(node, ast.Name | ast.Subscript) else _of(node, ())
    elif indices.is_array(node):
        arrays = [one for one in names if one not in indices.variables | indices.sizes]
        near = [*indices.unread, *_near(node.id, arrays)] if isinstance(node, ast.Name) else []
        yield from ((_OTHER_ARRAY + indices.is_stored(node), one) for one in near[:_MOST_ARRAYS])
    elif node in indices.ranges and isinstance(node, ast.Constant):
        yield from ((_OTHER_ARRAY, text) for _, text in _of(node, ()))
    elif isinstance(node, ast.BinOp):
        scalars = (ast.Mult, ast.Div, ast.Add, ast.Sub)
        some = _of(node, ())
        if isinstance(node.op, ast.Add | ast.Sub):
            yield _TURNED, f"({ast.unparse(ast.BinOp(node.left, ast.Mult(), node.right))})"
        yield from (one for one in some if one[0] < _TURNED or not isinstance(node.op, scalars))
    else:
        yield from _of(node, indices.others_for(node, names))


def _of_statement(node: ast.stmt) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr):
        if isinstance(node, ast.AugAssign):
            target, value = ast.unparse(node.target), ast.unparse(node.value)
            yield 0, f"{target} = {value}"
            yield 2, f"{target} {'-' if isinstance(node.op, ast.Add) else '+'}= {value}"
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = ast.unparse(node.targets[0])
            if not isinstance(node.targets[0], ast.Tuple):
                yield 0, f"{target} += {ast.unparse(node.value)}"
        yield 1, "pass"


def _of(node: ast.expr, names: Sequence[str]) -> Iterator[tuple[int, str]]:
    text = ast.unparse
    if isinstance(node, ast.BinOp):
        left, right = text(node.left), text(node.right)
        yield 1, f"({left})"
        yield 1, f"({right})"
        one = isinstance(node.op, ast.Sub) and isinstance(node.left, ast.Constant)
        if one and left in ("1", "1.0") and not isinstance(node.right, ast.BinOp):
            yield 1, f"({left} - {right} ** 2)"
        for other in _OTHER.get(type(node.op), ()):
            yield 2, "(" + text(ast.BinOp(node.left, other(), node.right)) + ")"
        in_order = isinstance(node.left, ast.List) or isinstance(node.right, ast.List)
        if not isinstance(node.op, ast.Add) or in_order:
            yield _TURNED, "(" + text(ast.BinOp(node.right, node.op, node.left)) + ")"
        if isinstance(node.op, ast.MatMult):
            yield 1, f"(({left}).T @ ({right}))"
            yield 1, f"(({left}) @ ({right}).T)"
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and node.attr == "T":
        yield 0, f"({text(node.value)})"
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        yield from ((4, one) for one in _near(node.id, names)[:_MOST_NAMES])
        yield 5, f"({node.id} - 1)"
        yield 5, f"({node.id} + 1)"
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield from ((5, one) for one in names)
    elif isinstance(node, ast.Slice) and bool(node.lower) != bool(node.upper) and not node.step:
        yield 0, text(ast.Slice(node.upper, node.lower))  # the other part
        if other_end := _WITHOUT_ONE.get(text(node)):
            yield 0, other_end
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield from ((4, one) for one in names if len(one) == 1)
        yield from ((3, str(value)) for value in (node.value + 1, node.value - 1, -node.value))
    elif isinstance(node, ast.Constant) and type(node.value) is float and node.value in (0.0, 1.0):
        yield 3, str(1.0 - node.value)  # where a sum or a product begins
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield 2, str(not node.value)
    elif isinstance(node, ast.UnaryOp):
        yield 1, f"({text(node.operand)})"
    elif isinstance(node, ast.IfExp):
        yield 1, f"({text(node.body)})"
        yield 1, f"({text(node.orelse)})"
    elif isinstance(node, ast.Compare):
        yield 2, "True"
        yield 2, "False"
        if type(node.ops[0]) in _LIMIT and len(node.ops) == 1:
            yield 3, text(ast.Compare(node.left, [_LIMIT[type(node.ops[0])]()], node.comparators))


def _of_call(node: ast.Call) -> Iterator[tuple[int, str]]:
    text = ast.unparse
    if isinstance(node.func, ast.Attribute):
        held, name = text(node.func.value), node.func.attr
        if name == "pop" and len(node.args) < 2:
            yield 0, f"{held}.pop({'' if node.args else '0'})"
        elif name in _OTHER_END:
            other_end, before = _OTHER_END[name]
            yield 0, f"{held}.{other_end}({before}{text(node.args[-1]) if node.args else ''})"
    if len(node.args) == 1 and not isinstance(node.args[0], ast.Starred):
        yield 1, f"({text(node.args[0])})"
    if isinstance(node.func, ast.Attribute) and len(node.args) == 0:
        yield 1, f"({text(node.func.value)})"
    for number, one in enumerate(node.args[:2]):
        if not isinstance(one, ast.Starred | ast.Constant) and len(node.args) > 1:
            turned = ast.parse(f"({text(one)}).T", mode="eval").body
            args = [*node.args[:number], turned, *node.args[number + 1 :]]
            yield 1, text(ast.Call(node.func, args, node.keywords))
    if len(node.args) > 1:
        first, second, *more = node.args
        names = isinstance(first, ast.Name) and isinstance(second, ast.Name)
        yield 1 if names else 3, text(ast.Call(node.func, [second, first, *more], node.keywords))
    for keyword in node.keywords:
        kept = [one for one in node.keywords if one is not keyword]
        yield 1, text(ast.Call(node.func, node.args, kept))


def _near(name: str, names: Sequence[str]) -> list[str]:
    """Return other names, those first that are most like one."""
    near = sorted(names, key=lambda one: (-_likeness(one, name), names.index(one)))
    return [one for one in near if one != name]


def _likeness(one: str, other: str) -> int:
    """Return how many letters two names begin and end with alike."""
    ends = (zip(one, other, strict=False), zip(one[::-1], other[::-1], strict=False))
    return sum(len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], p))) for p in ends)
