"""Adds the lines to look at to what is known of a function: watched, or else told by the text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from grader.cases.case import LENT
from grader.course import Assignment, Function
from grader.isolation.answers import Raised, Reply
from grader.judging.apart import lines_apart, within
from grader.judging.placing import TRACED, Beside, Failed, Places
from grader.judging.standing import Standing
from grader.record import Finding, FunctionResult, Place
from grader.source.parsing import Parsed
from grader.source.sharing import changed_in

_IN_PLACE, _SHARED = "writes_into_argument", "one_array_under_several_names"
_EXCHANGED = "results_in_other_order"

_OF_SHAPES = frozenset(
    {"matrix_product_does_not_fit", "shapes_do_not_broadcast", "slice_of_other_shape",
     "reshape_does_not_fit", "index_past_the_end", "too_many_indices", "axis_not_there",
     "unpacked_into_other_number", "neighbour_given_other_arguments"}
)  # fmt: skip
"""Causes of exceptions that are raised where something of another shape is used, not made."""


class Lines:
    """The lines of one submission's functions, once all of them were judged.

    Of mistakes that are ``unplaced`` none is named.
    """

    def __init__(
        self, assignment: Assignment, parsed: Parsed, places: Places, unplaced: Collection[str] = ()
    ) -> None:
        self._assignment, self._parsed, self._places = assignment, parsed, places
        self._unplaced = frozenset(unplaced)

    def added(
        self, standing: Standing, result: FunctionResult, beside: Beside | None
    ) -> FunctionResult:
        """Return a result with the lines to look at; ``beside`` is what was lent last."""
        if not self._unplaced.isdisjoint(result.mistakes):
            return result
        watched = self._watched(standing, result, beside)
        try:
            return replace(watched, places=self._narrowed(standing.function, watched))
        except Exception:  # no fault of the search, whatever it is, may cost a verdict
            return watched

    def _narrowed(self, function: Function, result: FunctionResult) -> tuple[Place, ...]:
        """Return a result's places, or what the text tells where there is none or a wide one."""
        found = result.places
        wide = len(found) == 1 and found[0].first < found[0].last
        if result.finding is None or _IN_PLACE in result.mistakes or (found and not wide):
            return found
        if _EXCHANGED in result.mistakes:
            return found  # all lines that make them are right
        apart = lines_apart(self._assignment, function, self._parsed, result)
        if wide:
            (only,) = _of_the_output(found, function, result) or found
            return apart if len(apart) == 1 and within(apart[0], only) else found
        return apart

    def _watched(
        self, standing: Standing, result: FunctionResult, beside: Beside | None
    ) -> FunctionResult:
        writes = _IN_PLACE in result.mistakes
        if result.finding is None or (result.finding.kind not in TRACED and not writes):
            return result
        raised = result.finding.kind == "raised" and bool(result.mistakes)
        if raised and not _OF_SHAPES.issuperset(result.mistakes):
            return result  # the line is known already
        mode = standing.mode
        if mode == LENT and beside is None:
            return result
        try:
            replies, wrong = standing.answers[mode].replies, standing.wrong[mode]
            lent = beside if mode == LENT else None
            failed = Failed(
                standing.function,
                replies,
                wrong,
                lent,
                _raised_at(result.finding, standing, replies) if raised else (),
            )
            found = self._places.written(failed) if writes else ()
            if not found and result.finding.kind in TRACED:
                found = self._places.of(failed, explained=bool(result.mistakes) and not raised)
                if raised:  # that is where it shows; the mistake may lie before
                    found = tuple(one for one in found if one.proved)
                if writes:  # that has another line
                    found = _of_the_output(found, standing.function, result)
        except Exception:  # no fault of the search, whatever it is, may cost a verdict
            return result
        return replace(result, places=self._not_shared(standing.function, result, found))

    def _not_shared(
        self, function: Function, result: FunctionResult, found: tuple[Place, ...]
    ) -> tuple[Place, ...]:
        """Leave out lines that add to one of several names, where these share one array.

        Another number there mends one of them: the mistake is where they were made.
        """
        if _SHARED not in result.mistakes:
            return found
        tree = self._parsed.tree(function.file)
        return tuple(one for one in found if not changed_in(tree, one.first, one.last))


def _raised_at(
    finding: Finding, standing: Standing, replies: Sequence[Sequence[Reply] | None]
) -> tuple[tuple[str, int], ...]:
    """Return the lines at which something was raised: as it is told, and in the function itself."""
    found: list[tuple[str, int]] = []
    file, line = finding.facts.get("file"), finding.facts.get("line")
    if isinstance(file, str) and isinstance(line, int):
        found.append((file, line))
    own = standing.function.file
    tops = standing.files.tree(own).body
    body = next((one for one in tops if getattr(one, "name", "") == standing.function.name), None)
    raised = (one for some in replies for one in some or () if isinstance(one, Raised))
    frames = next((one.frames for one in raised), ())
    lines = range(body.lineno, (body.end_lineno or 0) + 1) if body is not None else range(0)
    found += [(own, line) for file, line, _ in frames if file == own and line in lines][-1:]
    return tuple(dict.fromkeys(found))


def _of_the_output(
    places: tuple[Place, ...], function: Function, result: FunctionResult
) -> tuple[Place, ...]:
    """Have places speak of the only output that is wrong, () where there are more."""
    wrong = [one.name for one in result.criteria if not one.passed and one.name in function.outputs]
    return tuple(replace(one, output=wrong[0]) for one in places) if len(wrong) == 1 else ()
