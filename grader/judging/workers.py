"""The workers of one submission: as few as there can be without a function profiting by it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from grader.isolation.answers import GroupAnswer, Stopped
from grader.isolation.groups import Group
from grader.isolation.lane import Lane, Worker
from grader.judging.lending import Lender


class UnclearError(Exception):
    """Something stopped a worker, twice, that need not be the submission's doing."""

    def __init__(self, stopped: Stopped) -> None:
        super().__init__(stopped.kind)


class Workers:
    """Asks one worker for all, and a fresh one where that would not do; a ``with`` ends it.

    Who is judged later in the same worker may have been told, by code that ran before, all
    that lent functions answered there.  So none is judged where anything was lent before that
    may not be lent to it, nor where right answers of its own were given to another's cases.

    A worker that is killed, or that nobody can tell the state of, says nothing of the submission:
    what it was asked is asked again in a fresh one.  Where that ends alike it is said to be
    unclear, by an exception, unless this is the ``last`` time that it is tried and the submission
    could have done it by itself.
    """

    def __init__(self, lane: Lane, files: Mapping[str, bytes], last: bool = False) -> None:
        self._lane, self._files, self._last = lane, files, last
        self._worker: Worker | None = None
        self._lent: set[str] = set()
        self._given: set[str] = set()

    def ask(self, groups: Sequence[Group]) -> list[GroupAnswer]:
        """Have the groups answered where nothing was ever lent to them.

        What one of them leaves behind may end the worker, as threads that run on do: so whoever is
        asked as it dies is asked again in a fresh one, unless nobody was before.
        """
        answers: list[GroupAnswer] = []
        unclear = False
        while len(answers) < len(groups):
            worker, used = self._worker_for({group.function for group in groups}, ())
            some = worker.ask(groups[len(answers) :])
            innocent = worker.broken and _died(some[-1]) and (used or len(some) > 1)
            unclear = _is_unclear(some) and (not unclear or len(some) > 1)
            answers += some[:-1] if innocent or unclear else some
            if worker.broken and not innocent and not unclear:
                break
        return self._clear(answers)

    def ask_beside(
        self,
        lender: Lender,
        may_be_lent: Collection[str],
        given: Collection[str],
        groups: Sequence[Group],
    ) -> list[GroupAnswer]:
        """Have the groups answered beside functions that ``lender`` answers for.

        ``may_be_lent`` are all that the one judged may be lent, ``given`` those whose right
        answers its cases hold.
        """
        judged = {group.function for group in groups}
        unclear = False
        while True:
            worker, used = self._worker_for(judged, may_be_lent)
            self._lent.update(lender.lent)
            self._given.update(given)
            with lender:
                answers = worker.ask(groups, lender)
            # what others left behind there may be why it came to no end
            if used and worker.broken:
                continue
            if unclear or not _is_unclear(answers):
                return self._clear(answers)
            unclear = True

    def _clear(self, answers: list[GroupAnswer]) -> list[GroupAnswer]:
        """Return answers that say something of the submission; raises UnclearError for others."""
        if not _is_unclear(answers):
            return answers
        last = answers[-1]
        assert last.stopped is not None
        if self._last and last.stopped.kind == "killed" and self._lane.may_end_itself:
            stopped = Stopped("broke rules", {"rule": "signal"})
            return [*answers[:-1], replace(last, stopped=stopped)]
        raise UnclearError(last.stopped)

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.close()
        self._worker, self._lent, self._given = None, set(), set()

    def _worker_for(
        self, judged: Collection[str], may_be_lent: Collection[str]
    ) -> tuple[Worker, bool]:
        """Return a worker for some functions, and whether others were judged in it before."""
        worker = self._worker
        knows_nothing = self._lent.issubset(may_be_lent) and self._given.isdisjoint(judged)
        if worker is not None and not worker.broken and knows_nothing:
            return worker, True
        self.close()
        self._worker = self._lane.open(self._files)
        return self._worker, False


def _is_unclear(answers: Sequence[GroupAnswer]) -> bool:
    stopped = answers[-1].stopped if answers else None
    return stopped is not None and stopped.unclear


def _died(answer: GroupAnswer) -> bool:
    """Whether the worker ended by itself, or crashed, and not for what it took."""
    return answer.stopped is not None and answer.stopped.kind == "died"
