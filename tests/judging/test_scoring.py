"""From what is wrong in each case to points, and to the one message that helps most."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from grader.cases.comparing import Mismatch
from grader.course import Function
from grader.judging.scoring import CaseVerdict, Verdict, better, verdict, whole
from grader.record import Finding

CELL = Function("cell", "cell.py", {"a": 5.0, "y": 5.0}, {"edge": 1.0, "rules": 1.0})


def case(criterion: str, *findings: Finding, decides: Sequence[str] = ("a", "y")) -> CaseVerdict:
    """Return what was wrong in one case."""
    return CaseVerdict(criterion, decides, [Mismatch(finding) for finding in findings])


def earned(*cases: CaseVerdict) -> dict[str, float]:
    """Return the points of each criterion."""
    return {one.name: one.earned for one in verdict(CELL, cases).criteria}


VALUES_A = Finding("values", "a")
VALUES_Y = Finding("values", "y")


@pytest.mark.parametrize(
    ("cases", "points"),
    [
        ([case(""), case("edge"), case("rules")], [5, 5, 1, 1]),
        ([case("", VALUES_A), case("edge"), case("rules")], [0, 5, 0.5, 0.5]),
        ([case(""), case("", VALUES_A), case("edge", VALUES_A)], [0, 5, 0.5, 0.5]),
        ([case(""), case("edge", VALUES_A), case("rules")], [5, 5, 0, 1]),
        ([case("", VALUES_A), case("edge", VALUES_Y), case("rules")], [0, 5, 0, 0.5]),
        ([case("", VALUES_A, VALUES_Y), case("edge"), case("rules")], [0, 0, 0, 0]),
        ([case("", Finding("raised")), case("edge"), case("rules")], [0, 0, 0, 0]),
        ([case(""), case("edge"), case("rules", Finding("argument changed"))], [5, 5, 1, 0]),
    ],
)
def test_points(cases: list[CaseVerdict], points: list[float]) -> None:
    """All or nothing over all cases; small criteria follow the outputs that are right."""
    assert list(earned(*cases).values()) == points


def test_without_a_right_output_no_criterion_is_passed() -> None:
    """Nothing that is right was there to be judged by a small criterion: it is not said to hold."""
    none = verdict(CELL, [case("", VALUES_A, VALUES_Y), case("edge"), case("rules")])
    assert [(one.passed, one.judged) for one in none.criteria[2:]] == [(False, False)] * 2
    some = verdict(CELL, [case("", VALUES_A), case("edge"), case("rules")])
    assert [(one.passed, one.judged) for one in some.criteria[2:]] == [(True, True)] * 2


def test_the_lowest_rung_speaks_first() -> None:
    """A shape is told before values, an exception before both; sizes of the first case stay."""
    sizes = {"m": 3}
    found = verdict(
        CELL,
        [
            case("", Finding("values", "y", sizes=sizes)),
            case("", Finding("shape", "a", sizes=sizes)),
            case("", Finding("shape", "a", sizes={"m": 4})),
        ],
    ).findings
    assert [(one.kind, one.output, one.sizes, one.more) for one in found] == [
        ("shape", "a", sizes, 1),
        ("values", "y", sizes, 0),
    ]


@pytest.mark.parametrize(
    ("cases", "others"),
    [
        ([case("", VALUES_A), case("", Finding("result changed later", "a"))], 0),
        ([case("", VALUES_A), case("", Finding("shape", "a"), VALUES_Y)], 1),
        ([case("", VALUES_A), case("rules", Finding("argument changed"))], 1),
        ([case(""), case("rules", Finding("argument changed"), Finding("extra key"))], 1),
        ([case("")], 0),
    ],
)
def test_what_else_is_wrong_is_counted_by_output_and_rule(
    cases: list[CaseVerdict], others: int
) -> None:
    """An output that is wrong in two ways is one wrong output: no second one is announced."""
    assert verdict(CELL, cases).others == others


def test_what_does_not_depend_on_inputs_has_no_sizes() -> None:
    """A missing function is missing everywhere."""
    found = verdict(CELL, [case("", Finding("missing function", sizes={"m": 3}))] * 4).findings
    assert [(one.kind, one.sizes, one.more) for one in found] == [("missing function", {}, 0)]


def test_a_function_that_cannot_be_called_earns_nothing() -> None:
    """Whatever its criteria are."""
    lost = whole(CELL, Finding("syntax error"))
    assert (lost.score, lost.full, [one.kind for one in lost.findings]) == (
        0,
        False,
        ["syntax error"],
    )


def test_nobody_pays_for_a_neighbour() -> None:
    """The better of both judgings counts; with equal points the lent one speaks.

    Where lent ones stand in the place of right ones alone, what the student sees speaks.
    """
    right, wrong = verdict(CELL, [case("")]), verdict(CELL, [case("", VALUES_A)])
    assert better(wrong, right) is right
    assert better(right, wrong) is right
    lent: Verdict = verdict(CELL, [case("", VALUES_A)])
    assert better(wrong, lent) is lent
    assert better(wrong, lent, beside_right=True) is wrong
    assert better(wrong, right, beside_right=True) is right
    assert better(right, wrong, beside_right=True) is right


def test_a_small_criterion_shows_no_mask() -> None:
    """At an edge size a mask is next to a value; over all cases of an output it is kept."""
    masked = Finding("values", "a", {"where": "entries", "wrong": 1, "of": 2, "mask": ("x.",)})
    (small,) = verdict(CELL, [case("edge", masked)]).findings
    assert small.facts == {"where": "entries", "wrong": 1, "of": 2}
    (large,) = verdict(CELL, [case("", masked)]).findings
    assert large.facts == masked.facts
