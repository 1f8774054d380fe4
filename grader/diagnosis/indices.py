"""What may stand in the place of an index where loops go through arrays entry by entry.

Two indices that have changed places, an index of another loop, or one that lacks an offset; and
another array with the same indices.  Nothing goes in that does not stand in the function already.
"""

from __future__ import annotations

import ast
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from grader.diagnosis.entry import (
    MOST_NODES,
    Entry,
    names_in,
    plain,
    size,
    taken_apart,
    unread,
    written,
)

_SWAPPED, _OTHER_INDEX, _OTHER_ARRAY, _NEXT, _FAR = 0, 1, 2, 3, 4
"""Ranks as changes: what mends most often has the lowest."""
_MOST_INDICES, _MOST_ARRAYS = 4, 4
_MOST_AXES, _OF_MATRIX = 4, 2
_MOST_OF_SUM = 8
_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class Indices:
    """The entries that a function or class names by the variables of its loops."""

    def __init__(self, top: ast.AST) -> None:
        self.entries: dict[ast.AST, Entry] = {}
        self._names: dict[str, frozenset[str]] = {}
        self.scopes: dict[ast.AST, frozenset[str]] = {}
        """The variables of the loops around each statement in any."""
        self.lines: set[int] = set()
        """The lines in loops, and those on which they begin."""
        self._inside: set[ast.AST] = set()
        self._arrays: dict[ast.AST, bool] = {}
        self.sizes: set[str] = set()
        """The variables by which loops are counted."""
        self.lists: set[str] = set()
        """The variables that begin as lists: one put into itself takes NumPy without end."""
        self._put: set[ast.AST] = set()
        self._sizes: dict[str, str] = {}
        self._scalars: dict[str, tuple[int, frozenset[str]]] = {}
        self.unread: list[str] = []
        """The variables and attributes that are given a value beside others, and never read."""
        self._offsets: dict[str, None] = {}
        self.ranges: set[ast.AST] = set()
        """What stands in a range."""
        self._read(top)
        self.unread = unread(top) if self.by_entries else []
        self.variables = frozenset().union(*(one.loops for one in self.entries.values()))

    @property
    def by_entries(self) -> bool:
        """Whether loops in loops go through arrays entry by entry."""
        return any(
            len(one.indices) > 1 and len(one.loops.intersection(one.indices)) > 1
            for one in self.entries.values()
        )

    def of(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        """Yield what may stand in a node's place, with its rank as a change."""
        one = self.entries.get(node)
        yield from self._exchanges(node)
        if one is None:
            return
        for first, second in _pairs(len(one.indices)):
            indices = list(one.indices)
            indices[first], indices[second] = indices[second], indices[first]
            if indices[first] != indices[second]:
                yield _SWAPPED, written(node, indices)
        if one.indices[-1] in one.loops and len(one.indices) != _OF_MATRIX:
            for other in (f"{one.indices[-1]} - 1", f"{one.indices[-1]} + 1"):
                yield _NEXT, written(node, [*one.indices[:-1], other])
        for place in range(len(one.indices)):
            for rank, other in self._others(one, place):
                indices = [*one.indices[:place], other, *one.indices[place + 1 :]]
                yield rank + one.stored, written(node, indices)
        if not one.stored:
            for rank, array in self._other_arrays(one):
                yield rank, written(node, one.indices, array)
            yield from ((_OTHER_ARRAY, text) for text in self._of_other_axes(one))
            yield from ((_NEXT, name) for name in self._scalars_near(node, one))

    def is_index(self, node: ast.AST) -> bool:
        """Whether a node stands in an index, or is an entry as a whole: others stand for that."""
        return node in self._inside or node in self.entries

    def is_array(self, node: ast.AST) -> bool:
        """Whether entries are taken out of what a node names."""
        return node in self._arrays

    def others_for(self, node: ast.AST, names: Sequence[str]) -> list[str]:
        """Return which of some variables may stand in a node's place, if that is no index."""
        mine = isinstance(node, ast.Name) and node.id in self.lists and node not in self._put
        left_out = self.variables if mine else self.variables | self.lists
        return [one for one in names if one not in left_out]

    def is_stored(self, node: ast.AST) -> bool:
        """Whether something is put into such an array there."""
        return self._arrays.get(node, False)

    def _exchanges(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        """Yield a sum with two entries exchanged that stand on either side, each but once."""
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add | ast.Sub):
            return
        sides = [self._in(node.left), self._in(node.right)]
        if len(sides[0]) + len(sides[1]) > _MOST_OF_SUM:
            return
        count = Counter(entry for side in sides for entry in side.values())
        for one, other in itertools.product(*(side.items() for side in sides)):
            if one[1].indices == other[1].indices and count[one[1]] == count[other[1]] == 1:
                exchanged = {one[0]: other[0], other[0]: one[0]}
                yield _OTHER_INDEX, f"({ast.unparse(_Exchanged(exchanged).visit(node))})"

    def _in(self, node: ast.AST) -> dict[ast.AST, Entry]:
        return {one: self.entries[one] for one in ast.walk(node) if one in self.entries}

    def _others(self, one: Entry, place: int) -> Iterator[tuple[int, str]]:
        """Yield the indices that may stand at a place: those of the same array there first."""
        near: dict[str, None] = {}
        far: dict[str, None] = {}
        for other in self.entries.values():
            for number, index in enumerate(other.indices):
                names = self._names[index]
                counts = names & one.loops or names & self._counted(one)
                if counts and not names & self.variables - one.loops:
                    same = number == place and other.array == one.array
                    (near if same else far)[index] = None
        with_offset = sorted((index for index in far if index not in near), key=str.isidentifier)
        both = [(_OTHER_INDEX, index) for index in near]
        both += [(_OTHER_INDEX + index.isidentifier(), index) for index in with_offset]
        # an entry hardly ever has the same index twice
        new = [(rank, index) for rank, index in both if index not in one.indices]
        yield from new[:_MOST_INDICES]
        if not self._names[one.indices[place]] & one.loops and not one.stored:
            loops = sorted(one.loops.difference(one.indices))
            yield from ((_OTHER_ARRAY, index) for index in loops)
            if place and place + 1 == len(one.indices):
                yield from ((_NEXT, f"{index} {step} 1") for index in loops for step in "+-")
        if one.indices[place] in one.loops:
            yield from ((_OTHER_INDEX, f"{size} + {one.indices[place]}") for size in self._offsets)

    def _counted(self, one: Entry) -> frozenset[str]:
        """Return the variables that are given a value in the same loops: a step, for one."""
        return frozenset(name for name, (_, loops) in self._scalars.items() if loops <= one.loops)

    def _other_arrays(self, one: Entry) -> Iterator[tuple[int, str]]:
        """Yield the arrays that may be meant: those whose indices run over the same sizes first."""
        ranks: dict[str, int] = {}
        for other in self.entries.values():
            if other.array != one.array and len(other.indices) == len(one.indices):
                rank = _OTHER_ARRAY if other.is_as_large(one) else _FAR
                ranks[other.array] = min(rank, ranks.get(other.array, rank))
        for array, rank in sorted(ranks.items(), key=lambda both: both[1])[:_MOST_ARRAYS]:
            yield rank, array

    def _scalars_near(self, node: ast.AST, one: Entry) -> list[str]:
        """Return the variables that are given a value in the same loops, on lines before."""
        line: int = getattr(node, "lineno", 0)
        fits = {
            name: made
            for name, (made, loops) in self._scalars.items()
            if made < line and loops <= one.loops
        }
        return sorted(fits, key=lambda name: -fits[name])[:_MOST_ARRAYS]

    def _of_other_axes(self, one: Entry) -> Iterator[str]:
        """Yield entries that have the same indices, without the last one or with one more."""
        for node, other in self.entries.items():
            axes = len(other.indices) - len(one.indices)
            names = self._names[other.indices[-1]]
            if axes == -1 and other.array != one.array:
                yield written(node, one.indices[:-1])
            elif axes == 1 and other.array != one.array and names <= one.loops:
                yield written(node, [*one.indices, other.indices[-1]])

    def _read(self, top: ast.AST) -> None:
        waiting: list[tuple[ast.AST, frozenset[str]]] = [(top, frozenset())]
        for _ in range(MOST_NODES):
            if not waiting:
                return
            node, loops = waiting.pop()
            if isinstance(node, ast.For):
                loops |= names_in(node.target)
            elif isinstance(node, _COMPREHENSIONS):
                loops = loops.union(*(names_in(one.target) for one in node.generators))
            if loops and isinstance(node, ast.expr | ast.stmt):
                self.lines.add(node.lineno)
                if isinstance(node, ast.stmt):
                    self.scopes[node] = loops
            if isinstance(node, ast.For | ast.comprehension):
                self._sizes.update(size(node))
            if isinstance(node, ast.Assign) and loops and len(node.targets) == 1:
                self._scalars.update((one, (node.lineno, loops)) for one in plain(node))
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.List | ast.ListComp):
                self.lists.update(*map(names_in, node.targets))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                self._put.update(one for part in node.args for one in ast.walk(part))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "range":
                self.sizes |= names_in(node)
                self.ranges.update(one for part in node.args for one in ast.walk(part))
                sums = (one for one in ast.walk(node) if isinstance(one, ast.BinOp))
                both = [[it.left, it.right] for it in sums if isinstance(it.op, ast.Add)]
                sizes = (side for sides in both for side in sides if isinstance(side, ast.Name))
                self._offsets.update((side.id, None) for side in sizes)
            children = list(ast.iter_child_nodes(node))
            if isinstance(node, ast.Subscript):
                array, indices = taken_apart(node)
                if indices:
                    children = [array, *indices]
                    self._arrays[array] = not isinstance(node.ctx, ast.Load)
                    self._inside.update(one for index in indices for one in ast.walk(index))
                    self._note(node, array, indices, loops)
            waiting += [(child, loops) for child in reversed(children)]

    def _note(
        self,
        node: ast.Subscript,
        array: ast.expr,
        indices: Sequence[ast.expr],
        loops: frozenset[str],
    ) -> None:
        if not 0 < len(indices) <= _MOST_AXES or any(isinstance(one, ast.Slice) for one in indices):
            return
        names = [names_in(one) for one in indices]
        if not any(one & loops for one in names) and not (loops and len(indices) == 1):
            return
        texts = tuple(map(ast.unparse, indices))
        self._names.update(zip(texts, names, strict=True))
        stored = not isinstance(node.ctx, ast.Load)
        self.entries[node] = Entry(
            ast.unparse(array),
            texts,
            loops,
            stored,
            apart=not isinstance(node.slice, ast.Tuple),
            sizes=tuple(self._sizes.get(one, "") for one in texts),
        )


class _Exchanged(ast.NodeTransformer):
    """Puts some expressions in the places of others, and leaves what it is given as it was."""

    def __init__(self, others: Mapping[ast.AST, ast.AST]) -> None:
        self._others = others

    def visit(self, node: ast.AST) -> ast.AST:
        """Return what stands in a node's place."""
        if node in self._others:
            return self._others[node]
        if isinstance(node, ast.BinOp):
            return ast.BinOp(self._side(node.left), node.op, self._side(node.right))
        return node

    def _side(self, node: ast.expr) -> ast.expr:
        made = self.visit(node)
        assert isinstance(made, ast.expr)
        return made


def _pairs(count: int) -> Iterator[tuple[int, int]]:
    return ((first, second) for second in range(count) for first in range(second))
