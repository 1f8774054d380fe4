"""The one screen that a run ends with: the files, the bar, each function, and what is next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .telling import Rows, as_text, in_order
from .words import said

MOST_LINES = 14
"""Lines of the first failure, below the line that names its function."""


@dataclass
class Tried:
    """How the tests of one function went; `wrong` are the rows of each that failed."""

    name: str
    file: str
    tests: set[str] = field(default_factory=set)
    left_out: bool = False
    refused: bool = False
    """Whether the grader could not use its file."""
    passed: set[str] = field(default_factory=set)
    wrong: dict[str, Rows] = field(default_factory=dict)
    raised: set[str] = field(default_factory=set)
    """What was said of exceptions, which other functions may come upon as well."""
    cause: Rows | None = None
    """What its numbers are known to come from, once it was looked for."""
    rests_on: str = ""
    """A function that has to be right before."""
    stopped: bool = False
    """Whether one of its tests was running as the student stopped the run."""
    unwritten: str = ""
    """The function that is still to be written, which may be another one."""

    @property
    def done(self) -> bool:
        """Whether all its tests were chosen, ran, and passed."""
        whole = bool(self.tests) and not self.left_out and not self.refused
        return whole and self.tests <= self.passed

    @property
    def ran(self) -> bool:
        """Whether any of its tests ran."""
        return bool(self.passed or self.wrong or self.unwritten)


def screen(functions: Iterable[Tried], problems: Mapping[str, Rows]) -> Iterator[str]:
    """Yield the lines; `problems` are what the check of the submission found, by file."""
    everything = list(functions)
    tried = [one for one in everything if one.ran or not one.left_out]
    whole = [one for one in tried if not one.left_out]
    told: set[str] = set()
    for file, rows in problems.items():
        if rows["What"] not in told:
            told.add(rows["What"])
            yield f"The grader could not use {file} as it is:"
            yield from _indented(rows)
    if whole:
        done = sum(one.done for one in whole)
        yield f"[{_bar(whole)}] {done} of {len(whole)} functions done"
    first = next((one for one in tried if one.ran and not one.done and not one.unwritten), None)
    for one in tried:
        if one.unwritten or not one.wrong:
            if one.ran or whole:
                yield _line(one)
            continue
        rows = next(iter(one.wrong.values()))
        if rows["What"] in told:
            yield f" x {one.name}: cannot be tried, see above"
        elif one is first:
            yield _passing(one)
            yield from _indented(rows)
            told |= one.raised
        elif one.rests_on:
            yield f" x {one.name} rests on {one.rests_on}, which is not right yet"
        else:
            what = " ".join(said(rows["What"]).split())[:90]
            yield f" x {one.name}{said(': ')}{what}"
    yield from _next(tried, len(whole) == len(everything), problems)


def _passing(one: Tried) -> str:
    passed, ran = len(one.passed), len(one.passed | one.wrong.keys())
    if ran < len(one.tests):
        return f" x {one.name}: {passed} of the {ran} of its tests that ran pass"
    return f" x {one.name}: {passed} of its {ran} tests pass"


def _line(one: Tried) -> str:
    if one.done:
        return f" + {one.name}"
    if one.unwritten == one.name:
        return f" - {one.name} is still to be written"
    if one.unwritten:
        return f" - {one.name} needs {one.unwritten}, which is still to be written"
    if one.refused:
        return f" x {one.name}: its file could not be used, see above"
    if one.stopped:
        return f" x {one.name}: it was running when you stopped"
    if one.passed:
        return f" . {one.name}: what ran of its tests passes"
    return f" . {one.name}: not tried"


def _indented(rows: Rows) -> Iterator[str]:
    lines = as_text(in_order(rows)).split("\n")
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 2], "...", lines[-1]]
    yield from ("     " + line for line in lines)


def _bar(functions: list[Tried]) -> str:
    return "".join("#" if one.done else "." for one in functions)


def _next(tried: list[Tried], everything: bool, problems: Mapping[str, Rows]) -> Iterator[str]:
    to_do = next((one for one in tried if not one.done), None)
    if problems:
        yield "Next: mend the file that the grader could not use."
    elif to_do and not to_do.left_out:
        name = to_do.unwritten or to_do.rests_on or to_do.name  # what it needs comes first
        yield f"Next: {name}"
        yield f"      python check.py {name}   tries it alone"
        yield f"      python hint.py {name}    gives a hint, one step at a time"
    elif everything:
        yield "Next: hand it in. The grader takes other numbers and sizes, and asks the same."
    elif tried and not to_do:
        yield "Next: run python check.py, for all the functions."
