"""The public tests of rnn_bptt, run by pytest in a folder, as a student does it."""

import os
import subprocess
import sys

import pytest

from tests.public_runs import change, hand_out, run_fresh, solve

ASSIGNMENT = "rnn_bptt"
CELL, SEQUENCE, TORCH = "rnn_cell.py", "rnn_sequence.py", "numpy_vs_torch.py"
FUNCTIONS = {
    CELL: ("softmax", "rnn_cell_forward", "rnn_cell_backward"),
    SEQUENCE: ("rnn_forward", "rnn_backward"),
    TORCH: ("RNNCell", "compare_with_torch"),
}
NAMES = [name for names in FUNCTIONS.values() for name in names]


@pytest.fixture
def handed_out(tmp_path):
    """What a student receives, in a folder of its own."""
    return hand_out(ASSIGNMENT, tmp_path / "homework")


@pytest.fixture
def solved(handed_out):
    """The same folder with every stub replaced by its solution."""
    return solve(ASSIGNMENT, handed_out)


# --- stubs and solutions ----------------------------------------------------------------------


def test_the_rnn_solutions_pass_every_public_test(solved):
    """Nothing fails or warns, each function has two tests at least, and the end says what next."""
    outcome = run_fresh(solved, "-W", "error")
    assert not outcome.failed
    for name in NAMES:
        assert sum(test.startswith(f"test_{name}") for test in outcome.tests) >= 2, name
    assert outcome.progress == (
        "[#######] 7 of 7 functions done\n"
        + "".join(f" + {name}\n" for name in NAMES)
        + "Next: hand it in. The grader takes other numbers and sizes, and asks the same.\n"
    )


# What a function is tried with before it can be tried itself.
FIRST = {
    "rnn_cell_backward": {"rnn_cell_forward", "rnn_cell_backward"},
    "rnn_forward": {"rnn_forward", "rnn_cell_forward"},
    "rnn_backward": {"rnn_forward", "rnn_backward", "rnn_cell_forward"},
}


def test_the_rnn_stubs_fail_every_test_with_their_own_words(handed_out):
    """At first the files are in order, and each function's tests say which is still to do."""
    outcome = run_fresh(handed_out)
    assert len(outcome.tests) > 40
    for test, wrong in outcome.tests.items():
        if test.startswith("test_submission"):
            assert not wrong
        else:
            (name,) = (name for name in NAMES if test.startswith(f"test_{name}"))
            said = {
                f"NotImplementedError: {one}{method} is still to be written"
                for one in FIRST.get(name, {name})
                for method in ([".__init__"] if one == "RNNCell" else [""])
            }
            assert wrong in said, test
            assert "\n" not in wrong, test
    assert outcome.progress == (
        "[.......] 0 of 7 functions done\n"
        + "".join(
            f" - {name} needs rnn_forward, which is still to be written\n"
            if name == "rnn_backward"
            else f" - {name} is still to be written\n"
            for name in NAMES
        )
        + "Next: softmax\n"
        "      python check.py softmax   tries it alone\n"
        "      python hint.py softmax    gives a hint, one step at a time\n"
    )


@pytest.mark.parametrize("name", NAMES)
def test_k_picks_the_tests_of_one_function_of_the_cell(warm, solved, name):
    """`pytest -k NAME` runs tests of that function and no other, and counts it alone."""
    outcome = warm.run(solved, "-k", name)
    assert len(outcome.tests) >= 2
    assert all(test.startswith(f"test_{name}") for test in outcome.tests)
    assert outcome.progress == (
        f"[#] 1 of 1 functions done\n + {name}\nNext: run python check.py, for all the functions.\n"
    )


def test_the_cell_and_the_sequence_are_tested_without_torch(solved):
    """Where PyTorch cannot be imported `-m "not torch"` still runs all tests of two files."""
    (solved / "blocked.py").write_text(
        "import sys\nsys.modules['torch'] = None\nsys.modules['grader'] = None\n"
    )
    outcome = run_fresh(solved, "-p", "blocked", "-m", "not torch")
    assert not outcome.failed
    everything = {f"test_submission[{file}]" for file in (CELL, SEQUENCE)}
    tested = {test.partition("[")[0] for test in outcome.tests}
    assert everything <= set(outcome.tests)
    assert f"test_submission[{TORCH}]" not in outcome.tests
    for name in NAMES:
        assert any(test.startswith(f"test_{name}") for test in tested) == (
            name not in FUNCTIONS[TORCH]
        )
    assert outcome.progress.startswith("[#####] 5 of 5 functions done\n + softmax\n")
    assert outcome.progress.endswith("Next: run python check.py, for all the functions.\n")


# --- the files --------------------------------------------------------------------------------


def submission_check(warm, folder, file):
    """What test_submission says of a file."""
    return warm.run(folder, "-k", "submission").tests[f"test_submission[{file}]"]


def test_a_missing_file_of_the_homework_is_named(warm, solved):
    """A file that is not there is named, and where it has to be."""
    (solved / SEQUENCE).unlink()
    assert submission_check(warm, solved, SEQUENCE) == (
        "What      rnn_sequence.py is missing.\nNext      put it into the same folder as this test"
    )


def test_a_syntax_error_is_shown_with_its_line(warm, solved):
    """Python's own words, the line, and where to look."""
    change(solved, CELL, "def softmax(z):", "def softmax(z)")
    line = (solved / CELL).read_text().split("def softmax")[0].count("\n") + 1
    assert submission_check(warm, solved, CELL) == (
        f"What      Python cannot read line {line} of rnn_cell.py (expected ':'): def softmax(z)\n"
        "Next      look at that line and just above it for brackets, quotes, colons and indentation"
    )


def test_an_import_that_the_grader_lacks_is_named(warm, solved):
    """Files of the student's own are looked into; their imports count as well."""
    change(solved, CELL, "import numpy as np\n", "import mine\nimport numpy as np\n")
    (solved / "mine.py").write_text("import math\nfrom scipy.special import softmax\n")
    assert submission_check(warm, solved, CELL) == (
        "What      Line 2 of mine.py imports scipy, which the grader does not have.\n"
        "Next      do without it: the standard library, NumPy, PyTorch and your own files are there"
    )


def test_a_renamed_function_is_asked_for(warm, solved):
    """A name of the contract that is not there, or is no function."""
    change(solved, CELL, "def softmax(z)", "softmax = 3\n\n\ndef my_softmax(z)")
    assert submission_check(warm, solved, CELL) == (
        "What      softmax in rnn_cell.py is of type int.\nNext      rename it"
    )
    change(solved, CELL, "softmax = 3\n", "")
    assert submission_check(warm, solved, CELL) == (
        "What      rnn_cell.py does not define softmax.\nNext      rename my_softmax to softmax"
    )


# --- single mistakes --------------------------------------------------------------------------

ADD_BOTH = "what reaches a_t is da[:, :, t] and also the da_prev of the step after it: add them"
BY_COLUMN = "each column is one example: divide by the sum of that column (look up axis)"
NEW_ARRAYS = "make new arrays: a = a + b, and not a += b"

# file, what the solution says, what a student wrote, the test made for it, What and Next in it
MISTAKES = {
    "softmax over the whole matrix": (
        CELL,
        "np.max(z, axis=0, keepdims=True))\n"
        "    return exp_z / np.sum(exp_z, axis=0, keepdims=True)",
        "np.max(z))\n    return exp_z / np.sum(exp_z)",
        "test_softmax_example",
        "softmax of [[ln 1, ln 2], [ln 3, ln 2]] is wrong.",
        BY_COLUMN,
    ),
    "softmax over the whole matrix, seen in a sequence": (
        CELL,
        "np.max(z, axis=0, keepdims=True))\n"
        "    return exp_z / np.sum(exp_z, axis=0, keepdims=True)",
        "np.max(z))\n    return exp_z / np.sum(exp_z)",
        "test_rnn_forward_numbers",
        "y_pred[1, 3] is what a softmax over the whole matrix gives.",
        BY_COLUMN,
    ),
    "softmax without a shift": (
        CELL,
        "np.exp(z - np.max(z, axis=0, keepdims=True))",
        "np.exp(z)",
        "test_softmax_large_entries",
        "softmax of the column 1000, 1000, -1000 holds NaN.",
        "look for 0 / 0, and for exp of a large number; "
        "subtract the same number from a whole column: softmax stays the same, exp does not",
    ),
    "softmax shifted by the largest of all": (
        CELL,
        "np.max(z, axis=0, keepdims=True)",
        "np.max(z)",
        "test_softmax_columns_far_apart",
        "softmax of the columns 1000 and -1000 holds NaN.",
        "look for 0 / 0, and for exp of a large number; "
        "what you subtract must fit each column, not the whole matrix",
    ),
    "softmax shifts in place": (
        CELL,
        "    exp_z = np.exp(z - np.max(z, axis=0, keepdims=True))",
        "    z -= np.max(z, axis=0, keepdims=True)\n    exp_z = np.exp(z)",
        "test_softmax_leaves_its_argument",
        "softmax changed its argument z.",
        NEW_ARRAYS,
    ),
    "bias of the state forgotten": (
        CELL,
        ' + parameters["ba"])',
        ")",
        "test_rnn_cell_forward_numbers",
        "a_next[4] is wrong.",
        "it is the tanh of three terms: from the input, from the state before, and the bias",
    ),
    "prediction from the old state": (
        CELL,
        '@ a_next + parameters["by"]',
        '@ a_prev + parameters["by"]',
        "test_rnn_cell_forward_numbers",
        "yt_pred[1] is wrong.",
        "it is the softmax of two terms, and reads the new state; is your softmax right?",
    ),
    "cache in another order": (
        CELL,
        "yt_pred, (a_next, a_prev, xt, parameters)",
        "yt_pred, (a_prev, a_next, xt, parameters)",
        "test_rnn_cell_forward_cache",
        "entry 0 of the cache, a_next, is wrong.",
        "its order is a_next, a_prev, xt, parameters",
    ),
    "cache without parameters": (
        CELL,
        "yt_pred, (a_next, a_prev, xt, parameters)",
        "yt_pred, (a_next, a_prev, xt)",
        "test_rnn_cell_forward_cache",
        "the cache is a tuple of 3; it must be a tuple of four.",
        "return (a_next, a_prev, xt, parameters) as it is",
    ),
    "state in float32": (
        CELL,
        "    # The prediction is read",
        "    a_next = a_next.astype(np.float32)\n    # The prediction is read",
        "test_rnn_cell_forward_numbers",
        "a_next is float32; it must be float64.",
        "look for float32",
    ),
    "bias without its column": (
        CELL,
        "np.sum(dz, axis=1, keepdims=True)",
        "np.sum(dz, axis=1)",
        "test_rnn_cell_backward_numbers[published]",
        "dba has shape (5,); it must be (5, 1).",
        "ba is a column, and so is its gradient: look up keepdims in numpy.sum",
    ),
    "bias by mean": (
        CELL,
        "np.sum(dz, axis=1, keepdims=True)",
        "np.mean(dz, axis=1, keepdims=True)",
        "test_rnn_cell_backward_example",
        "dba is wrong.",
        "it is the sum of dz over the examples, not a mean",
    ),
    "tanh of tanh": (
        CELL,
        "(1 - a_next**2)",
        "(1 - np.tanh(a_next) ** 2)",
        "test_rnn_cell_backward_example",
        "dxt is wrong.",
        "here dz is [[3, 8]]: da_next times 1 - a_next^2, where a_next is the tanh already",
    ),
    "Waa not transposed": (
        CELL,
        '["Waa"].T @ dz',
        '["Waa"] @ dz',
        "test_rnn_cell_backward_numbers[as printed]",
        "da_prev[2, 3] is wrong.",
        "a_prev enters through Waa, and its gradient comes back through the transpose",
    ),
    "dWaa of the new state": (
        CELL,
        "dz @ a_prev.T",
        "dz @ a_next.T",
        "test_rnn_cell_backward_finite_differences[dWaa]",
        "dWaa is wrong.",
        "it is dz times the transpose of the state before the step, which is a_prev",
    ),
    "key misspelled": (
        CELL,
        '"dWax": dz',
        '"dWx": dz',
        "test_rnn_cell_backward_example",
        'what rnn_cell_backward returns is a dict without the key "dWax".',
        'add "dWax", spelled like this',
    ),
    "axis of one example lost": (
        CELL,
        'parameters["Wax"].T @ dz',
        'np.squeeze(parameters["Wax"].T @ dz)',
        "test_rnn_cell_backward_of_one_example",
        "dxt of one example has shape (3,); it must be (3, 1).",
        "xt enters through Wax, and its gradient comes back through the transpose of Wax",
    ),
    "da_next multiplied in place": (
        CELL,
        "    dz = da_next * (1 - a_next**2)",
        "    dz = da_next\n    dz *= 1 - a_next**2",
        "test_rnn_cell_backward_leaves_its_arguments",
        "rnn_cell_backward changed its argument da_next.",
        NEW_ARRAYS,
    ),
    "a0 at every step": (
        SEQUENCE,
        "x[:, :, t], a_t, parameters",
        "x[:, :, t], a0, parameters",
        "test_rnn_forward_numbers",
        "a[4, 1, 1] is wrong.",
        "step t sees x[:, :, t], and the state that the step before it returned",
    ),
    "caches by np.append": (
        SEQUENCE,
        "cell_caches.append(cache)",
        "cell_caches = np.append(cell_caches, cache[0])",
        "test_rnn_forward_caches",
        "The first part of caches is no list of 5 caches, one per step.",
        "start with an empty list, and append each cache as the cell returns it",
    ),
    "x left out of caches": (
        SEQUENCE,
        "y_pred, (cell_caches, x)\n",
        "y_pred, cell_caches\n",
        "test_rnn_forward_caches",
        "caches is not a pair.",
        "return (list of the cell's caches, x)",
    ),
    "one list for all calls": (
        SEQUENCE,
        "    cell_caches = []\n",
        "    cell_caches = rnn_forward.__dict__.setdefault('caches', [])\n"
        "    cell_caches.clear()\n",
        "test_rnn_forward_twice",
        "A second call of rnn_forward changed what the first had returned.",
        "make new arrays in every call, and return no view of an array you use again",
    ),
    "gradient not carried": (
        SEQUENCE,
        "rnn_cell_backward(da[:, :, t] + da_prev,",
        "rnn_cell_backward(da[:, :, t],",
        "test_rnn_backward_carries_the_gradient_back",
        "da is not 0 at the last step, and yet dx is 0 at these steps: 0, 1, 2, 3.",
        ADD_BOTH,
    ),
    "loss of the last step only": (
        SEQUENCE,
        "rnn_cell_backward(da[:, :, t] + da_prev,",
        "rnn_cell_backward((da[:, :, t] if t == T_x - 1 else 0) + da_prev,",
        "test_rnn_backward_takes_the_gradient_of_every_step",
        "da is not 0 at the first step, and yet dx is 0 there.",
        "add da[:, :, t] at every step, and keep the dxt of step t in dx[:, :, t]",
    ),
    "forwards in time": (
        SEQUENCE,
        "in reversed(range(T_x)):",
        "in range(T_x):",
        "test_rnn_backward_takes_the_gradient_of_every_step",
        "dx after the first step is wrong.",
        "is dx[:, :, t] that of step t, and does time run backwards, last step to first?",
    ),
    "dWaa of one step": (
        SEQUENCE,
        "dWaa += grad",
        "dWaa = grad",
        "test_rnn_backward_finite_differences[dWaa]",
        "dWaa is wrong.",
        "add up the dWaa of all steps, starting from 0",
    ),
    "da0 from outside": (
        SEQUENCE,
        '"da0": da_prev',
        '"da0": da[:, :, 0]',
        "test_rnn_backward_of_one_step",
        "da0 of one step is wrong.",
        "it is the da_prev that the first step sends back",
    ),
    "da added to in place": (
        SEQUENCE,
        "        gradients = rnn_cell_backward(da[:, :, t] + da_prev,",
        "        da[:, :, t] += da_prev\n        gradients = rnn_cell_backward(da[:, :, t],",
        "test_rnn_backward_leaves_its_arguments",
        "rnn_backward changed its argument da.",
        NEW_ARRAYS,
    ),
    "second bias of the cell forgotten": (
        TORCH,
        " + self.bias_hh\n",
        "\n",
        "test_RNNCell_hidden",
        "row 1 of the last hidden state is wrong.",
        "one example is a row here: x_t W_ih^T + b_ih + h W_hh^T + b_hh, and then tanh",
    ),
    "dx_list in the wrong order": (
        TORCH,
        "dx_list.insert(0, dz @ self.weight_ih)",
        "dx_list.append(dz @ self.weight_ih)",
        "test_RNNCell_dx_list",
        "row 2 of dx_list[-1] is wrong.",
        "dx_list holds dz times W_ih of each step, in time order: the newest stands in front",
    ),
    "backward of the cell returns nothing": (
        TORCH,
        "        return self.dx_list\n",
        "",
        "test_RNNCell_dx_list",
        "backward returned None.",
        "return dx_list",
    ),
    "gradient of the cell not carried": (
        TORCH,
        "self.carried = dz @ self.weight_hh",
        "self.carried = np.zeros_like(dz)",
        "test_RNNCell_dx_list",
        "row 2 of dx at the first step is wrong.",
        "dz is (dh + what the later step sends back) times 1 - h^2",
    ),
    "carried into a new sequence": (
        TORCH,
        "            self._start_sequence()\n        hidden",
        "            pass\n        hidden",
        "test_RNNCell_second_sequence",
        "dx_list[0] of a second sequence is wrong.",
        "set the carried gradient back to 0 when a step is taken after a step back",
    ),
    "weights turned around": (
        TORCH,
        "append(dz.T @ x)",
        "append(x.T @ dz)",
        "test_RNNCell_finite_differences[weight_ih]",
        "the sum of dw_ih_stack over axis 0 has shape (2, 3); it must be (3, 2).",
        "each entry of dw_ih_stack is the transpose of dz times x, of one step",
    ),
    ".grad not cleared": (
        TORCH,
        "    gradients = torch.autograd.grad(output, [inputs, *weights], torch.tensor(dh))\n",
        "    output.backward(torch.tensor(dh))\n"
        "    gradients = [one.grad for one in (inputs, *weights)]\n",
        "test_compare_with_torch_twice",
        '"dw_ih" by rnn, the second time, is wrong.',
        "PyTorch adds to the .grad that is already there: clear it, or ask for new gradients",
    ),
    "still part of a graph": (
        TORCH,
        "[tensor.detach().numpy() for tensor in (output, *gradients)]",
        "[output, *gradients]",
        "test_compare_with_torch_agrees",
        '"hidden" by rnn is still part of PyTorch\'s graph.',
        "detach it: .detach().numpy()",
    ),
    "h0 left out": (
        TORCH,
        "rnn(inputs, torch.tensor(h0))",
        "rnn(inputs)",
        "test_compare_with_torch_numbers",
        'the last row of "hidden" by rnn is wrong.',
        "give rnn x and h0, and send dh back from all its hidden states",
    ),
    "mode of rnn changed": (
        TORCH,
        "    inputs = torch",
        "    rnn.train()\n    inputs = torch",
        "test_compare_with_torch_leaves_rnn",
        "compare_with_torch changed the mode of rnn.",
        "leave out rnn.train()",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_rnn_fails_and_is_told(warm, solved, mistake):
    """One slip in a right solution fails the test made for it, in exactly these words."""
    file, right, wrong, test, what, following = MISTAKES[mistake]
    change(solved, file, right, wrong)
    (solved / "checks/known.txt").unlink()  # what the tests say by themselves
    outcome = warm.run(solved, *(() if file == TORCH else ("-m", "not torch")))
    told = " ".join(outcome.tests[test].split())
    assert told.startswith(f"What {what} ")
    assert told.endswith(f" Next {following}")
    # Files that do not use this one are not blamed.
    blamed = {CELL: FUNCTIONS[CELL] + FUNCTIONS[SEQUENCE]}.get(file, FUNCTIONS[file])
    for name in outcome.failed:
        assert name.startswith(tuple(f"test_{one}" for one in blamed)), name


def test_a_wrong_number_is_shown_beside_the_right_one(warm, solved):
    """The numbers of a public example stand in its message, what came and what was expected."""
    change(solved, CELL, "np.sum(dz, axis=1, keepdims=True)", "np.mean(dz, axis=1, keepdims=True)")
    told = warm.run(solved, "-k", "backward_example").tests["test_rnn_cell_backward_example"]
    assert told == (
        "What      dba is wrong.\n"
        "Got       [[5.5]]\n"
        "Expected  [[11.]]\n"
        "Cause     The bias gradient is the mean over the examples instead of their sum.\n"
        "Next      compare how a matrix product treats the examples in the weight gradients"
    )


# --- how far you are --------------------------------------------------------------------------


def test_progress_names_the_first_function_that_is_not_done(warm, solved):
    """Done is counted over all functions; the next is the first in order, with its tests."""
    change(solved, CELL, "np.sum(dz, axis=1, keepdims=True)", "np.mean(dz, axis=1, keepdims=True)")
    change(solved, TORCH, "append(dz.T @ x)", "append(x.T @ dz)")
    outcome = warm.run(solved)
    tests = [test for test in outcome.tests if test.startswith("test_rnn_cell_backward")]
    passed = len(tests) - len(set(tests) & set(outcome.failed))
    assert 0 < passed < len(tests)
    assert outcome.progress == (
        "[##.#...] 3 of 7 functions done\n"
        " + softmax\n"
        " + rnn_cell_forward\n"
        f" x rnn_cell_backward: {passed} of its {len(tests)} tests pass\n"
        "     What      dba is wrong.\n"
        "     Got       [[5.5]]\n"
        "     Expected  [[11.]]\n"
        "     Cause     The bias gradient is the mean over the examples instead of their sum.\n"
        "     Next      compare how a matrix product treats the examples in the weight gradients\n"
        " + rnn_forward\n"
        " x rnn_backward rests on rnn_cell_backward, which is not right yet\n"
        " x RNNCell: the sum of dw_ih_stack over axis 0 has shape (2, 3); it must be (3, 2).\n"
        " x compare_with_torch rests on RNNCell, which is not right yet\n"
        "Next: rnn_cell_backward\n"
        "      python check.py rnn_cell_backward   tries it alone\n"
        "      python hint.py rnn_cell_backward    gives a hint, one step at a time\n"
    )


def test_progress_sends_to_the_files_first(warm, solved):
    """Where a file is not in order that comes first, whatever else is done."""
    change(solved, CELL, "import numpy as np\n", "import numpy as np\nimport nobody_has_this\n")
    outcome = warm.run(solved)
    assert outcome.said.count("imports nobody_has_this") == 1
    assert outcome.progress == (
        "[.....##] 2 of 7 functions done\n"
        + "".join(f" x {name}: cannot be tried, see above\n" for name in NAMES[:5])
        + " + RNNCell\n + compare_with_torch\n"
        "Next: mend the file that the grader could not use.\n"
    )


def test_progress_is_not_misled_by_tests_of_ones_own(warm, solved):
    """A test that a student adds counts for the function it is named after, or for none."""
    (solved / "test_mine.py").write_text(
        "def test_of_my_own():\n    assert False\n\n\ndef test_softmax_of_mine():\n    pass\n"
    )
    progress = warm.run(solved).progress
    assert progress.startswith("[#######] 7 of 7 functions done\n + softmax\n")
    assert "\nNext: hand it in" in progress
    (solved / "test_mine.py").write_text("def test_softmax_of_mine():\n    assert False\n")
    assert warm.run(solved).progress.startswith(
        "[.######] 6 of 7 functions done\n x softmax: 6 of its 7 tests pass\n"
        "     What      test_softmax_of_mine fails.\n + rnn_cell_forward\n"
    )


def test_a_test_of_ones_own_that_belongs_to_no_function_is_still_shown(warm, solved):
    """The screen tells of functions alone, so pytest's report keeps what it does not tell."""
    (solved / "test_mine.py").write_text(
        'from checks import fail\n\n\ndef test_of_my_own():\n    fail("It rains.", "wait")\n'
    )
    outcome = warm.run(solved)
    assert outcome.said.count("What      It rains.") == 1
    assert outcome.progress.startswith("[#######] 7 of 7 functions done\n")


@pytest.mark.parametrize(
    "options",
    [
        ("test_public.py::test_softmax_example",),
        ("test_public.py", "--collect-only"),
        ("-k", "example"),
    ],
    ids=" ".join,
)
def test_no_progress_is_claimed_of_a_part(warm, solved, options):
    """One test of a function says nothing of the others: there is no bar, and no praise."""
    report = warm.run(solved, *options) if "--collect-only" not in options else None
    said = report.said if report else collected(solved, *options)
    assert "functions done" not in said
    assert "Next:" not in said


def collected(folder, *options):
    """What pytest prints where it only collects."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


# --- hints ------------------------------------------------------------------------------------


def hint(folder, *arguments, lang="en_GB.UTF-8"):
    """Ask for a hint as a student does; the exit code, and what is printed where."""
    environment = {**os.environ, "PYTHONUTF8": "1", "LC_ALL": lang}
    done = subprocess.run(
        [sys.executable, "hint.py", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_hint_comes_step_by_step(handed_out):
    """Each time one step more; after the last all of them again."""
    steps = []
    while True:
        code, said, wrong = hint(handed_out, "softmax")
        assert (code, wrong) == (0, "")
        step, following = said.splitlines()
        steps.append(step)
        if following == "That was the last step.":
            break
        assert following == "Try it. For the next step, ask again."
    total = len(steps)
    assert total >= 2
    for number, step in enumerate(steps, start=1):
        assert step.startswith(f"softmax, step {number} of {total}: ")
    assert len({step.partition(": ")[2] for step in steps}) == total
    again = hint(handed_out, "softmax")[1].splitlines()
    assert again == [
        "You have seen all steps of this hint. Once more:",
        *steps,
        "That was the last step.",
    ]
    # Another function's hint starts at its own beginning.
    assert hint(handed_out, "rnn_forward")[1].startswith("rnn_forward, step 1 of ")


def test_hints_are_listed_with_what_was_seen(handed_out):
    """Without a name all functions are listed, in the order of the homework."""
    hint(handed_out, "softmax", "--step", "2")
    code, said, _ = hint(handed_out)
    assert code == 0
    lines = said.splitlines()
    assert [line.split()[0] for line in lines[: len(NAMES)]] == NAMES
    assert lines[0].split()[1:3] == ["2", "of"]
    assert all(line.split()[1:3] == ["0", "of"] for line in lines[1 : len(NAMES)])
    assert lines[-1] == "python hint.py NAME gives the next step of its hint."


def test_all_steps_or_one_can_be_asked_for(handed_out):
    """--all and --step do not wait for the steps before; a step that is not there is said."""
    _, everything, _ = hint(handed_out, "RNNCell", "--all")
    *steps, last = everything.splitlines()
    assert last == "That was the last step."
    assert hint(handed_out, "RNNCell", "--step", "1")[1].splitlines()[0] == steps[0]
    total = len(steps)
    assert hint(handed_out, "RNNCell", "--step", str(total + 1)) == (
        2,
        "",
        f"The hint to RNNCell has the steps 1 to {total}; there is no step {total + 1}.\n",
    )


def test_a_hint_to_an_unknown_name_is_refused(handed_out):
    """A near name is offered; where none is near all are."""
    assert hint(handed_out, "rnn_cell_backwards") == (
        2,
        "",
        'There is no hint to "rnn_cell_backwards". Did you mean "rnn_cell_backward"?\n',
    )
    assert hint(handed_out, "rnncell")[2] == (
        'There is no hint to "rnncell". Did you mean "RNNCell"?\n'
    )
    assert hint(handed_out, "zzz") == (
        2,
        "",
        f'There is no hint to "zzz". There are hints to: {", ".join(NAMES)}.\n',
    )


def test_hints_come_in_the_language_of_the_course_or_by_option(handed_out):
    """As the checks do, whatever the computer speaks; --lang asks for another language."""
    _, english, _ = hint(handed_out, "softmax", "--all", lang="zh_CN.UTF-8")
    assert english.startswith("softmax, step 1 of ")
    _, by_option, _ = hint(handed_out, "softmax", "--all", "--lang", "zh")
    homework = handed_out / "checks/homework.json"
    homework.write_text(homework.read_text("utf-8").replace('"en"', '"zh"'), "utf-8")
    _, by_course, _ = hint(handed_out, "softmax", "--all")
    assert by_course == by_option
    assert by_course.startswith("softmax，第 1 步，共 ")
    assert len(by_course.splitlines()) == len(english.splitlines())


def test_damaged_hints_are_said_and_a_damaged_memory_is_forgotten(handed_out):
    """A broken hints.json cannot be helped here; a broken list of what was seen can."""
    for damaged in ('{"softmax": 1, "RNNCell": [', '{"softmax": "two"}', '{"softmax": -3}', "[1]"):
        (handed_out / ".hints_seen.json").write_text(damaged)
        assert hint(handed_out, "softmax")[1].startswith("softmax, step 1 of ")
    (handed_out / "hints.json").write_text("[]")
    assert hint(handed_out, "softmax") == (
        2,
        "",
        "The hints cannot be read: hints.json is missing or damaged. Fetch it again.\n",
    )
