"""Where a student's numbers part from those of the formula, with no catalogue of mistakes.

One small case that fails is run once more with every expression watched, and so was the solution.
A value is *known* where the solution has it too, whatever the order of its axes.  An expression
that makes something else of what is known may be the mistake, or only another way to compute the
same; so it is tried out: the case is run again with the solution's number in its place, for each
of the solution's numbers that the student never has.  Where that makes every output right, the
mistake is there: all that is read there is right, and with the right result the rest is.

Where a number is right but not the one that belongs there (something was left out), more than one
place mends all.  Then the lines between the first and the last of them are named, or nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from grader.diagnosis.donors import Solution, Values
from grader.diagnosis.elsewhere import Elsewhere
from grader.diagnosis.expression import Expression
from grader.diagnosis.expressions import Expressions
from grader.diagnosis.handing import Handing
from grader.diagnosis.helpers import Helpers
from grader.diagnosis.missing import Missing
from grader.diagnosis.offers import Offers
from grader.diagnosis.origins import Origins
from grader.diagnosis.suspects import outermost, sort, without
from grader.diagnosis.traces import (
    Array,
    Quantities,
    Spot,
    Trace,
    is_plain,
)
from grader.diagnosis.trying import Run, Try, as_whole, is_by_tensors, mending, output_of
from grader.diagnosis.unsure import Unsure
from grader.record import Place

MOST_LINES = 8
"""Lines that are still a place to look at."""

MOST_PLACES = 2
_MOST_SUSPECTS = 10
_MOST_TRIES = 96
_SOME_TRIES = 56
_FEW_TRIES = 24
_LEAST_TRIES = 16
_MOST_BACK = 3
_MANY_EVENTS = 500


class Search:
    """The search in one function of a submission, for one case.

    ``student`` and ``solution`` are what both made in it, ``wrong`` the outputs that are wrong,
    ``elsewhere`` the contract's other functions: their mistakes are their own.  ``judged`` is the
    function or class that is looked at, in a ``file``; ``own_caches`` says that it goes on
    from what another of the student's kept for it in a form of its own; ``due`` is what is due
    under the keys of an output that are wrong.
    """

    def __init__(
        self,
        expressions: Expressions,
        student: Trace,
        solution: Solution,
        wrong: frozenset[str],
        elsewhere: frozenset[str],
        *,
        judged: str = "",
        file: str = "",
        own_caches: bool = False,
        due: Sequence[Array] = (),
    ) -> None:
        self._expressions, self._student = expressions, student
        self._wrong, self._own_caches = wrong, own_caches
        self._judged, self._contract, self._file = judged, elsewhere, file
        mine = Quantities(student.values)
        both = zip(student.values, solution.known.known(mine), strict=True)
        self._right = [known or is_plain(value) for value, known in both]
        self._solution, self._mine, self._due = solution, mine, due
        self._offers = Offers(expressions, student, solution, mine)
        self._most = _MOST_TRIES
        self.doubted: list[tuple[str, int]] = []
        """Lines at which the mistake may be, by file, where it could not be told which it is."""
        self._by_tensors = all(map(is_by_tensors, wrong))
        self._sorted = sort(student, self._right, expressions, elsewhere)
        self._unsure = Unsure(expressions, student, self._right)
        self._helpers = Helpers(expressions, student, self._right, self._offers, judged, elsewhere)
        self._elsewhere = Elsewhere(
            expressions, student, self._right, self._sorted, self._offers.donors
        )

    def places(self, run: Run, *, thorough: bool) -> tuple[Place, ...]:
        """Return the lines to look at, () where nothing surely is.

        Unless it is to be ``thorough``, only what is most suspect is tried out, and little of it.
        """
        if self._due:
            handing = self._handing()
            places = handing.places(run, thorough=thorough)
            if places or self._by_tensors:
                return places
            run, self._wrong = as_whole(run), frozenset(map(output_of, self._wrong))
            # where a case takes long, most was tried out already
            thorough = thorough and len(self._student.events) < _MANY_EVENTS
        most = _SOME_TRIES if thorough else _FEW_TRIES
        self._most = _MOST_TRIES if thorough else _MOST_TRIES // 2
        kinds = without(self._sorted, self._student.tensors)
        tries = self._offers.tries(outermost(kinds.suspects)[:_MOST_SUSPECTS], most)
        found = mending(tries, run(tries), self._wrong)
        if found:
            return self._of_suspects(found, run)
        most = _MOST_TRIES if thorough else max(_LEAST_TRIES, most - len(tries))
        tries = self._offers.tries([*kinds.known, *kinds.doubtful], most, missing=True)
        found = mending(tries, run(tries), self._wrong)
        place = self._between([one for one, left in found if not left])
        return () if place is None else (place,)

    def _handing(self) -> Handing:
        """Return the search in what only hands numbers on."""
        expressions, student, right = self._expressions, self._student, self._right
        by_tensors = self._by_tensors
        made, given = self._solution.made_by(self._judged, self._file, self._contract)
        has = [by_tensors or known for known in self._mine.known(made)]
        lacking = [value for value, known in zip(made.values, has, strict=True) if not known]
        for_all = len(set(map(output_of, self._wrong))) > 1
        missing = Missing(student, right, lacking, given, self._due, first=for_all)
        origins = Origins(expressions, student, right, self._judged)
        if by_tensors:
            self.doubted += sorted({spot[:2] for spot in student.tensors})
        return Handing(
            expressions,
            origins,
            self._sorted,
            self._offers,
            missing,
            self._wrong,
            by_tensors=by_tensors,
        )

    def _of_suspects(
        self, found: Sequence[tuple[Try, frozenset[str]]], run: Run
    ) -> tuple[Place, ...]:
        lines: dict[tuple[str, int, int], frozenset[str]] = {}
        left = self._wrong
        mends = [(one, self._wrong - still) for one, still in found]
        while left and (most := max((len(mended & left) for _, mended in mends), default=0)):
            tried, mended = next(one for one in mends if len(one[1] & left) == most)
            # what was put there is what belongs there: another number does not as well
            mends = [one for one in mends if one[0].spots != tried.spots]
            found_there = self._line_of(tried, mended, run)
            if found_there is None:
                break
            place, mended = found_there
            if mended != self._wrong and place.first != place.last:
                break
            for line in (place.first, self._handed_at(tried.spots[0], place)):
                at = (place.file, line, place.last if line == place.first else line)
                lines[at] = lines.get(at, frozenset()) | mended
            left -= mended
        if left or len(lines) > MOST_PLACES:
            return ()  # where all goes back to one place that was not found, parts say nothing
        return tuple(Place(*at, output=self._named(mended)) for at, mended in lines.items())

    def _handed_at(self, spot: Spot, place: Place) -> int:
        """Return the line that calls the helper in which a line is found, itself if none does."""
        one = self._expressions.at(spot)
        called = [] if one is None else self._helpers.called_at(one)
        return called[0] if len(called) == 1 and place.first == place.last else place.first

    def _named(self, mended: frozenset[str]) -> str:
        """Return the output to speak of, "" where all that are wrong are meant."""
        return "" if mended == self._wrong else min(mended)

    def _line_of(
        self, tried: Try, mended: frozenset[str], run: Run
    ) -> tuple[Place, frozenset[str]] | None:
        """Return the line of a suspect, with those around it where the mistake may be as well.

        With it come the outputs that are right with the right number on one of those lines.
        """
        spot = tried.spots[0]
        one = self._expressions.at(spot)
        assert one is not None
        self.doubted.append((spot[0], spot[1]))
        if self._was_right(spot) and self._reads_state(one):
            return None  # it was right at first: perhaps what is kept should have been reset
        if self._sorted.rests_on_others(one) or self._expressions.callers.runs_unseen(spot):
            return None  # it went on from what another made, or another function makes it
        if self._helpers.is_right_for_others(one):
            return None  # one of those that call it hands it what does not belong there
        if self._helpers.answer_several(one):
            return None  # what is known of that is not what it must answer
        lines = [spot[1], *self._elsewhere.not_reached(one), *self._later(one, tried, mended, run)]
        lines += self._loop_of(tried) + self._helpers.answer_nothing(one)
        lines += self._expressions.callers.chosen_at(spot)
        lines += self._unsure.of_unknown_read(one)
        lines += self._unsure.of_gathered(one)
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
                    self.doubted.append((spot[0], other.line))
                    lines += [other.line, *self._loop_of(other.tried)]
                    all_mended |= self._wrong - still
                    if (other.tried.spots[0][0], other.scope) != (spot[0], one.scope):
                        return None  # it may be wrong where it is taken out, or where it was put
                    made = self._expressions.at(other.tried.spots[0])
                    if made is not None and made.spot not in met:
                        met.add(made.spot)
                        waiting.append(made)
        lines.append(spot[3])
        lines = _with_near(lines, [*self._unsure.unread(one), *one.around.branches[-1:]])
        place = _place(spot[0], min(lines), max(lines))
        return None if place is None else (place, all_mended)

    def _is_handed_wrongly(self, one: Expression, mended: frozenset[str], run: Run) -> bool:
        """Whether another number among what a function is handed mends as much, or may."""
        if self._helpers.is_read_by(one):
            return True
        if self._elsewhere.is_of_attribute(one):
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

    def _reads_state(self, one: Expression) -> bool:
        return any(part.storage.startswith("self.") for part in self._expressions.inside(one))

    def _between(self, tries: Sequence[Try]) -> Place | None:
        """Return the lines from the first to the last expression tried, if they are few."""
        both = ((self._expressions.at(tried.spots[0]), tried) for tried in tries)
        found = [one for one, _ in both if one is not None]
        if not found or len({(one.spot[0], one.owner) for one in found}) > 1:
            return None
        doubtful = {one.spot for one in self._sorted.doubtful}
        lines = [one.spot[1] for one in found]
        lines += [line for tried in tries for line in self._loop_of(tried)]
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
            return _place(began.spot[0], min(lines), began.spot[3])
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
