"""The public tests of long_term_dependencies, run by pytest in a folder, as a student does it."""

import pytest

from tests.public_runs import change, hand_out, run_fresh, solve

ASSIGNMENT = "long_term_dependencies"

FUNCTIONS = {
    "gradient_flow.py": ("backpropagate_error", "growth_factors"),
    "residual_rnn.py": ("residual_forward", "residual_backward"),
    "stabilize.py": ("clip_by_value", "clip_by_global_norm", "weight_decay"),
    "rtrl.py": ("rtrl_gradients",),
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


def test_the_solutions_pass_every_public_test(solved):
    """Nothing fails, and every function has at least two tests under its name."""
    outcome = run_fresh(solved, "-W", "error")
    assert not outcome.failed
    for name in NAMES:
        assert sum(test.startswith(f"test_{name}") for test in outcome.tests) >= 2, name


def test_the_stubs_fail_every_test_of_a_function_with_their_own_words(handed_out):
    """At first the files are in order, and each function's tests say that it is still to do."""
    for test, wrong in run_fresh(handed_out).tests.items():
        if test.startswith("test_submission"):
            assert not wrong
        else:
            assert "NotImplementedError" in wrong, test
            named = [name for name in NAMES if test.startswith(f"test_{name}")]
            assert len(named) == 1, test
            # The backward pass cannot be tried before there is a forward pass.
            first = "residual_forward" if named == ["residual_backward"] else named[0]
            assert f"{first} is still to be written" in wrong, test


@pytest.mark.parametrize("name", NAMES)
def test_k_picks_the_tests_of_one_function(warm, solved, name):
    """`pytest -k NAME` runs tests of that function and no other."""
    tests = warm.run(solved, "-k", name).tests
    assert len(tests) >= 2
    assert all(test.startswith(f"test_{name}") for test in tests)


def test_the_public_tests_import_neither_torch_nor_the_grader(solved):
    """NumPy and pytest are enough."""
    (solved / "blocked.py").write_text(
        "import sys\nsys.modules['torch'] = None\nsys.modules['grader'] = None\n"
    )
    assert not run_fresh(solved, "-p", "blocked").failed


def test_a_missing_file_is_named(warm, solved):
    """A file that is not there fails the check of the submission, which names it."""
    (solved / "rtrl.py").unlink()
    outcome = warm.run(solved, "-k", "submission")
    assert "rtrl.py is missing." in outcome.tests["test_submission[rtrl.py]"]
    assert outcome.said.count("rtrl.py is missing.") == 1


# file, what the solution says, what a student wrote, the tests that fail, what one of them says
MISTAKES = {
    "weights not transposed": (
        "gradient_flow.py",
        "= Waa.T @ delta",
        "= Waa @ delta",
        "test_backpropagate_error_example",
        "Next each one is (1 - a^2) of its own step, times Waa^T and the delta of the step after",
    ),
    "tanh of the last step forgotten": (
        "gradient_flow.py",
        "= da_T * (1 - a[:, :, -1] ** 2)",
        "= da_T",
        "test_backpropagate_error_shapes[sizes0]",
        "What delta of the last step is wrong.",
    ),
    "rounded": (
        "gradient_flow.py",
        "    return delta\n",
        "    return np.round(delta, 12)\n",
        "test_backpropagate_error_numbers",
        "is right to a few digits only. Error -3.265702644e-13 Next stay in float64 "
        "(float32 has 7 digits), and do not round",
    ),
    "small numbers set to 0": (
        "gradient_flow.py",
        "    return delta\n",
        "    return np.where(np.abs(delta) < 1e-8, 0, delta)\n",
        "test_backpropagate_error_numbers",
        "Next small numbers count as well: round nothing, and set nothing to 0",
    ),
    "ratio upside down": (
        "gradient_flow.py",
        "np.divide(earlier, later, out=gamma, where=later > 0)",
        "np.divide(later, earlier, out=gamma, where=earlier > 0)",
        "test_growth_factors_example",
        "Next entry k is the norm of delta[:, :, k] over that of delta[:, :, k + 1]",
    ),
    "divided by zero": (
        "gradient_flow.py",
        "np.divide(earlier, later, out=gamma, where=later > 0)",
        "gamma = earlier / np.maximum(later, 1e-300)",
        "test_growth_factors_zero",
        "Next do not divide by a norm of 0: the factor is 0 there",
    ),
    "plain update": (
        "residual_rnn.py",
        "h_prev = h_prev + g",
        "h_prev = g",
        "test_residual_forward_example",
        "Next h_t is h_{t-1} + tanh(...)",
    ),
    "start state written over": (
        "residual_rnn.py",
        "h_prev = h_prev + g",
        "h_prev += g",
        "test_residual_forward_leaves_its_arguments",
        "What residual_forward changed its argument h0.",
    ),
    "gradient sent back by one way only": (
        "residual_rnn.py",
        "dh_next = dh_t + Waa.T @ dz",
        "dh_next = Waa.T @ dz",
        "test_residual_backward_finite_differences[dh0]",
        "Next what goes back is dh_t itself plus Waa^T dz_t",
    ),
    "bias without its column": (
        "residual_rnn.py",
        '"dba": dba}',
        '"dba": dba[:, 0]}',
        "test_residual_backward_numbers",
        "dba has shape (5,); it must be (5, 1).",
    ),
    "caches used up": (
        "residual_rnn.py",
        "steps[t]",
        "steps.pop()",
        "test_residual_backward_twice",
        "What residual_backward raises IndexError (pop from empty list) at line",
    ),
    "clipped in place": (
        "stabilize.py",
        "np.clip(gradient, -limit, limit)",
        "np.clip(gradient, -limit, limit, out=gradient)",
        "test_clip_by_value_example",
        "What clip_by_value changed its argument gradients.",
    ),
    "always scaled": (
        "stabilize.py",
        "max_norm / norm if norm > max_norm else 1.0",
        "max_norm / norm",
        "test_clip_by_global_norm_leaves_short_gradients[1.0]",
        "Next scale only where norm > max_norm",
    ),
    "squares summed, root forgotten": (
        "stabilize.py",
        "largest * squares**0.5",
        "largest**2 * squares",
        "test_clip_by_global_norm_example",
        "What norm is wrong. Got 169.0 Expected 13.0",
    ),
    "biases decayed": (
        "stabilize.py",
        'name.startswith("W") and ',
        "",
        "test_weight_decay_example[both]",
        '"dba" with l1=0.5, l2=0.1 is wrong.',
    ),
    "l2 doubled": (
        "stabilize.py",
        "+ l2 * W\n    return",
        "+ 2 * l2 * W\n    return",
        "test_weight_decay_example[l2]",
        "Next l2 / 2 * w^2 has the derivative l2 * w",
    ),
    "key added": (
        "stabilize.py",
        ' and "d" + name in gradients:\n',
        ':\n            gradients = {"d" + name: 0, **gradients}\n',
        "test_weight_decay_keys",
        'is a dict with the key "dWaa", which is not asked for.',
    ),
    "influence not carried": (
        "rtrl.py",
        "np.tensordot(Waa, influence, axes=1)",
        "np.zeros(influence.shape)",
        "test_rtrl_gradients_finite_differences[dWaa-4]",
        "Next does the influence pass through Waa, and then through 1 - a_t^2, at every step?",
    ),
    "states kept": (
        "rtrl.py",
        "    a = a0\n    for t in range(x.shape[2]):\n",
        "    a, kept = a0, []\n    for t in range(x.shape[2]):\n        kept.append(a)\n",
        "test_rtrl_gradients_memory",
        "keep nothing else of the past",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_fails_and_is_told(warm, solved, mistake):
    """One slip in a right solution fails the test that is made for it, with words that help."""
    file, right, wrong, test, told = MISTAKES[mistake]
    change(solved, file, right, wrong)
    (solved / "checks/known.txt").unlink()  # what the tests say by themselves
    # the test of memory takes as long as all others, and calls nothing but what is in rtrl.py
    memory = ("--deselect", "test_public.py::test_rtrl_gradients_memory")
    outcome = warm.run(solved, *(() if file == "rtrl.py" else memory))
    assert told in " ".join(outcome.tests[test].split())
    # It shows in tests of the same file only.
    for name in outcome.failed:
        assert name.startswith(tuple(f"test_{one}" for one in FUNCTIONS[file])), name


@pytest.mark.parametrize(
    "garbage",
    [
        "[np.kron(np.eye(3), a[:, 0]) for _ in range(2)]",
        "(lambda this: this.append((this, a)))([])",
        "[this := [a], this.append(this), [list(range(9)) for _ in range(50)]]",
    ],
    ids=["kron", "cycle", "cycle with company"],
)
def test_what_python_has_not_cleared_yet_is_not_kept(warm, solved, garbage):
    """Freed tuples of NumPy's and arrays in cycles do not count as keeping the past."""
    line = "    for t in range(x.shape[2]):\n"
    change(solved, "rtrl.py", line, f"{line}        {garbage}\n")
    assert not run_fresh(solved, "-k", "rtrl_gradients_memory").failed
    change(solved, "rtrl.py", garbage, f"kept.append(({garbage}, a))")
    change(solved, "rtrl.py", "    a = a0\n", "    a, kept = a0, []\n")
    assert warm.run(solved, "-k", "rtrl_gradients").failed == ["test_rtrl_gradients_memory"]
