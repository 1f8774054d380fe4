"""What is counted of lines that were named, and of messages that were labelled."""

from __future__ import annotations

import pytest

from benchmarks.messages import counted, written
from benchmarks.mutants import ALIKE, NONE, RIGHT, WITHIN, WRONG, Row, figures, kept_rows, named
from benchmarks.mutating import Mutant
from grader.record import Finding, FunctionResult, Place, Status

MUTANT = Mutant("m", "solution", {}, "a.py", 7, "Add_Sub", also=frozenset({9}))


def failed(*places: Place, line: int = 0) -> FunctionResult:
    """A function that lost its points, and is told these places, or a line of an exception."""
    finding = Finding("raised", "", {"file": "a.py", "line": line}) if line else None
    return FunctionResult("f", Status.FAILED, 0.0, 5.0, finding=finding, places=places)


@pytest.mark.parametrize(
    ("results", "how"),
    [
        ([failed()], NONE),
        ([failed(line=7)], RIGHT),
        ([failed(line=8)], NONE),
        ([failed(Place("a.py", 7, 7))], RIGHT),
        ([failed(Place("a.py", 9, 9))], RIGHT),
        ([failed(Place("a.py", 5, 8))], WITHIN),
        ([failed(Place("a.py", 8, 8))], WRONG),
        ([failed(Place("b.py", 7, 7))], WRONG),
        ([failed(Place("a.py", 7, 7)), failed(Place("a.py", 1, 2))], WRONG),
        ([failed(Place("a.py", 7, 7), Place("a.py", 1, 1))], WITHIN),
        ([failed(Place("a.py", 7, 7, output="dx"), Place("a.py", 1, 1))], WRONG),
        ([failed(Place("a.py", 2, 2), Place("a.py", 1, 1))], WRONG),
    ],
)
def test_how_a_changed_line_was_named(results: list[FunctionResult], how: str) -> None:
    """Every place has to hold it, or one of two that are said to be one or the other.

    An exception's line counts only where it is the one.
    """
    assert named(MUTANT, results) == how


def a_row(name: str, how: str, *, causes: tuple[str, ...] = (), undone: bool = False) -> Row:
    """A row as it is kept."""
    return {"name": name, "operator": "Number", "undone": undone, "how": how, "kinds": ["values"],
            "causes": list(causes)}  # fmt: skip


def test_figures_leave_out_what_is_right_all_the_same() -> None:
    """What repair undoes is apart; a cause or a line counts once."""
    rows = [
        a_row("x/1", RIGHT, causes=("sign",)),
        a_row("x/2", NONE, causes=("sign",)),
        a_row("x/3", WRONG, undone=True),
        a_row("x/4", ALIKE),
    ]
    text = figures(rows)
    assert "| no edit of repair undoes it | 2 | 50.0% | 0.0% | 0.0% | 50.0% |" in text
    assert "| an edit of repair undoes it | 1 | 0.0% | 0.0% | 100.0% | 0.0% |" in text
    assert "4 mutants judged, 1 of them right all the same." in text
    assert "in 2 of the 3 wrong ones, a cause or the line in 2." in text


def test_what_was_drawn_before_is_left_out() -> None:
    """Figures of work that nobody has seen hold no mutant that was judged with another seed."""
    every, unseen = kept_rows(9, []), kept_rows(9, [8])
    names = {one["name"] for one in kept_rows(8, [])}
    assert unseen == [one for one in every if one["name"] not in names]
    assert 0 < len(unseen) < len(every)


def test_labels_are_counted_with_who_gave_them() -> None:
    """What is not read yet counts as not read; a label that there is not is refused."""
    some = [{"said": 'Look at "f".', "label": label} for label in ("true", "untrue", "", "true")]
    text = written(some)
    shares = "true 2, partly 0, unnamed 0, untrue 1."
    assert counted(text) == f"3 of 4 messages labelled by nobody: {shares}"
    named_by = text.replace('by = ""', 'by = "a teacher"')
    assert counted(named_by) == f"3 of 4 messages labelled by a teacher: {shares}"
    with pytest.raises(ValueError, match="no label 'right'"):
        counted(text.replace('label = "untrue"', 'label = "right"'))
