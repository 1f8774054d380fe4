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

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from grader.diagnosis.donors import Solution
from grader.diagnosis.expressions import Expressions
from grader.diagnosis.fills import sorted_fills
from grader.diagnosis.handing import Handing
from grader.diagnosis.missing import Missing
from grader.diagnosis.offers import Offers
from grader.diagnosis.origins import Origins
from grader.diagnosis.suspects import outermost, sort, without
from grader.diagnosis.traces import Array, Quantities, Spot, Trace, is_plain
from grader.diagnosis.trying import Run, Try, as_whole, is_by_tensors, mending, output_of
from grader.diagnosis.widening import Widening
from grader.record import Place

MOST_PLACES = 2
_MOST_SUSPECTS = 10
_MOST_TRIES = 96
_SOME_TRIES = 56
_FEW_TRIES = 24
_LEAST_TRIES = 16
_MANY_EVENTS = 500
_MOST_INSIDE = 1


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
        self._wrong = wrong
        self._judged, self._contract, self._file = judged, elsewhere, file
        mine = Quantities(student.values)
        both = zip(student.values, solution.known.known(mine), strict=True)
        self._right = [known or is_plain(value) for value, known in both]
        self._solution, self._mine, self._due = solution, mine, due
        fills = sorted_fills(student, self._right, solution)
        self.fills = replace(fills, wrong=tuple(sorted(fills.wrong, key=self._is_inner)))
        self._offers = Offers(expressions, student, solution, mine)
        self.doubted: list[tuple[str, int]] = []
        """Lines at which the mistake may be, by file, where it could not be told which it is."""
        self._by_tensors = all(map(is_by_tensors, wrong))
        self._sorted = sort(student, self._right, expressions, elsewhere)
        self._widening = Widening(
            expressions,
            student,
            self._right,
            solution,
            self._offers,
            self._sorted,
            judged,
            elsewhere,
            self.doubted,
            own_caches=own_caches,
        )

    @property
    def resting(self) -> Mapping[tuple[str, int], Collection[int]]:
        """By file and line other lines: what was made there may rest on what these made."""
        return self._widening.resting

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
        self._widening.begin(self._wrong, _MOST_TRIES if thorough else _MOST_TRIES // 2)
        # what only hands numbers on to PyTorch was looked at above
        kinds = without(self._sorted, self._student.tensors if self._due else ())
        tries = self._offers.tries(outermost(kinds.suspects)[:_MOST_SUSPECTS], most)
        found = mending(tries, run(tries), self._wrong)
        if found:
            return self._of_suspects(found, run)
        most = _MOST_TRIES if thorough else max(_LEAST_TRIES, most - len(tries))
        tries = self._offers.tries([*kinds.known, *kinds.doubtful], most, missing=True)
        found = mending(tries, run(tries), self._wrong)
        if any(self._is_used_unwatched(one) for one, left in found if not left):
            return ()
        place = self._widening.between([one for one, left in found if not left])
        return () if place is None else (place,)

    def _is_used_unwatched(self, tried: Try) -> bool:
        """Whether other functions went through arrays too often for it to be watched.

        What they read may be right there, and wrong in them.
        """
        one = self._expressions.at(tried.spots[0])
        used = (self._expressions.at(spot) for spot in self._student.busy)
        scopes = {busy.scope for busy in used if busy is not None}
        return one is None or (bool(scopes) and one.scope not in scopes)

    def _is_inner(self, spot: Spot) -> bool:
        """Whether a place is that of a helper: what is handed to that may be wrong."""
        one = self._expressions.at(spot)
        return one is None or one.owner != self._judged or not self._expressions.is_outer(one)

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
            found_there = self._widening.line_of(tried, mended, run)
            for inner in self._inside(tried, mended, mends):
                if found_there is not None and found_there[0].first == found_there[0].last:
                    break
                found_there = _narrower(found_there, self._widening.line_of(inner, mended, run))
            if found_there is None:
                break
            place, mended = found_there
            if mended != self._wrong and place.first != place.last:
                break
            for line in (place.first, self._widening.handed_at(tried.spots[0], place)):
                at = (place.file, line, place.last if line == place.first else line)
                lines[at] = lines.get(at, frozenset()) | mended
            left -= mended
        if left or len(lines) > MOST_PLACES:
            return ()  # where all goes back to one place that was not found, parts say nothing
        return tuple(Place(*at, output=self._named(mended)) for at, mended in lines.items())

    def _inside(
        self, tried: Try, mended: frozenset[str], mends: Sequence[tuple[Try, frozenset[str]]]
    ) -> list[Try]:
        """Return what lies inside what was tried out and mends as much: less of it may be wrong."""
        one = self._expressions.at(tried.spots[0])
        inside = {part.spot for part in self._expressions.inside(one)} if one else set()
        found = {other.spots: other for other, by_it in mends if by_it == mended}
        return [other for other in found.values() if other.spots[0] in inside][:_MOST_INSIDE]

    def _named(self, mended: frozenset[str]) -> str:
        """Return the output to speak of, "" where all that are wrong are meant."""
        return "" if mended == self._wrong else min(mended)


_Found = tuple[Place, frozenset[str]]


def _narrower(one: _Found | None, other: _Found | None) -> _Found | None:
    """Return which of two places found has fewer lines, the first where both have as many."""
    both = [found for found in (one, other) if found is not None]
    return min(both, key=lambda found: found[0].last - found[0].first, default=None)
