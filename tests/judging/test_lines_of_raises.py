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

SIZES = '    m, T_x = x.shape[1:]\n    n_y, n_a = parameters["Wya"].shape\n'
CHANGES: dict[str, tuple[str, str, str, str, str | tuple[str, str]]] = {
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
    "a size of another axis": (
        "rnn_bptt", "rnn_forward", SIZES,
        '    m, T_x = x.shape[1:]\n    n_a = len(a0)\n    n_y = parameters["Wya"].shape[1]\n',
        ("n_y = ", "y_pred = np"),
    ),
    "sizes of another array": (
        "rnn_bptt", "rnn_forward", SIZES,
        '    n_a, m, T_x = x.shape\n    n_y = len(parameters["Wya"])\n',
        ("n_a, m, T_x = x", "a = np"),
    ),
    "an array that is made in another size": (
        "gated_rnn", "lstm_backward", "np.empty((x.shape[0], m, T_x))", "np.empty((n_a, m, T_x))",
        "dx = np.empty(",
    ),
    "one of two sizes that are added": (
        "gated_rnn", "lstm_backward", "    sums = {}\n",
        '    n_x = len(x)\n    sums = {f"dW{one}": np.zeros((n_a, n_x + n_x)) for one in "fico"}\n',
        "n_x + n_x",
    ),
    "the other half of a matrix": (
        "gated_rnn", "lstm_cell_backward", '    gradients = {"dxt": ds[n_a:], ',
        SUM.format(":n_a"), ":n_a].T",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_the_line_that_makes_a_wrong_shape_is_named(judge_of: JudgeOf, what: str) -> None:
    """The line that raises is told as well, and is right.

    Where an array could be made larger instead, that line belongs to the place.
    """
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
    begins = (part, part) if isinstance(part, str) else part
    lines = list(enumerate(text.splitlines(), 1))
    first, last = (next(n for n, one in lines if some in one) for some in begins)
    assert found.finding is not None
    assert found.mistakes
    assert found.finding.facts["line"] not in (first, last)
    assert [(one.first, one.last, one.proved) for one in found.places] == [(first, last, True)]


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
