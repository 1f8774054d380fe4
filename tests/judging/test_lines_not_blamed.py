"""Lines that are not blamed alone: what they use, or how often, may be what is wrong."""

from __future__ import annotations

import pytest

from grader.intake.submission import Submission
from grader.judging.judge import Judge
from tests.judges import JudgeOf
from tests.placed import changed, line_of, named


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf) -> Judge:
    """A judge of long_term_dependencies."""
    return judge_of("long_term_dependencies")


def _holds(found: list[tuple[int, int, bool]], text: str, part: str) -> bool:
    """Whether all places hold the line of a part of a text."""
    line = line_of(text, part)
    return all(first <= line <= last for first, last, _ in found)


def test_what_is_added_up_in_a_loop_that_ends_too_early(judge: Judge) -> None:
    """With the last sums in the place of the first ones all comes out right."""
    text = changed(judge, "rtrl.py", ("in range(x.shape[2]):", "in range(x.shape[2] - 1):"))
    found = named(judge, "rtrl.py", text, "rtrl_gradients")
    assert _holds(found, text, "x.shape[2] - 1")


def test_what_fills_an_array_in_part_before_it_goes_into_another(judge: Judge) -> None:
    """It is right at the first turn, and unknown at the second."""
    text = changed(
        judge,
        "rtrl.py",
        ("influence[units, units] += u", "influence[units, units] = u"),
        (
            "influence *= (1 - a**2)[:, np.newaxis, np.newaxis, :]",
            "slope = (1 - a**2)[:, None, None]\n        influence = slope * influence",
        ),
    )
    found = named(judge, "rtrl.py", text, "rtrl_gradients")
    assert _holds(found, text, "influence[units, units] = u")


def test_what_is_changed_in_place_and_lacks_what_the_loop_leaves_out(judge: Judge) -> None:
    """A part of the array is changed before, so that nobody sees what it holds by then."""
    step = "        influence = np.tensordot(Waa, influence, axes=1)\n"
    text = changed(judge, "rtrl.py", (step, ""), ("    return {", f"{step[4:]}    return {{"))
    found = named(judge, "rtrl.py", text, "rtrl_gradients")
    before = "every unit passes its influence on through Waa"
    assert _holds(found, text, before)


LOOPS = """def residual_forward(x, h0, parameters):
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    (n_x, m, T_x), n_a = x.shape, len(h0)
    h, caches, before = np.zeros((n_a, m, T_x)), [], h0
    for t in range(T_x):
        g = np.zeros((n_a, m))
        for b in range(m):
            for i in range(n_a):
                z = ba[i, 0]
                for j in range(n_x):
                    z += Wax[i, j] * x[j, b, t]
                for j in range(n_a):
                    z += Waa[i, j] * before[j, b]
                g[i, b] = np.tanh(z)
                h[i, b, t] = before[i, b] + g[i, b]
        caches.append((x[:, :, t], before, g))
        before = g
    return h, (caches, parameters)


"""


def test_what_is_handed_on_is_told_though_it_is_right_at_first(judge: Judge) -> None:
    """With another number handed on, all that makes it is right as well."""
    text = changed(judge, "residual_rnn.py")
    head, _, rest = text.partition("def residual_forward(")
    _, name, after = rest.partition("def residual_backward(")
    text = head + LOOPS + name + after
    files = {one: judge.assignment.solution[one] for one in judge.assignment.files}
    files["residual_rnn.py"] = text.encode()
    functions = judge.judge(Submission("ada", files, (), "")).functions
    (found,) = next(one for one in functions if one.name == "residual_forward").places
    line = 1 + text[: text.index("before = g")].count("\n")
    assert (found.first, found.last) == (line, line)


PENALTY = 'gradients["d" + name] + l1 * np.sign(W) + l2 * W'
PENALTIES = {
    "a helper that answers nothing": (
        "    def penalty(W):\n        return l1 * np.sign(W)\n\n    decayed = dict(gradients)\n",
        'gradients["d" + name] + penalty(W)',
        "return l1 * np.sign(W)",
    ),
    "a table of functions": (
        "    penalties = {\n        'l1': lambda W: np.sign(W),\n"
        "        'l2': lambda W: l2 * W,\n    }\n    decayed = dict(gradients)\n",
        'gradients["d" + name] + sum(one(W) for one in penalties.values())',
        "lambda W: np.sign(W)",
    ),
}


@pytest.mark.parametrize("what", PENALTIES)
def test_what_adds_up_what_others_answer(judge: Judge, what: str) -> None:
    """The right sum mends all, and so does the right answer."""
    begin, added, part = PENALTIES[what]
    text = changed(
        judge, "stabilize.py", ("    decayed = dict(gradients)\n", begin), (PENALTY, added)
    )
    assert _holds(named(judge, "stabilize.py", text, "weight_decay"), text, part)


def test_a_size_that_is_as_it_is_called(judge_of: JudgeOf) -> None:
    """With another size there all comes out right, and the wrong one is used elsewhere."""
    judge = judge_of("gated_rnn")
    text = changed(judge, "gru_cell.py", ("n_a = a_prev.shape[0]", "n_x = xt.shape[0]"))
    before, _, rest = text.partition("    gradients = {\n")
    _, _, after = rest.partition("    }\n")
    lines = (
        '    da_prev = da_next * zt + ds[:n_x] + parameters["Wna"].T @ dqt',
        '    dxt = ds[n_x:] + parameters["Wnx"].T @ dpn',
        '    gradients = {"dxt": dxt, "da_prev": da_prev}',
    )
    text = before + "\n".join(lines) + "\n" + after
    assert not named(judge, "gru_cell.py", text, "gru_cell_backward")


GENERATOR = """import numpy as np


def _states(x, h, parameters, tape):
    for t in range(x.shape[-1]):
        push = np.tanh(parameters["Wax"] @ x[..., t] + parameters["Waa"] @ h + parameters["ba"])
        tape.append((x[..., t], h, push))
        yield h
        h = h + push


def residual_forward(x, h0, parameters):
    tape = []
    h = np.stack(list(_states(x, h0, parameters, tape)), axis=2)
    return h, (tape, parameters)
"""


def test_what_gathers_what_a_generator_hands_out(judge: Judge) -> None:
    """Nobody saw what it handed out: it did not go wrong on the line that gathers it."""
    solution = judge.assignment.solution
    files = {name: solution[name] for name in judge.assignment.files}
    files["residual_rnn.py"] = GENERATOR.encode()
    functions = judge.judge(Submission("ada", files, (), "")).functions
    (found,) = [one for one in functions if one.name == "residual_forward"]
    assert (found.mistakes, found.places) == (("states_stored_one_step_late",), ())
