"""The public tests of gated_rnn, run by pytest in a folder, as a student does it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.public_runs import change, hand_out, run_fresh, solve

ASSIGNMENT = "gated_rnn"
CELL, SEQUENCE, GRU, TORCH = "lstm_cell.py", "lstm_sequence.py", "gru_cell.py", "gates_vs_torch.py"
FUNCTIONS = {
    CELL: ("lstm_cell_forward", "lstm_cell_backward"),
    SEQUENCE: ("lstm_forward", "lstm_backward"),
    GRU: ("gru_cell_forward", "gru_cell_backward"),
    TORCH: ("compare_gates_with_torch",),
}
NAMES = [name for names in FUNCTIONS.values() for name in names]


@pytest.fixture
def handed_out(tmp_path: Path) -> Path:
    """What a student receives, in a folder of its own."""
    return hand_out(ASSIGNMENT, tmp_path / "homework")


@pytest.fixture
def solved(handed_out: Path) -> Path:
    """The same folder with every stub replaced by its solution."""
    return solve(ASSIGNMENT, handed_out)


def test_the_gated_solutions_pass_every_public_test(solved: Path) -> None:
    """Nothing fails or warns, and each function has two tests at least."""
    outcome = run_fresh(solved, "-W", "error")
    assert not outcome.failed
    for name in NAMES:
        assert sum(test.startswith(f"test_{name}") for test in outcome.tests) >= 2, name


def test_the_gated_stubs_fail_every_test_with_their_own_words(handed_out: Path) -> None:
    """At first the files are in order, and each test says which function is still to do."""
    outcome = run_fresh(handed_out)
    assert len(outcome.tests) > 60
    for test, wrong in outcome.tests.items():
        if test.startswith("test_submission"):
            assert not wrong
        else:
            assert any(f"{name} is still to be written" in wrong for name in NAMES), test


def test_the_cells_are_tested_without_torch(solved: Path) -> None:
    """Where PyTorch cannot be imported `-m "not torch"` still runs all tests of three files."""
    blocked = "import sys\nsys.modules['torch'] = None\nsys.modules['grader'] = None\n"
    (solved / "blocked.py").write_text(blocked)
    outcome = run_fresh(solved, "-p", "blocked", "-m", "not torch")
    assert not outcome.failed
    tested = {name for name in NAMES if any(t.startswith(f"test_{name}") for t in outcome.tests)}
    assert tested == set(NAMES) - set(FUNCTIONS[TORCH])


# file, what the solution says, what a student wrote, the test made for it, and how it begins
MISTAKES = {
    "nothing carried": (
        SEQUENCE,
        "da[:, :, t] + da_prev, dc_prev, cell_caches[t]",
        "da[:, :, t], np.zeros((n_a, m)), cell_caches[t]",
        "test_lstm_backward_numbers_of_seven_steps",
        "What      dx[1, 2] is what was published, where nothing is carried.",
    ),
    "only the hidden gradient carried": (
        SEQUENCE,
        "da[:, :, t] + da_prev, dc_prev, cell_caches[t]",
        "da[:, :, t] + da_prev, 0 * dc_prev, cell_caches[t]",
        "test_lstm_backward_carries_two_gradients_back",
        "What      dc0 is wrong.",
    ),
    "sigma of 1000": (
        CELL,
        "np.exp(-np.logaddexp(0, -p))",
        "np.exp(p) / (1 + np.exp(p))",
        "test_lstm_cell_forward_saturated_gates",
        "What      c_next holds NaN.",
    ),
    "input on top": (
        CELL,
        "s = np.concatenate([a_prev, xt], axis=0)\n    ft",
        "s = np.concatenate([xt, a_prev], axis=0)\n    ft",
        "test_lstm_cell_forward_numbers",
        "What      c_next[2, 0] is wrong.",
    ),
    "update gate turned round": (
        GRU,
        "zt * a_prev + (1 - zt) * nt",
        "zt * nt + (1 - zt) * a_prev",
        "test_gru_cell_forward_example",
        "What      a_next is wrong.",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_of_gated_is_told_by_the_test_made_for_it(solved: Path, mistake: str) -> None:
    """One public test fails with one screen that says what is wrong."""
    file, right, wrong, test, told = MISTAKES[mistake]
    change(solved, file, right, wrong)
    outcome = run_fresh(solved, "-k", test)
    assert outcome.failed == [test]
    assert outcome.tests[test].startswith(told)
