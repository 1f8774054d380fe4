"""Factors and terms that may be missing on a line in loops that go entry by entry.

What goes in is an entry that stands elsewhere in the function, by the same loops' variables.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.diagnosis.entry import Entry
from grader.diagnosis.indices import Indices

_MOST, _MOST_TERMS = 5, 4
_UNREAD, _READ = 3, 4
"""Ranks as changes."""


class Insertions:
    """Those of one function or class, by the terms of what its statements give a value."""

    def __init__(self, top: ast.AST, indices: Indices) -> None:
        self._indices = indices
        self._statements: dict[ast.AST, ast.Assign | ast.AugAssign] = {}
        for node in ast.walk(top) if indices.by_entries else ():
            if not isinstance(node, ast.Assign | ast.AugAssign) or node not in indices.scopes:
                continue
            if not isinstance(node.value, ast.Constant):  # what it begins from may lack nothing
                terms = [node.value, *_terms(node.value)][:_MOST_TERMS]
                self._statements.update((one, node) for one in terms)

    def of(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        """Yield what may stand in a node's place, with its rank as a change."""
        statement = self._statements.get(node)
        if statement is None:
            return
        text, whole = ast.unparse(node), node is statement.value
        is_sum = whole and isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
        entries = [(_UNREAD, one) for one in self._unread_at(statement)]
        entries += [(_READ, one) for one in self._missing(statement)]
        for rank, entry in entries:
            if not is_sum:
                yield rank, f"({text}) * {entry}"
            if whole:
                yield rank, f"({text}) + {entry}"

    def _unread_at(self, statement: ast.Assign | ast.AugAssign) -> Sequence[str]:
        """Return the entries of what is read nowhere, at indices that stand in the same loops."""
        scope, found = self._indices.scopes[statement], dict[str, None]()
        for array in self._indices.unread:
            rows = {
                one.indices: abs(getattr(node, "lineno", 0) - statement.lineno)
                for node, one in self._indices.entries.items()
                if one.loops <= scope and all(it in one.loops or it.isdigit() for it in one.indices)
            }
            example = next((one for one in self._indices.entries.values()), None)
            near = sorted(rows, key=lambda one: rows[one])[:_MOST_TERMS]
            if example is not None:
                texts = (_text(replace(example, array=array, indices=row)) for row in near)
                found.update((text, None) for text in texts)
        return list(found)[: 2 * _MOST]

    def _missing(self, statement: ast.Assign | ast.AugAssign) -> Sequence[str]:
        """Return the entries that a statement lacks, those that stand near first."""
        entries, scope = self._indices.entries, self._indices.scopes[statement]
        own = [entries[one] for one in ast.walk(statement) if one in entries]
        texts, rows = {_text(one) for one in own}, {one.indices for one in own}
        given = {one.array for one in own if one.stored}
        near: dict[str, int] = {}
        for node, one in entries.items():
            fits = one.indices in rows if rows else set(one.indices) <= scope
            if fits and len(one.indices) > 1 and one.array not in given and _text(one) not in texts:
                away = abs(getattr(node, "lineno", 0) - statement.lineno)
                near[_text(one)] = min(away, near.get(_text(one), away))
        return sorted(near, key=lambda text: near[text])[:_MOST]


def _text(one: Entry) -> str:
    """Return an entry's text, in one pair of brackets or one for each of its indices."""
    inner = "][" if one.apart else ", "
    return f"{one.array}[{inner.join(one.indices)}]"


def _terms(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        yield from _terms(node.left)
        yield from _terms(node.right)
    else:
        yield node
