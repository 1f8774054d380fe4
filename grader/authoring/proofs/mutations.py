"""Every mutant of the solution loses points in its own function, and in no other.

``known/<name>/equivalent.toml`` of the course lists mutants that are right all the same, each
with an argument: a ``[[mutant]]`` has ``file``, ``line`` (its text in the solution), ``change``
("before -> after" as the check says it, or a list of such where one argument holds for all) and
``why``.  They are judged like all others: one that loses points is taken off the list.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.authoring.proofs.bench import Bench, Checked, Fault, checked
from grader.authoring.proofs.failing import Failing
from grader.course import Assignment
from grader.isolation.sandbox import SandboxError
from grader.source.mutants import Mutant, mutants

LIST = "equivalent.toml"
KEYS = ("change", "file", "line", "why")

Key = tuple[str, str, str]
"""Of a mutant: its file, the line as it stands in the solution, and the change."""


@dataclass(frozen=True)
class One:
    """A mutant of a solution's file, and the line it changes as it stands there."""

    file: str
    text: str
    mutant: Mutant

    @property
    def key(self) -> Key:
        """What names it in the list of equivalent ones."""
        return self.file, self.text, self.change

    @property
    def change(self) -> str:
        """What became of what."""
        return f"{self.mutant.before} -> {self.mutant.after}"

    def fault(self, reason: str) -> Fault:
        """Return what is wrong with its judging."""
        where = f"{self.file}, line {self.mutant.line}"
        return Fault(f"{self.change} {reason}", self.mutant.function, case=where)


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
    failing = Failing(bench)
    equivalent: set[Key] = set()
    count = 0
    for one in bench.watch(ones, "mutants of the solutions"):
        wrong = _wrong(failing, one)
        if wrong == SURVIVES and one.key in argued:
            equivalent.add(one.key)
            count += 1
        elif wrong:
            faults.append(one.fault(wrong))
    faults += _not_needed(argued.keys() - equivalent, ones)
    note = f"{len(ones)} mutants, {count} of them argued equivalent"
    yield checked("every mutant of the solutions loses points in its own function", faults, note)


SURVIVES = "loses nothing"


def all_mutants(assignment: Assignment) -> Iterator[One]:
    """Yield the mutants of the files that the contract names."""
    for file in assignment.files:
        text = assignment.solution[file].decode()
        lines = text.splitlines()
        for one in mutants(text):
            yield One(file, lines[one.line - 1].strip(), one)


def read_argued(assignment: Assignment) -> Mapping[Key, str]:
    """Read why mutants are equivalent; ValueError says what is wrong with the list."""
    path = assignment.known / LIST
    if not path.exists():
        return {}
    found: dict[Key, str] = {}
    for number, entry in enumerate(tomllib.loads(path.read_text("utf-8")).get("mutant", []), 1):
        if sorted(entry) != sorted(KEYS) or not all(map(_is_text, entry.values())):
            raise ValueError(f"{LIST}: mutant {number} must have {', '.join(KEYS)}, each a text")
        changes = entry["change"] if isinstance(entry["change"], list) else [entry["change"]]
        for change in changes:
            found[entry["file"], entry["line"], change] = entry["why"]
    return found


def _is_text(value: object) -> bool:
    return all(isinstance(one, str) for one in (value if isinstance(value, list) else [value]))


def _not_needed(keys: set[Key], ones: Sequence[One]) -> Iterator[str]:
    """Yield a sentence for each entry of the list that excuses nothing."""
    there = {one.key for one in ones}
    for key in sorted(keys):
        what = "loses points" if key in there else "there is not"
        yield f"{LIST} names a mutant that {what}: {', '.join(map(repr, key))}"


def _wrong(failing: Failing, one: One) -> str:
    """Return what is wrong with the judging of one mutant, "" if nothing is."""
    files = {**failing.files, one.file: one.mutant.text.encode()}
    own = failing.own(one.mutant.function, one.file)
    try:
        way = failing.way(files, own)
        pays = failing.costs(files, own, way) if way else ()
    except SandboxError:
        return "could not be judged"
    if not way:
        return SURVIVES
    return f"costs {', '.join(pays)}" if pays else ""
