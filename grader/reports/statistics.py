"""What the reports of a class say together: pure functions from records to numbers.

Students are named in the order of the reports.  What could not be judged counts nowhere but
where it is said, for a fault of the grader must not look like a hard question.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.phrases import finding_of
from grader.phrases.ladder import IMPORT, SUBMISSION
from grader.record import Finding, FunctionResult, Report, Status

SMALLEST_CLASS = 20
"""Judged students from which on a discrimination is more than chance."""

TRIED = frozenset(
    {"refused", "died", "import died", "broke rules", "nonsense reply", "unexplained"}
)
"""Findings that show a process which did what homework has no need to do."""

_BY_MISTAKE = frozenset({"memory", *(f"signal {number}" for number in (4, 5, 6, 7, 8, 11))})
"""What ends a process that did nothing but go wrong: no memory left, or a crash."""

_UNREAD = frozenset({"unread zip", "unreadable file", "binary file", "too many files"})
"""Findings that something was handed in whose content nobody knows."""

_OF_A_FILE = frozenset({*SUBMISSION, *IMPORT})


@dataclass(frozen=True)
class Spread:
    """Where some numbers lie; ``deviation`` is that of the sample, 0 for a single number."""

    count: int
    mean: float
    deviation: float
    lowest: float
    lower_quartile: float
    median: float
    upper_quartile: float
    highest: float


def spread(numbers: Iterable[float]) -> Spread | None:
    """Say where numbers lie, or None where there are none; quartiles include both ends."""
    values = sorted(numbers)
    if not values:
        return None
    if len(values) == 1:
        lower = median = upper = values[0]
    else:
        lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(
        count=len(values),
        mean=statistics.fmean(values),
        deviation=statistics.stdev(values) if len(values) > 1 else 0.0,
        lowest=values[0],
        lower_quartile=lower,
        median=median,
        upper_quartile=upper,
        highest=values[-1],
    )


@dataclass(frozen=True)
class FunctionRate:
    """How a class did on one function: how many earned all its points, some, none."""

    name: str
    max_score: float
    full: int
    some: int
    none: int
    not_judged: int
    mean: float | None

    @property
    def judged(self) -> int:
        """How many have a score."""
        return self.full + self.some + self.none


def function_rates(reports: Sequence[Report]) -> list[FunctionRate]:
    """Count for each function, in the contract's order, who earned how much of it."""
    rates = []
    for name, results in _by_function(reports).items():
        scores = [result.score for result in results if result.score is not None]
        full = sum(result.status is Status.PASSED for result in results)
        none = sum(result.score == 0 and result.status is not Status.PASSED for result in results)
        rates.append(
            FunctionRate(
                name=name,
                max_score=results[0].max_score,
                full=full,
                some=len(scores) - full - none,
                none=none,
                not_judged=len(results) - len(scores),
                mean=statistics.fmean(scores) if scores else None,
            )
        )
    return rates


@dataclass(frozen=True)
class CriterionRate:
    """How many passed one criterion, and whether it tells strong students from weak ones.

    ``discrimination`` is the correlation between passing (0 or 1) and the points earned with
    everything else, from -1 to 1: the corrected item-total correlation.  It is None where the
    class is too small, or where everybody passed or nobody did.
    """

    function: str
    name: str
    points: float
    passed: int
    judged: int
    discrimination: float | None

    @property
    def rate(self) -> float:
        """The share that passed, from 0 to 1."""
        return self.passed / self.judged


def criterion_rates(reports: Sequence[Report]) -> list[CriterionRate]:
    """Say for each criterion, in the contract's order, how many passed and what that tells."""
    passing: dict[tuple[str, str], list[bool]] = defaultdict(list)
    rest: dict[tuple[str, str], list[float | None]] = defaultdict(list)
    points: dict[tuple[str, str], float] = {}
    for report in reports:
        total = report.score
        for result in report.functions:
            for criterion in result.criteria if result.score is not None else ():
                key = (result.name, criterion.name)
                points[key] = criterion.points
                passing[key].append(criterion.passed)
                rest[key].append(None if total is None else total - criterion.earned)
    # The criteria of a function stand together, whichever report named one first.
    functions = list(_by_function(reports))
    return [
        CriterionRate(
            function=function,
            name=name,
            points=points[function, name],
            passed=sum(passed),
            judged=len(passed),
            discrimination=discrimination(passed, rest[function, name]),
        )
        for (function, name), passed in sorted(
            passing.items(), key=lambda item: functions.index(item[0][0])
        )
    ]


def discrimination(passed: Sequence[bool], rest: Sequence[float | None]) -> float | None:
    """Return the point-biserial correlation of passing an item with the points without it.

    Students without a total are left out.  None where fewer than SMALLEST_CLASS remain, or
    where either side does not vary.
    """
    pairs = [
        (float(one), other) for one, other in zip(passed, rest, strict=True) if other is not None
    ]
    if len(pairs) < SMALLEST_CLASS:
        return None
    items, totals = zip(*pairs, strict=True)
    try:
        return statistics.correlation(items, totals)
    except statistics.StatisticsError:  # one side is constant
        return None


@dataclass(frozen=True)
class Group:
    """Students whose submissions show the same thing; ``function`` is "" where several are hit.

    ``mistake`` is a key of the catalogue, or "" and then ``example`` is the first finding.
    """

    function: str
    students: tuple[str, ...]
    mistake: str = ""
    example: Finding | None = None


def common_mistakes(reports: Sequence[Report]) -> list[Group]:
    """Group by the recognised mistake and its function, the commonest first."""
    who: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for report in reports:
        for result in report.functions:
            for mistake in result.mistakes:
                who[result.name, mistake][report.student] = None
    groups = [Group(function, tuple(names), key) for (function, key), names in who.items()]
    return sorted(groups, key=lambda group: -len(group.students))


def unrecognised(reports: Sequence[Report]) -> list[Group]:
    """Group what no known mistake explains by its kind and place, the commonest first.

    The place is an output of a function, or a file that sinks all functions in it.
    """
    who: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    first: dict[tuple[str, ...], tuple[str, Finding]] = {}
    for report in reports:
        for result in report.functions:
            finding = finding_of(result)
            if finding is None or result.mistakes or result.status is not Status.FAILED:
                continue
            of_file = finding.kind in _OF_A_FILE
            function = "" if of_file else result.name
            place = str(finding.facts.get("file", "")) if of_file else finding.output
            key = (finding.kind, function, place)
            who[key][report.student] = None
            first.setdefault(key, (function, finding))
    groups = [
        Group(first[key][0], tuple(names), example=first[key][1]) for key, names in who.items()
    ]
    return sorted(groups, key=lambda group: -len(group.students))


@dataclass(frozen=True)
class Look:
    """A submission that needs a look: what was not judged, and what it tried."""

    student: str
    not_judged: tuple[str, ...]
    tried: tuple[tuple[str, Finding], ...]


def needs_a_look(reports: Sequence[Report]) -> list[Look]:
    """Name the submissions that a person should look at, and why."""
    looks = []
    for report in reports:
        missing = tuple(result.name for result in report.functions if result.score is None)
        found = [("", remark) for remark in report.remarks]
        found += [(one.name, one.finding) for one in report.functions if one.finding]
        tried = tuple((name, finding) for name, finding in found if _tried(finding))
        if missing or tried:
            looks.append(Look(report.student, missing, tried))
    return looks


def unread(reports: Sequence[Report]) -> list[tuple[str, Finding]]:
    """Name who lost points and handed in what could not be read, once for each such thing."""
    return [
        (report.student, remark)
        for report in reports
        for remark in report.remarks
        if remark.kind in _UNREAD and any(one.status is Status.FAILED for one in report.functions)
    ]


def crashed(reports: Sequence[Report]) -> list[tuple[str, str, Finding]]:
    """Name the functions that ended Python by mistake, or found no memory left."""
    return [
        (report.student, one.name, one.finding)
        for report in reports
        for one in report.functions
        if one.finding and (_by_mistake(one.finding) or one.finding.kind == "memory")
    ]


def _tried(finding: Finding) -> bool:
    return finding.kind in TRIED and not _by_mistake(finding)


def _by_mistake(finding: Finding) -> bool:
    return finding.kind in TRIED and finding.facts.get("reason") in _BY_MISTAKE


def _by_function(reports: Sequence[Report]) -> dict[str, list[FunctionResult]]:
    results: dict[str, list[FunctionResult]] = {}
    for report in reports:
        for result in report.functions:
            results.setdefault(result.name, []).append(result)
    return results
