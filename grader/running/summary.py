"""What a run comes to, as JSON for other programs."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from grader.reports.text import note
from grader.running.ledger import Ledger

if TYPE_CHECKING:
    from grader.running.grading import Run


def packed(run: Run, came_in: Ledger) -> str:
    """Return a run's results: every student's score, what waits, and what became of each entry.

    A score is null where something was not judged; ``staged`` are students whose changed grades
    wait for a yes, and their scores here are those that stand.
    """
    outcomes = Counter(line.outcome for line in came_in.lines)
    told = {
        "assignment": run.assignment.name,
        "results": str(run.folder.path),
        "isolation": run.isolation,
        "students": [
            {
                "student": name,
                "score": one.score,
                "max_score": one.max_score,
                "functions": {result.name: result.score for result in one.functions},
                "unchanged": name in run.stood,
                "note": note(one, run.phrases),
            }
            for name, one in sorted(run.standing.items())
        ],
        "not_judged": sorted({*run.unread, *(n for n, r in run.reports.items() if not r.judged)}),
        "staged": sorted(run.book.staged),
        "entries": dict(sorted(outcomes.items())),
        "not_graded": [{"entry": line.entry, "why": line.why} for line in came_in.left],
        "handed_in_nothing": list(came_in.absent),
    }
    return json.dumps(told, indent=2, allow_nan=False)
