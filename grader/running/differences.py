"""What changed in the grades from one run to another, student by student, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.errors import quoted
from grader.reports.entry import shown
from grader.running.history import Change, Grade, differing, total


@dataclass(frozen=True)
class Difference:
    """One student's grade before and after, None where there was none, and why it differs."""

    student: str
    before: Grade | None
    after: Grade
    why: tuple[str, ...]

    @property
    def functions(self) -> Iterator[tuple[str, float | None, float | None]]:
        """The functions whose score differs, with the old and the new one."""
        return differing(self.before, self.after)


def changed(changes: Iterable[Change], first: int, second: int) -> list[Difference]:
    """Return whose grade differs after run ``second`` from after run ``first``, by name."""
    at_first: dict[str, Change] = {}
    at_second: dict[str, Change] = {}
    commands: dict[str, set[str]] = {}
    low, high = sorted((first, second))
    for one in changes:
        if one.run <= first:
            at_first[one.student] = one
        if one.run <= second:
            at_second[one.student] = one
        if low < one.run <= high:
            commands.setdefault(one.student, set()).add(one.command)
    found = []
    for student in sorted(at_second):
        before, after = at_first.get(student), at_second[student]
        if before is None or before.after != after.after:
            grade = None if before is None else before.after
            why = tuple(_why(before, after, commands.get(student, set())))
            found.append(Difference(student, grade, after.after, why))
    return found


def _why(before: Change | None, after: Change, commands: set[str]) -> Iterator[str]:
    if before is None:
        yield "graded for the first time"
        return
    if before.notebook != after.notebook:
        taken = "now" if after.notebook else "no longer"
        yield f"functions are {taken} taken from a notebook"
    elif before.digest != after.digest:
        yield "another submission"
    if {name: most for name, (_, most) in before.after.items()} != {
        name: most for name, (_, most) in after.after.items()
    }:
        yield "other points"
    if before.version != after.version:
        yield f"version {after.version} after {before.version}"
    if before.seed != after.seed:
        yield "another seed"
    elif before.cases != after.cases:
        yield "other cases, solutions or limits"
    if "adjust" in commands:
        yield "points given by hand"
    if after.reason:
        yield after.reason


def lines(found: Iterable[Difference], first: int, second: int) -> Iterator[str]:
    """Yield the differences as lines for people."""
    some = list(found)
    many = f"{len(some)} grade{'s' * (len(some) != 1)}"
    yield f"From run {first} to run {second}: {many} changed"
    for one in some:
        old = "none" if one.before is None else shown(total(one.before)) or "no total"
        new = shown(total(one.after)) or "no total"
        parts = ", ".join(
            f"{name} {shown(a) or 'none'} -> {shown(b) or 'none'}" for name, a, b in one.functions
        )
        why = "; ".join(one.why)
        if one.before is None:
            yield f"  {quoted(one.student)}: {new}: {why}"
        else:
            yield f"  {quoted(one.student)}: {old} -> {new} ({parts}): {why}"


def packed(found: Iterable[Difference]) -> str:
    """Return the differences as JSON."""
    return json.dumps(
        [
            {
                "student": one.student,
                "before": None if one.before is None else total(one.before),
                "after": total(one.after),
                "functions": {name: [old, new] for name, old, new in one.functions},
                "why": list(one.why),
            }
            for one in found
        ],
        indent=2,
    )
