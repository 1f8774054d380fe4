"""Statistics of a class, against numbers counted by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.record import Criterion, Finding, FunctionResult, Report, Status
from grader.reports.statistics import (
    common_mistakes,
    crashed,
    criterion_rates,
    discrimination,
    function_rates,
    needs_a_look,
    spread,
    unread,
    unrecognised,
)


def report(student: str, *functions: FunctionResult) -> Report:
    """Return the report of a student."""
    return Report("rnn_bptt", student, functions, "d", "f", "full")


def softmax(
    score: float | None, finding: Finding | None = None, mistakes: tuple[str, ...] = ()
) -> FunctionResult:
    """Return a result of 5 points with one criterion."""
    status = Status.NOT_JUDGED if score is None else Status.PASSED if score == 5 else Status.FAILED
    criteria = () if score is None else (Criterion("values", 5.0, score, score == 5),)
    return FunctionResult("softmax", status, score, 5.0, criteria, finding, mistakes=mistakes)


def test_spread() -> None:
    """Quartiles include both ends."""
    found = spread([4.0, 1.0, 3.0, 2.0, 5.0])
    assert found is not None
    assert (found.count, found.mean, found.lowest, found.highest) == (5, 3.0, 1.0, 5.0)
    assert (found.lower_quartile, found.median, found.upper_quartile) == (2.0, 3.0, 4.0)
    assert found.deviation == pytest.approx(2.5**0.5, rel=1e-12)
    assert spread([]) is None


def test_function_rates() -> None:
    """What was not judged counts neither as right nor as wrong."""
    reports = [report(str(n), softmax(score)) for n, score in enumerate([5.0, 5.0, 2.0, 0.0, None])]
    (rate,) = function_rates(reports)
    assert (rate.full, rate.some, rate.none, rate.not_judged, rate.judged) == (2, 1, 1, 1, 4)
    assert rate.mean == 3.0


def test_criterion_rates() -> None:
    """Passed of judged."""
    reports = [report(str(n), softmax(score)) for n, score in enumerate([5.0, 5.0, 0.0, None])]
    (rate,) = criterion_rates(reports)
    assert (rate.passed, rate.judged, rate.rate) == (2, 3, 2 / 3)
    assert rate.discrimination is None


def test_discrimination_is_the_point_biserial_correlation() -> None:
    """By its textbook formula: (M1 - M0) / s * sqrt(p q), the deviation of the population."""
    passed = [True] * 12 + [False] * 8
    rest = [float(n) for n in range(20, 0, -1)]
    mean_passed = sum(rest[:12]) / 12
    mean_failed = sum(rest[12:]) / 8
    mean = sum(rest) / 20
    deviation = (sum((one - mean) ** 2 for one in rest) / 20) ** 0.5
    due = (mean_passed - mean_failed) / deviation * (0.6 * 0.4) ** 0.5
    assert discrimination(passed, rest) == pytest.approx(due, rel=1e-12)
    assert discrimination(passed[:19], rest[:19]) is None
    assert discrimination([True] * 20, rest) is None
    assert discrimination(passed, [*rest[:19], None]) is None


def test_groups() -> None:
    """Recognised mistakes by key, all else by what was found; the commonest first."""
    shape = Finding("shape", "values")
    reports = [
        report("a", softmax(0.0, Finding("values", "values"), ("whole_matrix",))),
        report("b", softmax(0.0, shape)),
        report("c", softmax(0.0, shape)),
        report("d", softmax(0.0, Finding("syntax error", facts={"file": "rnn_cell.py"}))),
    ]
    (known,) = common_mistakes(reports)
    assert (known.function, known.mistake, known.students) == ("softmax", "whole_matrix", ("a",))
    first, second = unrecognised(reports)
    assert (first.function, first.students) == ("softmax", ("b", "c"))
    assert (second.function, second.students) == ("", ("d",))


def test_who_needs_a_look() -> None:
    """What was not judged, and what tried what homework has no need to do; a crash did not."""
    reports = [
        report("a", softmax(5.0)),
        report("b", softmax(None)),
        report("c", softmax(0.0, Finding("refused", facts={"what": "read a file"}))),
        report("d", softmax(0.0, Finding("raised"))),
        report("e", softmax(0.0, Finding("died", facts={"reason": "signal 11"}))),
        report("f", softmax(0.0, Finding("import died", facts={"reason": "memory"}))),
        report("g", softmax(0.0, Finding("died", facts={"reason": "exit status 3"}))),
    ]
    looks = needs_a_look(reports)
    assert [(one.student, one.not_judged, len(one.tried)) for one in looks] == [
        ("b", ("softmax",), 0),
        ("c", (), 1),
        ("g", (), 1),
    ]
    assert [(who, name, one.kind) for who, name, one in crashed(reports)] == [
        ("e", "softmax", "died"),
        ("f", "softmax", "import died"),
    ]


def test_who_handed_in_what_could_not_be_read() -> None:
    """Where points are missing: they may be in there."""
    remark = Finding("unread zip", "", {"file": "all.zip", "what": "corrupt"})
    lost = softmax(0.0, Finding("missing file", "", {"file": "rnn_cell.py"}))
    reports = [
        replace(report("a", lost), remarks=(remark,)),
        replace(report("b", softmax(5.0)), remarks=(remark,)),
        replace(report("c", lost), remarks=(Finding("empty file", "", {"file": "x.py"}),)),
    ]
    assert unread(reports) == [("a", remark)]
