"""The changes that are tried out in one function of a submission, and in what order."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from grader.course import Assignment, Function
from grader.diagnosis.edits import (
    FIRST_BY_ENTRIES,
    FIRST_EDITS,
    MOST_BY_ENTRIES,
    MOST_EDITS,
    Edit,
    Edits,
)
from grader.diagnosis.filling import lines_apart
from grader.diagnosis.fills import Fills
from grader.diagnosis.leading import leading_to
from grader.diagnosis.mentions import lines_about
from grader.diagnosis.proving import MOST_APART, first_of, in_turn
from grader.judging.apart import lines_of
from grader.record import Place
from grader.source.parsing import Parsed

_FEW_KEYS = 2
"""Keys of an answer that may be wrong by what is put under them."""

_MOST_FILLS = 2
_MOST_SIZES = 120

_INDEXED = re.compile(rb"(\w+)\[$")

Line = tuple[str, int]
"""A line by its file."""


class Changes:
    """Those of one function, with its helpers; ``files`` are in UTF-8."""

    def __init__(
        self,
        assignment: Assignment,
        function: Function,
        files: Mapping[str, bytes],
        parsed: Parsed,
    ) -> None:
        self._assignment, self._function, self._parsed = assignment, function, parsed
        self._elsewhere = {one.name for one in assignment.functions} - {function.name}
        file = function.file
        self._tree, self._content = parsed.tree(file), files[file]
        self._edits = Edits(file, files[file], self._tree)

    @cached_property
    def by_entries(self) -> bool:
        """Whether the function goes through arrays entry by entry, where watching tells little."""
        return self._edits.by_entries(self._function.name)

    def helpers(self) -> frozenset[str]:
        """Return the functions of the submission's own that no contract names."""
        tops = (node for file in self._parsed for node in self._parsed.tree(file).body)
        names = {node.name for node in tops if isinstance(node, ast.FunctionDef)}
        return frozenset(names) - self._elsewhere - {self._function.name}

    def copies(self) -> list[Edit]:
        """Return those that keep what the function is given from being changed in place."""
        return self._moves(in_place=True)

    def in_order(
        self, places: Sequence[Place], doubted: Sequence[Collection[Line]], *, keyed: bool
    ) -> tuple[list[Edit], list[Edit]]:
        """Return what to try first, and what to try as well if some of that mends all.

        Of the lines found, if any were; what is ``doubted`` goes before others, the first of it
        before all.  ``keyed`` says that keys of what is handed on are wrong.
        """
        if not self.by_entries:
            moves = [*self._moves(in_place=True), *self._moves(in_place=False)]
            edits = in_turn(moves, self._of(places, doubted)[:MOST_EDITS])
            return edits[:FIRST_EDITS], edits[FIRST_EDITS : MOST_EDITS if keyed else None]
        moves = [*self._moves(in_place=False), *self._moves(in_place=True)]
        edits = first_of(doubted, moves, self._of(places, ()))
        return edits[:FIRST_BY_ENTRIES], edits[FIRST_BY_ENTRIES:]

    def resized(self, doubted: Sequence[Collection[Line]]) -> list[Edit]:
        """Return some changes of sizes, those of lines that are doubted first."""
        file, names = self._function.file, self._names() - self._elsewhere
        before = {line for some in doubted for name, line in some if name == file}
        return self._edits.resized(names, before)[:_MOST_SIZES]

    def beside(self, mending: Sequence[Edit], rest: Sequence[Edit]) -> list[Edit]:
        """Return of the changes that are left those to try, for some make every case right.

        Where loops go entry by entry it is those of other lines near by: there are too many.
        """
        if not self.by_entries:
            return list(rest)
        line = mending[0].first
        others = [one for one in rest if not one.first == line == one.last]
        others.sort(key=lambda one: abs(one.first - line) > MOST_APART)  # kept in order otherwise
        return others[: MOST_BY_ENTRIES - FIRST_BY_ENTRIES]

    def doubted(self, raised_at: Sequence[Line], keys: Collection[str]) -> list[Line]:
        """Return the lines that lead to where something was ``raised_at``, by its text.

        With them come those that put something under the ``keys`` that are wrong, if these are few.
        """
        found: list[Line] = []
        for file, line in raised_at:
            if file in self._parsed:
                found += [(file, one) for one in leading_to(self._parsed.tree(file), line)]
        if len(keys) <= _FEW_KEYS:
            found += [(self._function.file, one) for one in sorted(lines_about(self._tree, keys))]
        return found

    def turns_its_own(self, edit: Edit) -> bool:
        """Whether a change puts the indices of what the function made itself in another order.

        Its axes may stand in the wrong order where it was made.
        """
        before, old = self._content[: edit.start], self._content[edit.start : edit.end]
        orders = [sorted(part.strip() for part in one.split(b",")) for one in (old, edit.text)]
        name = _INDEXED.search(before)
        given = {node.arg for node in ast.walk(self._tree) if isinstance(node, ast.arg)}
        return orders[0] == orders[1] and name is not None and name[1].decode() not in given

    def loops(self) -> list[Line]:
        """Return the lines on which the function's loops begin: one may go round too seldom."""
        name = self._function.name
        tops = [one for one in self._tree.body if getattr(one, "name", None) == name]
        nodes = (node for top in tops for node in ast.walk(top))
        loops = (node.lineno for node in nodes if isinstance(node, ast.For | ast.While))
        return [(self._function.file, line) for line in loops]

    def apart(self, wrong: Collection[str], fills: Fills) -> list[frozenset[Line]]:
        """Return the lines at which a mistake may be that makes outputs wrong, likely ones first.

        It is those that go into a wrong output and into no right one, and those that fill what went
        wrong first, as far as is known.
        """
        file = self._function.file
        found: list[frozenset[int]] = []
        if not set(wrong).issuperset(self._function.outputs):
            lines = lines_of(self._assignment, self._function, self._parsed, wrong)
            about = lines_about(self._tree, wrong) if len(wrong) <= _FEW_KEYS else ()
            found.append(lines or frozenset(about))
        right = [spot for spot in fills.right if spot[0] == file]
        wrong_spots = [spot for spot in fills.wrong if spot[0] == file]
        filled = [
            lines_apart(self._tree, spot, right, [*right, *wrong_spots])
            for spot in wrong_spots[:_MOST_FILLS]
        ]
        if filled:
            filling, every = filled[0]
            apart = found[0] if found and found[0] & filling else filling
            found = [apart & filling, filling, *found, every]
            found += [lines for some in filled[1:] for lines in some]
        return [frozenset((file, line) for line in lines) for lines in found if lines]

    def _moves(self, *, in_place: bool) -> list[Edit]:
        """Return the moves of a function, its helpers and those that hand it what they keep."""
        names = self._names() - (self._elsewhere - set(self._function.never_lent))
        return self._edits.moved(names, in_place=in_place)

    def _of(self, places: Sequence[Place], doubted: Sequence[Collection[Line]]) -> list[Edit]:
        """Return the changes to try: of the lines found, or of the function and its helpers."""
        file, names = self._function.file, self._names() - self._elsewhere
        if not places:
            before = {line for some in doubted for name, line in some if name == file}
            return self._edits.around(names, 1, len(self._content), before)
        first, last = min(one.first for one in places), max(one.last for one in places)
        alone = {one.file for one in places} == {file}
        return self._edits.around(names, first, last) if alone else []

    def _names(self) -> set[str]:
        return {getattr(node, "name", "") for node in self._tree.body}
