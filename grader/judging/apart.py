"""The lines that go into what is wrong and into nothing that is right, of a function as judged."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from grader.course import Assignment, Function
from grader.diagnosis.parts import UnclearError
from grader.diagnosis.slices import Slices
from grader.record import FunctionResult, Place
from grader.source.parsing import Parsed

_MOST_PLACES = 2


def lines_apart(
    assignment: Assignment, function: Function, parsed: Parsed, result: FunctionResult
) -> tuple[Place, ...]:
    """Return the lines for each share of what is wrong, () where they cannot be told for each.

    What goes on from what only the student's own code can read has none: the mistake may be there.
    """
    passed = {one.name: one.passed for one in result.criteria if one.name in function.outputs}
    right = [name for name, is_right in passed.items() if is_right]
    if function.never_lent or not right or len(right) == len(passed):
        return ()
    file = function.file
    try:
        slices = _slices(assignment, function, parsed)
    except UnclearError:
        return ()
    found = []
    for share in _shares(result, passed):
        lines = slices.alone(share, right, shaped=_shaped(result))
        if lines is None:
            return _of_one(slices, file, result, right)
        output = "" if len(share) + len(right) == len(passed) and len(share) > 1 else share[0]
        found.append(Place(file, *lines, alone=True, output=output))
    return tuple(found[:_MOST_PLACES])


def lines_of(
    assignment: Assignment, function: Function, parsed: Parsed, wrong: Collection[str]
) -> frozenset[int]:
    """Return the lines that go into some wrong output and into no right one, as far as is known."""
    right = [name for name in function.outputs if name not in wrong]
    try:
        return _slices(assignment, function, parsed).suspected(wrong, right)
    except UnclearError:
        return frozenset()


def _slices(assignment: Assignment, function: Function, parsed: Parsed) -> Slices:
    file = function.file
    solution = Parsed({file: assignment.solution[file]}).tree(file)
    return Slices(parsed.tree(file), function.name, list(function.outputs), solution)


def within(one: Place, other: Place) -> bool:
    """Whether a place is fewer of another's lines, and tells of as much."""
    size, other_size = one.last - one.first, other.last - other.first
    return (
        (one.file, one.output) == (other.file, other.output)
        and other.first <= one.first <= one.last <= other.last
        and size < other_size
    )


def _shares(result: FunctionResult, passed: Mapping[str, bool]) -> Iterator[Sequence[str]]:
    """Yield the wrong outputs that have a cause of their own, all together where none has."""
    shares = [*result.explains, result.unexplained]
    if all(result.explains) and result.explains:
        yield from (share for share in shares if share)
    else:
        yield [name for name, is_right in passed.items() if not is_right]


def _of_one(
    slices: Slices, file: str, result: FunctionResult, right: Sequence[str]
) -> tuple[Place, ...]:
    """Return the lines of the output that is spoken of: the others may have lines of their own."""
    output = "" if result.finding is None else result.finding.output
    lines = slices.alone([output], right, shaped=_shaped(result))
    return () if lines is None else (Place(file, *lines, alone=True, output=output),)


def _shaped(result: FunctionResult) -> bool:
    """Whether what is wrong is wrong in its numbers alone, as far as is known."""
    return result.finding is not None and result.finding.kind in {"values", "not finite"}
