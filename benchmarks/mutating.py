"""Mutants of right submissions, by the operators of Cosmic Ray as they are.

They were not made for this project, and repair (``grader.diagnosis.edits``) was not made of them;
what one of its edits undoes to the letter is marked all the same.
"""

from __future__ import annotations

import ast
import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.diagnosis.edits import Edits

_ASKING = frozenset({"core/VariableInserter", "core/VariableReplacer"})
"""Operators that have to be told what to look for."""


@dataclass(frozen=True)
class Mutant:
    """A right submission with one change: where it is, and by which operator.

    ``name`` tells it from all others; ``undone`` says that an edit of repair's is its inverse;
    ``also`` are other lines that are as right to name.
    """

    name: str
    base: str
    files: Mapping[str, bytes]
    file: str
    line: int
    operator: str
    undone: bool = False
    also: frozenset[int] = frozenset()


def mutants(
    base: str, files: Mapping[str, bytes], wanted: tuple[str, ...], seed: int
) -> Iterator[Mutant]:
    """Yield the mutants of a submission's contract files in an order drawn by a seed.

    One of each operator comes in turn: some have many more places than others.
    """
    from cosmic_ray import mutating, plugins
    from cosmic_ray.ast import ast_nodes, get_ast

    chance = random.Random(f"{seed} {base}")
    ordered: list[tuple[int, float, str, str, int]] = []
    nodes = {file: list(ast_nodes(get_ast(files[file].decode()))) for file in wanted}
    for operator in sorted(set(plugins.operator_names()) - _ASKING):
        made = plugins.get_operator(operator)()
        places = [
            (file, number)
            for file in wanted
            for number in range(
                sum(sum(1 for _ in made.mutation_positions(node)) for node in nodes[file])
            )
        ]
        chance.shuffle(places)
        ordered += [(n, chance.random(), operator, *place) for n, place in enumerate(places)]
    for _, _, operator, file, number in sorted(ordered):
        text = files[file].decode()
        changed = mutating.mutate_code(text, plugins.get_operator(operator)(), number)
        if changed is not None and (line := _line(text, changed)):
            yield Mutant(
                f"{base}/{file}/{operator}/{number}", base, {**files, file: changed.encode()},
                file, line, operator.removeprefix("core/"), _undone(file, text, changed, line),
            )  # fmt: skip


def _line(text: str, changed: str) -> int:
    """Return the one line that differs, 0 where it is not Python any more."""
    try:
        ast.parse(changed)
    except SyntaxError:
        return 0
    pairs = itertools.zip_longest(text.splitlines(), changed.splitlines())
    return next((n for n, (old, new) in enumerate(pairs, 1) if old != new), 0)


def _undone(file: str, text: str, changed: str, line: int) -> bool:
    """Whether one of repair's edits makes the file what it was."""
    tree, content = ast.parse(changed), changed.encode()
    names = {getattr(node, "name", "") for node in tree.body}
    right = ast.dump(ast.parse(text))
    for edit in Edits(file, content, tree).around(names, line, line):
        mended = content[: edit.start] + edit.text + content[edit.end :]
        try:
            if ast.dump(ast.parse(mended)) == right:
                return True
        except (SyntaxError, ValueError):
            continue
    return False
