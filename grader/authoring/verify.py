"""The course checks itself before students do: a list of checks, a module each in ``proofs``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from grader.authoring.proofs import (
    at_home,
    catalogue,
    handed_out,
    known,
    lending,
    mutations,
    outputs,
    points,
    public,
)
from grader.authoring.proofs.bench import Bench, Checked, T, Watch
from grader.course import Assignment
from grader.running.language import phrases_of
from grader.running.settings import Settings
from grader.running.start import open_judge

SEEDS = (0, 1)
"""Two seeds: a solution that is right by luck, or a stub that scores by luck, shows."""
MORE_SEEDS = (2, 3, 4)
"""Further ones of a thorough look."""

ON_THE_FIRST_SEED = (
    outputs.prove,
    catalogue.prove,
    public.prove,
    at_home.prove,
    lending.prove,
    known.prove,
    mutations.prove,
)


def _unwatched(things: Sequence[T], what: str) -> Iterable[T]:
    return things


def verify_assignment(
    assignment: Assignment,
    *,
    weak: bool = False,
    thorough: bool = False,
    watch: Watch = _unwatched,
) -> Iterator[Checked]:
    """Yield every check of an assignment, done.

    What a course has changed of it is what students receive, and is left out of the rest.
    A quick look makes each catalogued mistake in one way; a ``thorough`` one in all ways, on
    more seeds.  UsageProblem where there are no words in its language.
    """
    phrases_of(assignment)
    yield from handed_out.prove(assignment)
    assignment = assignment.as_written
    for seed in (*SEEDS, *(MORE_SEEDS if thorough else ())):
        with open_judge(assignment, Settings(seed, weak=weak, repair=False)) as judge:
            bench = Bench(assignment, judge, seed, thorough, watch)
            sound = list(points.prove(bench))
            yield from sound
            if seed == SEEDS[0] and not any(one.faults for one in sound):
                for prove in ON_THE_FIRST_SEED:
                    yield from prove(bench)
