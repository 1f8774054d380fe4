"""What is said before any medium lays it out: scores, and which function to start with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.phrases import Phrases
from grader.record import Adjustment, Criterion, Finding, FunctionResult, Report, Status
from grader.reports.entry import first_wrong, shown
from grader.reports.html import page
from grader.reports.markdown import feedback as markdown
from grader.reports.text import feedback


def wrong(name: str, most: float, *rests_on: str, score: float = 0.0) -> FunctionResult:
    """Make the result of a function that is wrong."""
    return FunctionResult(name, Status.FAILED, score, most, rests_on=rests_on)


def report(*functions: FunctionResult) -> Report:
    """Make a report of nothing but these functions."""
    return Report("rnn_bptt", "ada", functions, "", "", "full")


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (1150 / 13, "88.46"),
        (5, "5"),
        (2.5, "2.5"),
        (0.1 + 0.2, "0.3"),
        (24.998, "24.998"),  # not 25
        (None, ""),
    ],
)
def test_scores_read_as_people_write_them(score: float | None, said: str) -> None:
    """Two decimals at most, and never a whole number that was not reached."""
    assert shown(score) == said


def test_what_most_points_are_missing_of_comes_first() -> None:
    """A broken BPTT goes before a softmax that it does not rest on."""
    first = first_wrong(report(wrong("softmax", 5), wrong("rnn_backward", 25)))
    assert first is not None
    assert first.name == "rnn_backward"


def test_what_others_rest_on_comes_first() -> None:
    """However few points it has; what rests on nothing wrong is still ranked by points."""
    softmax, forward = wrong("softmax", 5), wrong("rnn_cell_forward", 15, "softmax")
    first = first_wrong(report(softmax, forward))
    assert first is not None
    assert first.name == "softmax"


def test_of_equals_the_contract_s_first_comes_first() -> None:
    """Nothing wrong: nothing to start with."""
    first = first_wrong(report(wrong("a", 25), wrong("b", 25)))
    assert first is not None
    assert first.name == "a"
    assert first_wrong(report(FunctionResult("a", Status.PASSED, 5.0, 5.0))) is None


def test_a_file_that_cannot_be_read_is_what_to_start_with() -> None:
    """Not one of its functions: none of them can be used before."""
    unread = Finding("syntax error", "", {"file": "rnn_cell.py", "line": 3, "detail": "x"})
    told = replace(wrong("softmax", 5), finding=unread, mistakes=("file_cannot_be_read",))
    phrases = Phrases.load()
    assert "**Start with** `rnn_cell.py`" in markdown(report(told), phrases)
    assert "Start with rnn_cell.py" in feedback(report(told), phrases)
    top = page(report(told), phrases).partition('id="first"')[2].partition("</h2>")[0]
    assert "rnn_" in top
    assert "softmax" not in top.partition(">")[2].partition(">")[2]


def test_one_more_hint_is_folded_on_the_page_and_last_in_the_terminal() -> None:
    """Where the mistake has a hint; without one there is neither."""
    phrases = Phrases.load("en")
    finding = Finding("values", "dba", {"where": "everywhere"})
    known = FunctionResult("a", Status.FAILED, 0.0, 5.0, finding=finding, mistakes=("sign",))
    hint = phrases.hint_of(known)
    assert hint
    folded = '<details class="hint"><summary>One more hint</summary>'
    assert folded in page(report(known), phrases)
    assert feedback(report(known), phrases).endswith(f"\nOne more hint: {hint}\n")
    unknown = FunctionResult("a", Status.FAILED, 0.0, 5.0, finding=finding)
    assert folded not in page(report(unknown), phrases)
    assert "One more hint" not in feedback(report(unknown), phrases)


def test_rules_are_not_called_wrong_where_there_was_nothing_to_judge_them_on() -> None:
    """The page says that they were not judged."""
    phrases = Phrases.load("en")
    parts = [
        (
            Criterion("dba", 4.0, 0.0, passed=False),
            Criterion("rules", 1.0, 0.0, passed=False, judged=judged),
        )
        for judged in (False, True)
    ]
    pages = [
        page(report(FunctionResult("a", Status.FAILED, 0.0, 5.0, criteria=some)), phrases)
        for some in parts
    ]
    assert [one.count("nothing right yet to judge it on") for one in pages] == [1, 0]
    assert [one.count("</span> wrong</td>") for one in pages] == [1, 2]


@pytest.mark.parametrize("kind", ["newer syntax", "syntax error"])
def test_what_is_wrong_with_a_file_is_said_once(kind: str) -> None:
    """Its other functions refer to the first; points given by hand are still said."""
    facts = {"file": "rnn_cell.py", "line": 3, "source_line": "type X = int", "needs": "3.12"}
    facts |= {"has": "3.11", "detail": "invalid syntax"}
    broken = [
        replace(wrong(name, 5), finding=Finding(kind, facts=facts))
        for name in ("softmax", "forward", "backward")
    ]
    broken[1] = replace(broken[1], adjustment=Adjustment(0.0, "an appeal"))
    other = replace(wrong("rnn", 5), finding=Finding(kind, facts={**facts, "file": "rnn.py"}))
    one, phrases = report(*broken, other), Phrases.load()
    for text in (feedback(one, phrases), markdown(one, phrases)):
        assert text.count("the same as for") == 2
        assert text.count("softmax") == 3  # its head, twice referred to; it starts with the file
        assert "an appeal" in text
        assert text.count("What") == 2
    assert "softmax: see there" in feedback(one, phrases)
