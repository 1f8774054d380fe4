"""The lines that give a variable a value, as the text of a function is followed."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass


class UnclearError(Exception):
    """The text cannot be followed for sure."""


@dataclass(frozen=True)
class Part:
    """Lines of a file that give ``name`` a value; ``starts`` if it is nothing but zeros.

    ``among`` are all names that one value is taken apart into there; ``cut`` says that it is only
    cut out of another value, or of one that was changed in place, which may be wrong there and
    right elsewhere.
    """

    first: int
    last: int
    name: str
    starts: bool = False
    among: tuple[str, ...] = ()
    cut: bool = False


Parts = frozenset[Part]
NONE: Parts = frozenset()


def refuse_exchanged(results: Collection[tuple[str, ast.expr]]) -> None:
    """Raise UnclearError where a result is a variable that is called like another result."""
    named = {name for name, _ in results}
    if any(getattr(one, "id", name) in named - {name} for name, one in results):
        raise UnclearError


def part_of(node: ast.stmt | ast.expr, name: str) -> Part:
    """Return the lines of a statement or an expression that gives a name a value."""
    return Part(node.lineno, node.end_lineno or node.lineno, name)
