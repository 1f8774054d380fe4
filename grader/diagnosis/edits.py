"""Small changes of a student's code, made of its syntax tree and never run here.

Each may be what mends a function.  No text of a solution goes into them, and little is added that
is not there already, as a factor, a size or a square of what is: a change that could paste the
answer proves nothing.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from grader.diagnosis.becoming import becoming
from grader.diagnosis.indices import Indices
from grader.diagnosis.insertions import Insertions
from grader.diagnosis.moves import MOST_NODES, Move, copies, resets_and_exchanges
from grader.diagnosis.reordering import reordered
from grader.diagnosis.resizing import resized
from grader.diagnosis.siblings import Siblings

MOST_EDITS = 160
FIRST_EDITS = 96
"""Where none of so many mends anything, hardly any of the others does."""
MOST_BY_ENTRIES, FIRST_BY_ENTRIES = 304, 176
"""The same where loops go through arrays entry by entry: there is more to change."""
_MOST_TEXT = 4_000


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
                for rank, text in becoming(node, names, siblings, indices, insertions):
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

    def resized(self, owners: Iterable[str], before: Collection[int]) -> list[Edit]:
        """Return the changes of sizes in functions, those of some lines ``before`` others."""
        wanted = set(owners)
        tops = [one for one in self._tree.body if getattr(one, "name", None) in wanted]
        try:
            both = [one for top in tops for one in resized(top)]
            edits = [self._edit(node, text, 0) for node, text in both]
        except (RecursionError, ValueError):
            return []
        found = [edit for edit in dict.fromkeys(edits) if edit is not None]
        return sorted(found, key=lambda one: one.first not in before)

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
