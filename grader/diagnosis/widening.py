"""The lines that go with an expression which, with the solution's number in its place, mends all.

What it reads may be wrong as well, or be made, handed on or left out on other lines: these belong
to the place, or nothing is named.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence

from grader.diagnosis.behind import MOST_LINES, Behind
from grader.diagnosis.donors import Solution, Values
from grader.diagnosis.elsewhere import Elsewhere
from grader.diagnosis.expression import Expression
from grader.diagnosis.expressions import Expressions
from grader.diagnosis.helpers import Helpers
from grader.diagnosis.offers import Offers
from grader.diagnosis.suspects import Sorted
from grader.diagnosis.traces import Spot, Trace, alike, is_plain
from grader.diagnosis.trying import Run, Try
from grader.diagnosis.unsure import Unsure
from grader.record import Place

_MOST_BACK = 3


class Widening:
    """Such lines in one watched case of the function or class ``judged``.

    ``right`` says of each value whether it is known; ``contract`` are the contract's others.
    ``own_caches`` is as for ``Search``; to ``doubted`` go lines at which the mistake may be.
    """

    def __init__(
        self,
        expressions: Expressions,
        student: Trace,
        right: list[bool],
        solution: Solution,
        offers: Offers,
        kinds: Sorted,
        judged: str,
        contract: Collection[str],
        doubted: list[tuple[str, int]],
        *,
        own_caches: bool,
    ) -> None:
        self._expressions, self._student, self._right = expressions, student, right
        self._solution, self._sorted, self._judged = solution, kinds, judged
        self._doubted, self._own_caches = doubted, own_caches
        self._wrong: frozenset[str] = frozenset()
        self._most = 0
        self._unsure = Unsure(expressions, student, right)
        self._helpers = Helpers(expressions, student, right, offers, judged, contract)
        self._elsewhere = Elsewhere(expressions, student, right, kinds, offers.donors)
        self._behind = Behind(expressions, student, right, kinds, self._unsure)

    @property
    def resting(self) -> Mapping[tuple[str, int], Collection[int]]:
        """By file and line the lines of others that a suspect there may go on from."""
        return self._behind.resting

    def begin(self, wrong: frozenset[str], most: int) -> None:
        """Take note of the outputs that are wrong, and how much may be tried out at once."""
        self._wrong, self._most = wrong, most

    def handed_at(self, spot: Spot, place: Place) -> int:
        """Return the line that calls the helper in which a line is found, itself if none does."""
        one = self._expressions.at(spot)
        called = [] if one is None else self._helpers.called_at(one)
        return called[0] if len(called) == 1 and place.first == place.last else place.first

    def line_of(
        self, tried: Try, mended: frozenset[str], run: Run
    ) -> tuple[Place, frozenset[str]] | None:
        """Return the line of a suspect, with those around it where the mistake may be as well.

        With it come the outputs that are right with the right number on one of those lines.
        """
        spot = tried.spots[0]
        one = self._expressions.at(spot)
        assert one is not None
        self._doubted.append((spot[0], spot[1]))
        if self._was_right(spot) and self._reads_state(one):
            return None  # it was right at first: perhaps what is kept should have been reset
        if self._expressions.callers.runs_unseen(spot):
            return None  # another function makes it
        unseen = self._behind.others(one)
        if unseen is None:
            return None  # it went on from what another made
        if self._helpers.is_right_for_others(one):
            return None  # one of those that call it hands it what does not belong there
        if self._helpers.answer_several(one):
            return None  # what is known of that is not what it must answer
        lines = [spot[1], *self._elsewhere.not_reached(one), *self._later(one, tried, mended, run)]
        lines += self._loop_of(tried) + self._helpers.answer_nothing(one)
        lines += [*unseen, *self._expressions.callers.chosen_at(spot)]
        lines += self._behind.unknown(one) + self._unsure.of_gathered(one)
        lines += self._unsure.of_parts_put(one)
        if self._goes_the_other_way(one, tried.values):
            if not one.around.loops:
                return None  # so does who calls it, and perhaps should not
            lines.append(one.around.loops[0])
        if self._is_handed_wrongly(one, mended, run):
            return None  # it may be wrong where it is read, or where it was put or handed on
        waiting, met, all_mended = [one], {spot}, mended
        for _ in range(_MOST_BACK):
            earlier = []
            for reader in waiting:
                earlier += self._elsewhere.exchanged(reader) if reader is one else []
                lines += self._unsure.of_nothing(reader)
                lines += self._helpers.handed_nothing(reader)
                others, never = self._elsewhere.earlier(reader, spot, self._most)
                earlier += [other for other in others if other.tried.spots[0] not in met]
                lines += never
            left = run([other.tried for other in earlier]) if earlier else ()
            waiting = []
            for other, still in zip(earlier, left, strict=True):
                if still <= self._wrong - mended:
                    self._doubted.append((spot[0], other.line))
                    lines += [other.line, *self._loop_of(other.tried)]
                    all_mended |= self._wrong - still
                    if (other.tried.spots[0][0], other.scope) != (spot[0], one.scope):
                        return None  # it may be wrong where it is taken out, or where it was put
                    made = self._expressions.at(other.tried.spots[0])
                    if made is not None and made.spot not in met:
                        met.add(made.spot)
                        waiting.append(made)
        lines.append(spot[3])
        conditions = [*one.around.branches[-1:], *self._behind.ends(one)]
        lines = _with_near(lines, [*self._unsure.unread(one), *conditions])
        place = _place(spot[0], min(lines), max(lines))
        return None if place is None else (place, all_mended)

    def _is_handed_wrongly(self, one: Expression, mended: frozenset[str], run: Run) -> bool:
        """Whether another number among what a function is handed mends as much, or may."""
        if self._helpers.is_read_by(one):
            return True
        if self._unsure.is_of_attribute(one):
            return True
        tries = self._elsewhere.handed_on(one, one.spot, self._judged, self._most)
        if self._own_caches:
            tries += self._elsewhere.taken_out(one, one.spot, self._most)
        return any(still <= self._wrong - mended for still in run(tries)) if tries else False

    def _later(
        self, one: Expression, tried: Try, mended: frozenset[str], run: Run
    ) -> Iterator[int]:
        """Yield the lines after a suspect's at which the same number mends as much."""
        some = self._elsewhere.later(one, tried.values)
        left = run([other for _, other in some]) if some else ()
        for (other, _), still in zip(some, left, strict=False):
            if still <= self._wrong - mended:
                yield other.spot[3]

    def _goes_the_other_way(self, one: Expression, values: Values) -> bool:
        """Whether it goes through time from the other end than the solution."""
        parts = [part.spot for part in self._expressions.inside(one) if part.read]
        read = [self._student.sequences[spot] for spot in parts if spot in self._student.sequences]
        return any(map(self._solution.turns, [values, *read]))

    def _loop_of(self, tried: Try) -> list[int]:
        """Return the line of the loop that something is tried out in, if it goes round too often.

        Or not often enough, as far as is known: what is made at each turn may be right.
        """
        spot = tried.spots[0]
        one, mine = self._expressions.at(spot), self._student.sequences[spot]
        if one is None or self._solution.makes_as_often(tried.values, mine):
            return []
        return list(one.around.loops[:1])

    def _was_right(self, spot: Spot) -> bool:
        """Whether an expression was right more than once before it went wrong."""
        mine = (self._right[number] for at, number in self._student.events if at == spot)
        return len(list(itertools.takewhile(bool, mine))) > 1

    def _began_right(self, spot: Spot) -> bool:
        """Whether an expression was right the first time, and something was computed by then."""
        first = next(number for at, number in self._student.events if at == spot)
        return self._right[first] and not is_plain(self._student.values[first])

    def _hands_on_another(self, tried: Try) -> bool:
        """Whether an expression was right at first, and yet another number in its place mends all.

        It is right by itself, and perhaps not what is to be handed on there.
        """
        first = next(number for at, number in self._student.events if at == tried.spots[0])
        value = self._student.values[first]
        known = self._right[first] and not is_plain(value)
        return known and bool(tried.values) and not alike(value, tried.values[0])

    def _reads_state(self, one: Expression) -> bool:
        return any(part.storage.startswith("self.") for part in self._expressions.inside(one))

    def between(self, tries: Sequence[Try]) -> Place | None:
        """Return the lines from the first to the last expression tried, if they are few."""
        both = [(self._expressions.at(tried.spots[0]), tried) for tried in tries]
        found = [one for one, _ in both if one is not None]
        if not found or len({(one.spot[0], one.owner) for one in found}) > 1:
            return None
        doubtful = {one.spot for one in self._sorted.doubtful}
        lines = [one.spot[1] for one in found]
        lines += [line for tried in tries for line in self._loop_of(tried)]
        for one in found:
            behind = self._behind.gradients(one)
            if behind is None:
                return None  # what was done with a tensor may be wrong
            lines += behind
        began = next((one for one in found if one.spot in doubtful), None)
        if began is not None and began.whole and began.name and self._began_right(began.spot):
            # it only hands on what is right, as all is with another number handed on
            return _place(began.spot[0], min(lines), began.spot[3])
        if began is not None:
            if any(one.scope != began.scope for one in self._sorted.suspects):
                return None  # what a helper made of what is known may be wrong
            for one in self._sorted.suspects:
                lines += [one.spot[1], *self._elsewhere.other_name(one)]
            lines += [made.line for made in self._expressions.assigned(began)]
            lines += self._unsure.of_nothing(began) + self._unsure.of_unknown_read(began)
            on = [one.spot[1] for one, tried in both if one and self._hands_on_another(tried)]
            last = max([began.spot[3], *on])
            lines = _with_near([*lines, last], self._behind.read_by_suspects())
            return _place(began.spot[0], min(lines), last)
        if any(self._helpers.is_read_by(one) for one in found):
            return None
        for one in found:
            lines += self._unsure.of_gathered(one) + self._unsure.of_nothing(one)
            if one.name and not one.whole:
                lines += [made.line for made in self._expressions.assigned(one)]
            lines += self._unsure.of_unknown(one)
        others = [line for one in found for line in self._helpers.handed_nothing(one)]
        others += [line for one in found for line in self._elsewhere.given_anew(one)]
        others += [line for one in found for line in self._helpers.answer_nothing(one)]
        first, last = min(lines + others), max([*others, *(one.spot[3] for one in found)])
        conditions = [line for one in found for line in one.around.branches[-1:]]
        return _place(found[0].spot[0], min(_with_near([first, last], conditions)), last)


def _with_near(lines: list[int], others: Sequence[int]) -> list[int]:
    """Add those of other lines that are near: what is far off decides about much else."""
    for line in others:
        if max(line, *lines) - min(line, *lines) < MOST_LINES:
            lines = [*lines, line]
    return lines


def _place(file: str, first: int, last: int) -> Place | None:
    return None if last - first >= MOST_LINES else Place(file, first, last)
