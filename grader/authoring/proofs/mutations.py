"""Every mutant of the solution loses points in its own function, and in no other.

``known/<name>/equivalent.toml`` of the course lists mutants that are right all the same, each
with an argument: a ``[[mutant]]`` has ``file``, ``line`` (its text in the solution), ``after``
(what stands there instead) and ``why``.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.authoring.proofs.bench import Bench, Checked, Fault, checked
from grader.cases.case import OWN
from grader.course import Assignment, Function
from grader.intake.submission import Submission
from grader.source.mutants import Mutant, mutants

LIST = "equivalent.toml"
KEYS = ("file", "line", "after", "why")
Argued = Mapping[tuple[str, str, str], str]
"""By file, text of the line and what stands there instead, why the mutant is equivalent."""


@dataclass(frozen=True)
class One:
    """A mutant of a solution's file, and the line it changes as it stands there."""

    file: str
    text: str
    mutant: Mutant

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it in the list of equivalent ones."""
        return self.file, self.text, self.mutant.after


def prove(bench: Bench) -> Iterator[Checked]:
    """Yield the check of all mutants, where the look is thorough."""
    if not bench.thorough:
        return
    ones = list(all_mutants(bench.assignment))
    faults: list[Fault | str] = []
    try:
        argued = read_argued(bench.assignment)
    except ValueError as error:
        argued = {}
        faults.append(str(error))
    faults += unknown(argued, ones)
    files = {path.name: path.read_bytes() for path in bench.assignment.solutions.glob("*.py")}
    for one in bench.watch(ones, "mutants of the solutions"):
        if one.key not in argued:
            faults += judged(bench, files, one)
    note = f"{len(ones)} mutants, {len(argued)} of them argued equivalent"
    yield checked("every mutant of the solutions loses points in its own function", faults, note)


def all_mutants(assignment: Assignment) -> Iterator[One]:
    """Yield the mutants of the files that the contract names."""
    for file in assignment.files:
        text = (assignment.solutions / file).read_text("utf-8")
        lines = text.splitlines()
        for one in mutants(text):
            yield One(file, lines[one.line - 1].strip(), one)


def read_argued(assignment: Assignment) -> Argued:
    """Read the list of equivalent mutants; ValueError says what is wrong with it."""
    path = assignment.known / LIST
    if not path.exists():
        return {}
    found: dict[tuple[str, str, str], str] = {}
    for number, entry in enumerate(tomllib.loads(path.read_text("utf-8")).get("mutant", []), 1):
        if sorted(entry) != sorted(KEYS) or not all(isinstance(one, str) for one in entry.values()):
            raise ValueError(f"{LIST}: mutant {number} must have {', '.join(KEYS)}, each a text")
        found[entry["file"], entry["line"], entry["after"]] = entry["why"]
    return found


def unknown(argued: Argued, ones: Sequence[One]) -> Iterator[str]:
    """Yield a sentence for each entry of the list that is no mutant of the solutions."""
    for file, line, after in sorted(argued.keys() - {one.key for one in ones}):
        yield f"{LIST} names a mutant that there is not: {file}, {line!r}, {after!r}"


def judged(bench: Bench, files: Mapping[str, bytes], one: One) -> Iterator[Fault]:
    """Yield what is wrong with the judging of one mutant.

    Functions that do not reach the one that is changed are not judged: they do not see it.
    """
    mutant = one.mutant
    changed = {**files, one.file: mutant.text.encode()}
    functions = bench.assignment.functions
    own = [function for function in functions if function.name == mutant.function]
    own = own or [function for function in functions if function.file == one.file]  # a helper
    others = [
        function
        for function in functions
        if function not in own and any(_reaches(bench, function, mine) for mine in own)
    ]
    where = f"{one.file}, line {mutant.line}"
    change = f"{mutant.before} -> {mutant.after}"
    losing = [function for function in (*own, *others) if _loses(bench, changed, function)]
    if not any(function in own for function in losing):
        yield Fault(f"{change} loses nothing", mutant.function, case=where)
        return
    misled = [function for function in losing if function in others]
    if not misled:
        return
    digest = hashlib.sha256(mutant.text.encode()).hexdigest()
    scores = bench.judge.scores(Submission("mutant", changed, (), digest))
    if scores is None:
        yield Fault(f"{change} could not be judged", mutant.function, case=where)
        return
    pays = [
        function.name
        for function in misled
        if scores[function.name] < function.points and mutant.function not in function.never_lent
    ]
    if pays:
        yield Fault(f"{change} costs {', '.join(pays)}", mutant.function, case=where)


def _reaches(bench: Bench, function: Function, other: Function) -> bool:
    """Whether a function's solution, or its cases, use another."""
    names = bench.judge.relation.get(function.name, frozenset()) | bench.judge.called[function.name]
    return other.name in names or other.name in function.never_lent


def _loses(bench: Bench, files: Mapping[str, bytes], function: Function) -> bool:
    """Whether a function loses points beside the functions of its own submission."""
    suite, module = bench.judge.suite, function.file.removesuffix(".py")
    groups = [suite.group("", module, OWN), suite.group(function.name, module, OWN)]
    with bench.judge.lane.open(files) as worker:
        answers = worker.ask(groups)
    if len(answers) < len(groups) or answers[-1].stopped:
        return True
    return not bench.judged(function, OWN, [some or () for some in answers[-1].replies]).full
