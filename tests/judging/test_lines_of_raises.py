"""Lines named where something is raised of a wrong shape: it was made before it is used."""

from __future__ import annotations

from pathlib import Path

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


def test_no_line_is_named_that_could_turn_what_was_stacked_wrongly(judge_of: JudgeOf) -> None:
    """Its indices in another order mend all; so would another axis where it was made."""
    judge = judge_of("rnn_bptt")
    bases = Path(__file__).parents[1] / "bank" / "rnn_bptt" / "bases"
    text = (bases / "einsum" / "rnn_sequence.py").read_text("utf-8")
    old = "np.stack([step[0] for step in steps], axis=-1)"
    assert text.count(old) == 1
    files = {name: judge.assignment.solution[name] for name in judge.assignment.files}
    files["rnn_sequence.py"] = text.replace(old, old.replace("-1", "0")).encode()
    functions = judge.judge(Submission("ada", files, (), "")).functions
    found = next(one for one in functions if one.name == "rnn_backward")
    line = 1 + text[: text.index(old)].count("\n")
    assert found.mistakes
    assert all(one.first <= line <= one.last for one in found.places)
