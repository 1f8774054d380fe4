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
