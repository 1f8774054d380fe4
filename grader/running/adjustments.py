"""Points that an instructor gave by hand: they stand over every regrade of the same work.

``.run/adjusted.json`` of the results folder keeps them, so that a damaged or deleted result
loses none: student to function to points, reason, time, and the digest of the files they are for.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from grader.errors import UsageProblem, quoted
from grader.record import Adjustment, FunctionResult, Report, Status
from grader.running.results_folder import ResultsFolder

FILE = "adjusted.json"


class Adjustments:
    """What was given by hand in one results folder."""

    def __init__(self, folder: ResultsFolder) -> None:
        self._folder = folder
        self._given = _checked(folder.kept_text(FILE), folder)

    def give(self, report: Report, function: str, adjustment: Adjustment) -> None:
        """Keep points for a student's function, in the place of earlier ones."""
        ours = self._given.setdefault(report.student, {})
        ours[function] = {
            "points": adjustment.points,
            "reason": adjustment.reason,
            "at": adjustment.at,
            "digest": report.digest,
        }
        self._keep()

    def take_back(self, student: str, function: str) -> bool:
        """Forget points; return whether there were any."""
        there = self._given.get(student, {}).pop(function, None) is not None
        if there:
            self._keep()
        return there

    def onto(self, report: Report) -> tuple[Report, list[str]]:
        """Return a report with its points given by hand.

        With it go the functions whose points were given for other files than these: they do not
        count any more.
        """
        given = self._given.get(report.student, {})
        forgotten = [name for name, one in given.items() if one["digest"] != report.digest]
        functions = tuple(
            adjusted(one, given[one.name])
            if one.name in given and one.name not in forgotten
            else judged(one)
            for one in report.functions
        )
        return replace(report, functions=functions), forgotten

    def _keep(self) -> None:
        self._folder.keep_text(FILE, json.dumps(self._given, indent=1, sort_keys=True) + "\n")


def adjusted(result: FunctionResult, given: Mapping[str, Any]) -> FunctionResult:
    """Return a result with points given by hand in the place of those that were judged."""
    result = judged(result)
    points = min(float(given["points"]), result.max_score)
    adjustment = Adjustment(points, given["reason"], given["at"], result.score)
    status = Status.PASSED if points == result.max_score else Status.FAILED
    return replace(result, status=status, score=points, adjustment=adjustment)


def judged(result: FunctionResult) -> FunctionResult:
    """Return a result as it was judged, whatever was given by hand."""
    if result.adjustment is None:
        return result
    score = result.adjustment.judged
    if score is None:
        status = Status.NOT_JUDGED
    elif score == result.max_score:
        status = Status.PASSED
    else:
        status = Status.FAILED
    return replace(result, status=status, score=score, adjustment=None)


def _points(given: object) -> float:
    points = float(str(given))
    if not math.isfinite(points) or points < 0:
        raise ValueError(f"{given} points")
    return points


def _checked(text: str | None, folder: ResultsFolder) -> dict[str, dict[str, dict[str, Any]]]:
    if text is None:
        return {}
    try:
        given = json.loads(text)
        return {
            str(student): {
                str(function): {
                    "points": _points(one["points"]),
                    "reason": str(one["reason"]),
                    "at": str(one["at"]),
                    "digest": str(one["digest"]),
                }
                for function, one in functions.items()
            }
            for student, functions in given.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        place = folder.path / ".run" / FILE
        raise UsageProblem(
            f"{quoted(place)}, which holds the points given by hand, cannot be read. "
            "Mend it, or delete it: history.jsonl says what was given."
        ) from error
