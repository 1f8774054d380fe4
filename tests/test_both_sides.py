"""What the contract says of an answer is held at home and by the grader, in the same words."""

import pytest

from grader.intake.submission import read_submission
from tests.public_runs import change, hand_out, solve

BY_GRAD = "    gradients = torch.autograd.grad(output, [inputs, *weights], torch.tensor(dh))\n"
DETACHED = "[tensor.detach().numpy() for tensor in (output, *gradients)]"

# what a student wrote, the test at home that fails and what it says, and the grader's finding
MISTAKES = {
    "a tensor that PyTorch tracks": (
        [(DETACHED, "[output, *(one.numpy() for one in gradients)]")],
        "test_compare_with_torch_agrees",
        '"hidden" by rnn is still part of PyTorch\'s graph.',
        "not detached",
    ),
    "views of .grad": (
        [
            (
                BY_GRAD,
                "    rnn.zero_grad(set_to_none=False)\n    output.backward(torch.tensor(dh))\n",
            ),
            (
                DETACHED,
                "[t.numpy() for t in (output.detach(), inputs.grad, *(w.grad for w in weights))]",
            ),
        ],
        "test_compare_with_torch_twice",
        '"dw_ih" by rnn, looked at after a later call, is wrong.',
        "result changed later",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_home_and_grader_agree(judge_of, warm, tmp_path, mistake):
    """It fails at home, and costs points."""
    changes, test, said, kind = MISTAKES[mistake]
    folder = solve("rnn_bptt", hand_out("rnn_bptt", tmp_path / "homework"))
    for right, wrong in changes:
        change(folder, "numpy_vs_torch.py", right, wrong)
    outcome = warm.run(folder, "-k", "compare_with_torch")
    assert outcome.tests[test].startswith(f"What      {said}")
    judge = judge_of("rnn_bptt")
    report = judge.judge(read_submission(folder, "student", judge.assignment))
    (result,) = (one for one in report.functions if one.name == "compare_with_torch")
    assert result.finding.kind == kind
    assert result.score < result.max_score


BY_PATH = {
    "spec": (
        "import importlib.util\nfrom pathlib import Path\n\n"
        "_spec = importlib.util.spec_from_file_location(\n"
        "    'my_cell', Path(__file__).with_name('rnn_cell.py')\n)\n"
        "_cell = importlib.util.module_from_spec(_spec)\n_spec.loader.exec_module(_cell)\n"
        "rnn_cell_forward = _cell.rnn_cell_forward\nrnn_cell_backward = _cell.rnn_cell_backward\n"
    ),
    "loader": (
        "import os\nfrom importlib.machinery import SourceFileLoader\n\n"
        "_path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'rnn_cell.py')\n"
        "_cell = SourceFileLoader('my_cell', _path).load_module()\n"
        "rnn_cell_forward = _cell.rnn_cell_forward\nrnn_cell_backward = _cell.rnn_cell_backward\n"
    ),
    "text": (
        "from pathlib import Path\n\nexec(Path(__file__).with_name('rnn_cell.py').read_text())\n"
    ),
}
IMPORT = "from rnn_cell import rnn_cell_backward, rnn_cell_forward\n"


@pytest.mark.parametrize("way", BY_PATH)
def test_own_files_may_be_read(judge_of, warm, tmp_path, way):
    """A file that is handed in is found beside the one that reads it, at home and by the grader."""
    folder = solve("rnn_bptt", hand_out("rnn_bptt", tmp_path / "homework"))
    change(folder, "rnn_sequence.py", IMPORT, BY_PATH[way])
    outcome = warm.run(folder, "-k", "rnn_forward or rnn_backward")
    assert (outcome.failed, outcome.code) == ([], 0)
    judge = judge_of("rnn_bptt")
    report = judge.judge(read_submission(folder, "student", judge.assignment))
    assert [one.name for one in report.functions if one.score != one.max_score] == []


def test_a_wrong_cell_that_is_imported_from_its_path(judge_of, tmp_path):
    """Nobody pays twice for it: a right one is lent in its place."""
    folder = solve("rnn_bptt", hand_out("rnn_bptt", tmp_path / "homework"))
    change(folder, "rnn_sequence.py", IMPORT, BY_PATH["spec"])
    change(folder, "rnn_cell.py", "dz = da_next * (1 - a_next**2)", "dz = da_next * a_next")
    judge = judge_of("rnn_bptt")
    report = judge.judge(read_submission(folder, "student", judge.assignment))
    wrong = [one.name for one in report.functions if one.score != one.max_score]
    assert wrong == ["rnn_cell_backward"]
