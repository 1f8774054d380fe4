"""Points that changed after an assignment was released: said, never fitted to the old ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from grader.errors import NotJudgedProblem, UsageProblem, quoted
from grader.nbgrader_bridge.layout import Layout
from grader.record import Report
from grader.reports.entry import shown


def refuse_other_points(layout: Layout) -> None:
    """Raise UsageProblem where a function has other points than in the released notebook.

    The gradebook's cells are made from that notebook.
    """
    released = _released(layout)
    task = layout.assignment
    now = {one.name: 0.0 if one.dropped else one.points for one in task.functions}
    different = [
        f"{name} {shown(released[name])} -> {shown(points)}"
        for name, points in now.items()
        if name in released and released[name] != points
    ]
    if different:
        raise UsageProblem(
            f"The points of {quoted(task.name)} have changed since it was built "
            f"({', '.join(different)}), and the gradebook has the old ones. Run `grade build "
            f"{task.name}`, which carries them over, and then the same command again."
        )


def refuse_another_scale(report: Report, most: Mapping[str, float]) -> None:
    """Raise NotJudgedProblem where scores are out of other points than the gradebook's cells.

    ``most`` are the cells' points, by name.
    """
    different = [
        f"{one.name} is out of {shown(one.max_score)}, in the gradebook out of "
        f"{shown(most[one.name])}"
        for one in report.functions
        if one.name in most and most[one.name] != one.max_score
    ]
    if different:
        raise NotJudgedProblem(
            f"The result of {quoted(report.student)} stands with other points than the gradebook "
            f"({'; '.join(different)}). Nothing was written into the gradebook. Run `grade run "
            f"{report.assignment} --gradebook --yes` to have everybody's grade by the new points."
        )


def _released(layout: Layout) -> dict[str, float]:
    try:
        notebook = json.loads(layout.released.read_text("utf-8"))
    except FileNotFoundError as error:
        raise UsageProblem(
            f"{quoted(layout.released)} is not there. Run `grade build {layout.assignment.name}`."
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise UsageProblem(
            f"{quoted(layout.released)} cannot be read. Run `grade build "
            f"{layout.assignment.name}`, which makes it anew."
        ) from error
    return dict(_graded(notebook))


def _graded(notebook: Any) -> list[tuple[str, float]]:
    cells = notebook.get("cells", []) if isinstance(notebook, dict) else []
    marks = [cell.get("metadata", {}).get("nbgrader", {}) for cell in cells]
    return [(one["grade_id"], float(one["points"])) for one in marks if one.get("grade")]
