"""How often the line of a mistake is named, over mutants of right submissions in many styles.

    python -m benchmarks.mutants [ASSIGNMENT] [--count N] [--seed S] [--list]
    python -m benchmarks.mutants --unseen      the mistakes of unseen.toml, written by hand

The mutants are those of common operators (of arithmetic, comparison, constants, names, indices,
arguments, statements), made of the solution and of the right submissions of the bank, each of
another style; one change each.  Those that lose no points are left out.  A line is

rightly named   where the place is the changed line alone, or the exception is said to be there,
within          where it is among the few lines named,
wrongly named   where a place does not hold it,

and the changed line counts in the function that lost the points: others that follow from it, and
are told a line, must name the same one.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import itertools
import random
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bank import read_bases
from benchmarks.classes import ROOT
from benchmarks.measure import commit, machine
from benchmarks.stored import table
from grader.course import Assignment, find_course
from grader.intake.submission import Submission
from grader.judging.judge import Judge
from grader.record import FunctionResult, Status
from grader.running.settings import Settings
from grader.running.start import open_judge

RIGHT, WITHIN, WRONG, NONE = "rightly named", "within", "wrongly named", "none named"

_OPERATORS: Mapping[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Div),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
}
_COMPARISONS: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A right submission with one change: where it is, and by which operator."""

    base: str
    files: Mapping[str, bytes]
    file: str
    line: int
    last: int
    operator: str


def mutants(
    base: str, files: Mapping[str, bytes], wanted: tuple[str, ...], count: int, seed: int
) -> Iterator[Mutant]:
    """Yield some mutants of a submission's contract files, drawn at random."""
    possible: list[tuple[str, str, int, int]] = []
    ordered: list[tuple[int, float, tuple[str, int, int]]] = []
    for file in wanted:
        if file in files:
            tree = ast.parse(files[file])
            for number, node in enumerate(_nodes(tree)):
                operators = list(_changes(node, _names(tree, node)))
                possible += [
                    (operator, file, number, which) for which, operator in enumerate(operators)
                ]
    chance = random.Random(seed)
    chance.shuffle(possible)
    # one of each operator in turn: other names in a name's place are most of all there are
    turns: dict[str, int] = {}
    for one in possible:
        turns[one[0]] = turns.get(one[0], 0) + 1
        ordered.append((turns[one[0]], chance.random(), one[1:]))
    found = (_mutant(base, files, *one) for _, _, one in sorted(ordered))
    yield from itertools.islice((one for one in found if one is not None), count)


def _mutant(
    base: str, files: Mapping[str, bytes], file: str, number: int, which: int
) -> Mutant | None:
    tree, changed = ast.parse(files[file]), ast.parse(files[file])
    node = _nodes(tree)[number]
    changes = _changes(_nodes(changed)[number], _names(tree, node))
    operator = next(itertools.islice(changes, which, None))
    text = _written(files[file].decode(), tree, changed)
    if text is None:
        return None
    mutated = {**files, file: text.encode()}
    (line,) = {
        n
        for n, (old, new) in enumerate(
            zip(files[file].decode().splitlines(), text.splitlines(), strict=False), 1
        )
        if old.strip() != new.strip() and new.strip()
    } or {node.lineno}
    return Mutant(base, mutated, file, line, line, operator)


def _nodes(tree: ast.Module) -> list[ast.expr | ast.stmt]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.expr | ast.stmt)]


def _written(source: str, before: ast.Module, after: ast.Module) -> str | None:
    """Return the text with the statement that changed written anew, in as many lines."""
    pairs = zip(_statements(before), _statements(after), strict=False)
    for old, new in pairs:
        if ast.dump(old) != ast.dump(new):
            lines = source.splitlines()
            first, last = old.lineno - 1, (old.end_lineno or old.lineno) - 1
            if getattr(old, "body", None) and not isinstance(old, ast.If | ast.For | ast.While):
                continue
            if isinstance(old, ast.If | ast.For | ast.While):
                header = old.body[0].lineno - 2
                if ast.dump(ast.Module(old.body, [])) != ast.dump(ast.Module(new.body, [])):
                    continue
                last = max(first, header)
            try:
                text = ast.unparse(new).splitlines()[0 if hasattr(new, "body") else slice(None)]
            except (AttributeError, ValueError):
                return None
            written = [text] if isinstance(text, str) else text
            indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
            if lines[first][: old.col_offset].strip() or len(written) > last - first + 1:
                return None
            padding = [""] * (last - first + 1 - len(written))
            lines[first : last + 1] = [*(indent + one for one in written), *padding]
            changed = "\n".join(lines) + "\n"
            try:
                ast.parse(changed)
            except SyntaxError:
                return None
            return changed
    return None


def _statements(tree: ast.AST) -> list[ast.stmt]:
    """Return a tree's statements, inner ones first."""
    return [node for node in reversed(list(ast.walk(tree))) if isinstance(node, ast.stmt)]


def _names(tree: ast.Module, node: ast.AST) -> list[str]:
    """Return the variables of the function that a node stands in."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and any(one is node for one in ast.walk(function)):
            return sorted(
                {
                    one.id
                    for one in ast.walk(function)
                    if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
                }
                | {one.arg for one in function.args.args if one.arg != "self"}
            )
    return []


def _changes(node: ast.AST, names: list[str]) -> Iterator[str]:
    """Make one change after the other to a node, and undo it; yields the operator's name."""
    if isinstance(node, ast.BinOp):
        kept = node.op
        for other in _OPERATORS.get(type(kept), ()):
            node.op = other()
            yield "arithmetic"
        node.op = kept
        if isinstance(kept, ast.MatMult | ast.Sub | ast.Div):
            node.left, node.right = node.right, node.left
            yield "operands exchanged"
            node.left, node.right = node.right, node.left
    elif isinstance(node, ast.AugAssign):
        kept = node.op
        node.op = ast.Sub() if isinstance(kept, ast.Add) else ast.Add()
        yield "augmented assignment"
        node.op = kept
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
        first = node.ops[0]
        node.ops[0] = _COMPARISONS[type(first)]()
        yield "comparison"
        node.ops[0] = first
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        number = node.value
        for value in (number + 1, number - 1):
            node.value = value
            yield "constant"
        node.value = number
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        node.value = not node.value
        yield "constant"
        node.value = not node.value
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        name = node.id
        for other in names:
            if other != name:
                node.id = other
                yield "another name"
        node.id = name
    elif isinstance(node, ast.Call):
        if len(node.args) > 1:
            node.args[0], node.args[1] = node.args[1], node.args[0]
            yield "arguments exchanged"
            node.args[0], node.args[1] = node.args[1], node.args[0]
        for keyword in list(node.keywords):
            kept_keywords = node.keywords
            node.keywords = [one for one in kept_keywords if one is not keyword]
            yield "argument left out"
            node.keywords = kept_keywords
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node.op = ast.UAdd()
        yield "sign"
        node.op = ast.USub()


def judged(judge: Judge, mutant: Mutant) -> list[FunctionResult]:
    """Return the results of the functions that lost points."""
    files = Submission(mutant.base, mutant.files, (), "")
    report = judge.judge(files)
    return [one for one in report.functions if one.status is Status.FAILED]


def named(mutant: Mutant, results: list[FunctionResult]) -> str:
    """Say how the changed line was named."""
    places = [place for result in results for place in result.places]
    raised = [result.finding for result in results if result.finding and not result.places]
    if any((one.facts.get("file"), one.facts.get("line")) == (mutant.file, mutant.line)
           for one in raised) and not places:  # fmt: skip
        return RIGHT
    if not places:
        return NONE
    hits = [
        place.file == mutant.file and place.first <= mutant.last and mutant.line <= place.last
        for place in places
    ]
    if not all(hits):
        return WRONG
    return RIGHT if all(place.last - place.first == mutant.last - mutant.line for place in places) \
        else WITHIN  # fmt: skip


def bases(task: Assignment) -> dict[str, Mapping[str, bytes]]:
    """Return the solution and the right submissions in other styles, by name."""
    found = {"solution": {one: (task.solutions / one).read_bytes() for one in task.files}}
    with contextlib.suppress(FileNotFoundError):
        found.update(read_bases(task.name))
    return found


def unseen() -> Iterator[Mutant]:
    """Yield the submissions written by hand before anything was run on them."""
    right = read_bases("rnn_bptt")
    for name, said in tomllib.loads((Path(__file__).parent / "unseen.toml").read_text()).items():
        text = right[said["base"]][said["file"]].decode()
        assert text.count(said["old"]) == 1, name
        text = text.replace(said["old"], said["new"])
        (line,) = [n for n, one in enumerate(text.splitlines(), 1) if said["line"] in one]
        files = {**right[said["base"]], said["file"]: text.encode()}
        yield Mutant(said["base"], files, said["file"], line, line, name)


def main() -> None:
    """Judge a sample of mutants and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("assignment", nargs="?", default="rnn_bptt")
    parser.add_argument("--count", type=int, default=200, help="mutants to draw, over all styles")
    parser.add_argument("--seed", type=int, default=1, help="seed of the draw and of the cases")
    parser.add_argument("--list", action="store_true", help="print each that is wrongly named")
    parser.add_argument("--unseen", action="store_true", help="judge those written by hand")
    options = parser.parse_args()
    task = find_course(ROOT).assignment(options.assignment)
    right = bases(task)
    each = max(1, options.count // len(right))
    drawn: list[Mutant] = list(unseen()) if options.unseen else []
    for name, files in right.items() if not options.unseen else ():
        drawn += mutants(name, files, tuple(task.files), each, options.seed)
    counts: dict[str, Counter[str]] = {}
    causes: Counter[bool] = Counter()
    with open_judge(task, Settings(seed=options.seed, timeout=2.0)) as judge:
        for mutant in drawn:
            results = judged(judge, mutant)
            if not results:
                continue
            how = named(mutant, results)
            causes[any(result.mistakes for result in results)] += 1
            for key in ("all", mutant.base, mutant.operator):
                counts.setdefault(key, Counter())[how] += 1
            if options.list and how == WRONG:
                said = [(one.name, one.places, one.mistakes) for one in results if one.places]
                line = mutant.files[mutant.file].decode().splitlines()[mutant.line - 1]
                print(mutant.base, mutant.file, mutant.line, mutant.operator, line.strip(), said)
    ways = (RIGHT, WITHIN, WRONG, NONE)
    rows = [
        [key, str(count.total()), *(f"{count[way] / count.total():.1%}" for way in ways)]
        for key, count in counts.items()
    ]
    print(f"{machine()}, at {commit()}; {len(drawn)} mutants drawn of {len(right)} styles")
    print(table(["", "wrong", *ways], rows))
    print(f"a cause is named in {causes[True]} of {causes.total()}")


if __name__ == "__main__":
    main()
