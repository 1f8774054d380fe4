"""Lines named where something is raised of a wrong shape: it was made before it is used."""

from __future__ import annotations

import pytest

from grader.intake.submission import Submission
from tests.judges import JudgeOf

SUM = """    dxt = (
        parameters["Wf"][:, n_a:].T @ dpf
        + parameters["Wi"][:, n_a:].T @ dpi
        + parameters["Wc"][:, {}].T @ dpc
        + parameters["Wo"][:, n_a:].T @ dpo
    )
    gradients = {{"dxt": dxt, """

CHANGES = {
    "sizes taken apart in another order": (
        "rnn_bptt", "rnn_forward", "m, T_x = x.shape[1:]", "T_x, m = x.shape[1:]", "T_x, m = x",
    ),
    "how far the loop goes": (
        "rnn_bptt", "rnn_forward", "    m, T_x = x.shape[1:]\n",
        "    m = a0.shape[1]\n    T_x = x.shape[1]\n", "T_x = x.shape",
    ),
    "what a right function is given": (
        "rnn_bptt", "rnn_forward", "rnn_cell_forward(x[:, :, t]", "rnn_cell_forward(x[:, t, :]",
        "rnn_cell_forward(x[:, t",
    ),
    "the other half of a matrix": (
        "gated_rnn", "lstm_cell_backward", '    gradients = {"dxt": ds[n_a:], ',
        SUM.format(":n_a"), ":n_a].T",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_the_line_that_makes_a_wrong_shape_is_named(judge_of: JudgeOf, what: str) -> None:
    """The line that raises is told as well, and is right."""
    task, function, old, new, part = CHANGES[what]
    judge = judge_of(task)
    home = next(one.file for one in judge.assignment.functions if one.name == function)
    files = {name: judge.assignment.solution[name] for name in judge.assignment.files}
    text = files[home].decode()
    assert text.count(old) == 1
    text = text.replace(old, new)
    files[home] = text.encode()
    functions = judge.judge(Submission("ada", files, (), "")).functions
    found = next(one for one in functions if one.name == function)
    line = next(n for n, one in enumerate(text.splitlines(), 1) if part in one)
    assert found.finding is not None
    assert found.mistakes
    assert found.finding.facts["line"] != line
    assert [(one.first, one.last, one.proved) for one in found.places] == [(line, line, True)]
