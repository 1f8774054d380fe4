"""A cause that explains some of the wrong outputs says which, and what it leaves open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.phrases import Phrases
from grader.record import Finding, FunctionResult, Status
from grader.reports.record_json import pack
from tests.edited import STEP_BACK, TASK, result
from tests.judges import JudgeOf

WRONG = FunctionResult(
    "rnn_backward", Status.FAILED, 0.0, 25.0, finding=Finding("values", "dx"), mistakes=("sign",)
)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_outputs_are_named_where_a_cause_is_not_that_of_all(language: str) -> None:
    """Whatever else is wrong or right; else the cause stands alone."""
    phrases = Phrases.load(language)
    alone = phrases.cause(replace(WRONG, explains=((),)))
    assert alone == phrases.catalogue.mistakes["sign"].cause
    part = phrases.cause(replace(WRONG, explains=(("dx", "da0"),), unexplained=("dba",)))
    of, rest = (
        "In dx, da0: ",
        " What is wrong in dba may follow from it, or have a cause of its own.",
    )
    if language == "zh":
        of, rest = ("dx、da0：", "dba 的错误可能由此引起，也可能另有原因。")
    assert part == f"{of}{alone}{rest}"
    assert phrases.cause(replace(WRONG, explains=(("dx", "da0"),))) == f"{of}{alone}"


@pytest.mark.parametrize(
    ("edits", "explains"),
    [
        ([(STEP_BACK, "rnn_cell_backward(da[:, :, t], cell_caches[t])")], ()),
        (
            [
                (
                    'dx[:, :, t] = gradients["dxt"]',
                    "dx[:, :, t] = rnn_cell_backward(da[:, :, t], cell_caches[t])['dxt']",
                )
            ],
            ("dx",),
        ),
    ],
)
def test_a_mistake_in_one_output_alone_is_said_of_that(
    judge_of: JudgeOf, edits: list[tuple[str, str]], explains: tuple[str, ...]
) -> None:
    """Where it would show in others as well, if it were made for all of them."""
    found = result(judge_of(TASK.name), "rnn_backward", *edits)
    assert (found.mistakes, found.explains) == (("gradient_not_carried",), (explains,))


def test_the_record_keeps_it() -> None:
    """As JSON data."""
    data = pack(WRONG)
    assert (data["explains"], data["unexplained"]) == ([], [])


def test_of_a_comparison_the_keys_are_named(judge_of: JudgeOf) -> None:
    """PyTorch's results in the order of the sorted names: what is said of two is not said of all.

    The outputs are halves of all pairs, which would say nothing.
    """
    names = "zip(names, zip(by_numpy, by_torch, strict=True), strict=True)"
    theirs = "zip(names, zip(by_numpy, (dict(zip(sorted(names), by_torch))[n] for n in names)))"
    found = result(judge_of(TASK.name), "compare_with_torch", (names, theirs))
    assert found.mistakes == ("weights_under_each_others_name",)
    assert (found.explains, found.unexplained) == ((("dw_hh", "dw_ih"),), ())
