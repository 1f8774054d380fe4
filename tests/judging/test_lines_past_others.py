"""Lines that are named although other numbers are unlike the solution's: these do not go in."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.judging.judge import Judge
from tests.judges import JudgeOf
from tests.placed import changed, line_of, named


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf) -> Judge:
    """A judge of long_term_dependencies."""
    return judge_of("long_term_dependencies")


def test_a_state_is_named_beside_another_way_to_the_influence(judge: Judge) -> None:
    """The influence is twice as large on its way, and goes into no state."""
    text = changed(
        judge,
        "rtrl.py",
        ("np.tanh(Wax @ x[:, :, t] + Waa @ a + ba)", "np.tanh(Wax @ x[:, :, t] / (Waa @ a) + ba)"),
        ("influence[units, units] += u", "influence[units, units] += 2 * u"),
        ("da[:, :, t], influence)", "da[:, :, t], influence / 2)"),
    )
    line = line_of(text, "/ (Waa @ a)")
    assert named(judge, "rtrl.py", text, "rtrl_gradients") == [(line, line, False)]


def test_what_goes_into_a_number_that_mends_all_is_named_with_it(judge: Judge) -> None:
    """The solution has no such sum: whatever made it may be wrong."""
    text = changed(
        judge,
        "stabilize.py",
        (
            "    squares = sum(float(np.sum((gradient / largest) ** 2)) for gradient in "
            "gradients.values())\n    norm = largest * squares**0.5\n",
            "    total = 0.0\n    for gradient in gradients.values():\n"
            "        total += np.sum(gradient // 2)\n    norm = np.sqrt(total)\n",
        ),
    )
    first, last = line_of(text, "total = 0.0"), line_of(text, "np.sqrt(total)")
    assert named(judge, "stabilize.py", text, "clip_by_global_norm") == [(first, last, False)]


@pytest.mark.parametrize("new", ['"dba": dW[:, 1:]', '"dba": dW[:, -2:]'])
def test_what_goes_into_a_wrong_output_alone_is_tried_out_first(judge: Judge, new: str) -> None:
    """A change of its last lines is proved: the many others are tried out after it."""
    text = changed(judge, "rtrl.py", ('"dba": dW[:, -1:]', new))
    line = line_of(text, new)
    assert named(judge, "rtrl.py", text, "rtrl_gradients") == [(line, line, True)]


def test_what_is_made_on_one_way_of_two_is_tried_out_of_those_made_on_it(judge: Judge) -> None:
    """The solution makes as many in every call, the student only where it is too long."""
    text = changed(
        judge,
        "stabilize.py",
        (
            "    scale = max_norm / norm if norm > max_norm else 1.0\n",
            "    if norm <= max_norm:\n        return dict(gradients), norm\n",
        ),
        (
            "    return {name: gradient * scale for name, gradient in gradients.items()}, norm\n",
            "    clipped = {}\n    for name, gradient in gradients.items():\n"
            "        clipped[name] = gradient - norm * max_norm\n    return clipped, norm\n",
        ),
    )
    line = line_of(text, "gradient - norm")
    assert named(judge, "stabilize.py", text, "clip_by_global_norm") == [(line - 1, line, False)]


def test_what_is_rounded_down_is_looked_at_though_it_may_be_a_size(judge: Judge) -> None:
    """A quotient of what are no whole numbers was to be none."""
    divided = "    np.divide(earlier, later, out=gamma, where=later > 0)\n"
    by_hand = (
        "    for k in range(len(gamma)):\n        if later[k] > 0:\n"
        "            gamma[k] = earlier[k] // later[k]\n"
    )
    text = changed(judge, "gradient_flow.py", (divided, by_hand))
    line = line_of(text, "earlier[k] // later[k]")
    assert named(judge, "gradient_flow.py", text, "growth_factors") == [(line - 1, line, False)]


def test_with_what_is_right_in_some_calls_is_named_what_ends_the_others(judge: Judge) -> None:
    """It is right where the gradients are too long, and not to be reached where they are not."""
    styles = Path(__file__).parents[2] / "benchmarks" / "styles" / "long_term_dependencies"
    text = (styles / "helpers" / "stabilize.py").read_text("utf-8")
    assert text.count("if norm <= max_norm:") == 1
    text = text.replace("if norm <= max_norm:", "if norm is max_norm:")
    first, last = line_of(text, "if norm is"), line_of(text, "clipped[k] = ")
    assert named(judge, "stabilize.py", text, "clip_by_global_norm") == [(first, last, False)]


def test_a_change_that_may_make_up_for_what_others_made_is_named_with_them(judge: Judge) -> None:
    """The factor that is left out of the Jacobian could be left out of its use just as well."""
    path = Path(__file__).parents[1] / "golden" / "long_term" / "vectorised" / "gradient_flow.py"
    text = path.read_text("utf-8").replace("Waa.T if k == T_x - 1 else", "Waa.T if k > T_x else")
    first, last = line_of(text, "delta[k] = slope"), line_of(text, "k > T_x")
    assert named(judge, path.name, text, "backpropagate_error") == [(first, last, True)]


APART = (
    ("    n_u = n_x + n_a + 1\n    dW = np.zeros((n_a, n_u))\n", ""),
    (
        "    influence = np.zeros((n_a, n_a, n_u, m))\n",
        "    Px, Pa = np.zeros((n_a, n_a, n_x, m)), np.zeros((n_a, n_a, n_a, m))\n"
        "    Pb = np.zeros((n_a, n_a, 1, m))\n"
        "    dWax, dWaa, dba = np.zeros((n_a, n_x)), np.zeros((n_a, n_a)), np.zeros((n_a, 1))\n",
    ),
    (
        "        influence = np.tensordot(Waa, influence, axes=1)\n",
        "        Px, Pa = np.tensordot(Waa, Px, axes=1), np.tensordot(Waa, Pa, axes=1)\n"
        "        Pb = np.tensordot(Waa, Pb, axes=1)\n",
    ),
    (
        "        influence[units, units] += u\n",
        "        Px[units, units] += u[:n_x]\n        Pa[units, units] += u[n_x:-1]\n"
        "        Pb[units, units] += 1\n",
    ),
    (
        "        influence *= (1 - a**2)[:, np.newaxis, np.newaxis, :]\n",
        "        slope = (1 - a**2)[:, np.newaxis, np.newaxis, :]\n"
        "        Px, Pa, Pb = slope * Px, slope * Pa, Pb - slope\n",
    ),
    (
        '        dW += np.einsum("ib,ijlb->jl", da[:, :, t], influence)\n',
        '        dWax += np.einsum("ib,ijlb->jl", da[:, :, t], Px)\n'
        '        dWaa += np.einsum("ib,ijlb->jl", da[:, :, t], Pa)\n'
        '        dba += np.einsum("ib,ijlb->jl", da[:, :, t], Pb)\n',
    ),
    (
        '{"dWax": dW[:, :n_x], "dWaa": dW[:, n_x:-1], "dba": dW[:, -1:]}',
        '{"dWax": dWax, "dWaa": dWaa, "dba": dba}',
    ),
)


def test_what_is_kept_apart_is_tried_out_of_what_the_solution_keeps_side_by_side(
    judge: Judge,
) -> None:
    """It has the influence of all weights in one array, and cuts only the sums of it apart."""
    text = changed(judge, "rtrl.py", *APART)
    first, last = line_of(text, "Pb = np.tensordot"), line_of(text, "Pb - slope")
    assert named(judge, "rtrl.py", text, "rtrl_gradients") == [(first, last, False)]


def test_what_is_made_for_one_example_after_the_other_is_tried_out_of_all_at_once(
    judge: Judge,
) -> None:
    """Each step of the solution makes what belongs to every example."""
    styles = Path(__file__).parents[2] / "benchmarks" / "styles" / "long_term_dependencies"
    text = (styles / "walker" / "rtrl.py").read_text("utf-8").replace("1 - a ** 2", "1 - a / 2")
    line = line_of(text, "1 - a / 2")
    assert named(judge, "rtrl.py", text, "rtrl_gradients") == [(line, line, False)]


def test_what_is_taken_apart_for_a_line_is_looked_at_with_it(judge: Judge) -> None:
    """The norms are right, and the first of them is not what belongs there: a change proves it."""
    text = changed(judge, "gradient_flow.py", ("norms[:-1], norms[1:]", "norms[:1], norms[1:]"))
    line = line_of(text, "norms[:1], norms[1:]")
    assert named(judge, "gradient_flow.py", text, "growth_factors") == [(line, line, True)]
