"""Which seed a class is judged on: the one asked for, the one kept, or one drawn and tried out.

A seed is kept in the results folder once the solutions have passed on it with room to spare, with
the digest of the hidden cases' number and names.  Both hold for all later runs, until the cases
change; then the class is judged anew, and a kept seed that no longer passes gives way to another.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
from collections.abc import Iterator
from dataclasses import replace

from grader.course import Assignment
from grader.running.lane_messages import Trial
from grader.running.results_folder import ResultsFolder
from grader.running.settings import Settings, draw_seed
from grader.running.working_lane import WorkingLane, end, warm_lane

_COLLECTORS = ("pytest", "numpy")
"""What hidden cases are collected and drawn with: another version may make others of them."""


@contextlib.contextmanager
def settled(
    folder: ResultsFolder,
    assignment: Assignment,
    given: int | None,
    *,
    timeout: float = 10.0,
    weak: bool = False,
    repair: bool = True,
    lane: WorkingLane | None = None,
    much: bool | None = None,
) -> Iterator[tuple[Settings, WorkingLane | None]]:
    """Settle the seed of a folder's runs; also gives the lane that tried it out, if it took one.

    A ``lane`` that was started before is taken for that, or given as it is where it takes none.
    Where ``much`` is told, it gets ready to be forked (see ``LaneProcess.settle``).

    Raises UsageProblem where a given seed does not pass or the kept one cannot be read,
    NotJudgedProblem where no lane can be started.
    """
    stored = folder.stored_seed() if given is None else None
    seed = next((one for one in (given, stored) if one is not None), None)
    settings = Settings(draw_seed() if seed is None else seed, timeout, weak, repair=repair)
    settings = replace(settings, kept=folder.kept)
    cases = folder.tried_cases(_terms(assignment, settings.seed))
    if cases:
        settings = replace(settings, cases=cases)
        folder.keep_seed(settings.seed, _terms(assignment, settings.seed), cases)
        yield settings, lane
        return
    trial = Trial.DRAWN if given is None else Trial.ASKED_FOR
    lane, settings = warm_lane(assignment, settings, trial, lane, much)
    try:
        folder.keep_seed(settings.seed, _terms(assignment, settings.seed), settings.cases)
        yield settings, lane
    finally:
        end(lane)


def _terms(assignment: Assignment, seed: int) -> str:
    """Return the digest of all that a trial's outcome rests on."""
    versions = [importlib.metadata.version(name) for name in _COLLECTORS]
    text = f"{assignment.fingerprint()} {versions} {seed}"
    return hashlib.sha256(text.encode()).hexdigest()
