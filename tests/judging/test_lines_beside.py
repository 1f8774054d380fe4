"""Lines named beside the one at which the numbers part: the mistake may be there as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.intake.submission import Submission
from grader.judging.judge import Judge
from tests.judges import JudgeOf
from tests.placed import named

SAMPLE = Path(__file__).parents[2] / "samples" / "long_term_dependencies" / "submitted"
CLIPS = (SAMPLE / "chen_xiaoyu/long_term_dependencies/stabilize.py").read_text("utf-8")


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf) -> Judge:
    """A judge of long_term_dependencies."""
    return judge_of("long_term_dependencies")


CHANGED = {
    "the if that lets a right line be reached": (
        "if norm > max_norm", "if norm != max_norm", (19, 20, False),
    ),
    "what was rounded to 0": (
        "scale = max_norm / norm", "scale = max_norm // norm", (20, 21, False),
    ),
    "where a sum begins": ("total = 0.0", "total = 1.0", (14, 17, True)),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "lines"), CHANGED.values(), ids=CHANGED)
def test_what_decides_what_a_line_makes_is_named_with_it(
    judge: Judge, old: str, new: str, lines: tuple[int, int, bool]
) -> None:
    """Another number on the last of them mends all, and so would the right one on the first."""
    assert CLIPS.count(old) == 1
    text = CLIPS.replace(old, new)
    assert named(judge, "stabilize.py", text, "clip_by_global_norm") == [lines]


def test_a_loop_through_time_from_the_other_end_is_named(judge: Judge) -> None:
    """All that is read on the line in it is right, only not at this step."""
    text = judge.assignment.solution["residual_rnn.py"].decode()
    before, name, after = text.partition("def residual_backward(")
    old = "for t in range(T_x - 1, -1, -1):"
    assert after.count(old) == 1
    text = before + name + after.replace(old, "for t in range(T_x):")
    loop = before.count("\n") + 1 + after[: after.index(old)].count("\n")
    part = before.count("\n") + 1 + after[: after.index("dz = ")].count("\n")
    assert named(judge, "residual_rnn.py", text, "residual_backward") == [(loop, part, False)]


RECURSIVE = """
from rnn_cell import rnn_cell_backward, rnn_cell_forward
import numpy as np


def rnn_backward(da, caches):
    cells, x = caches

    def back(t, carried):
        found = rnn_cell_backward(da[:, :, t] + carried, cells[t])
        if t == 0:
            return {**found, "dx": [found["dxt"]]}
        rest = back(t - 1, carried)
        sums = {name: found[name] + rest[name] for name in ("dWax", "dWaa", "dba")}
        return {**sums, "dx": [*rest["dx"], found["dxt"]], "da_prev": rest["da_prev"]}

    found = back(da.shape[2] - 1, np.zeros(da.shape[:2]))
    named = {name: found[name] for name in ("dWax", "dWaa", "dba")}
    return {"dx": np.dstack(found["dx"]), "da0": found["da_prev"], **named}
"""


def test_with_a_sum_of_zeros_come_the_calls_that_hand_them_on(judge_of: JudgeOf) -> None:
    """What is added there is right for what the function is given."""
    judge = judge_of("rnn_bptt")
    text = judge.assignment.solution["rnn_sequence.py"].decode()
    before, _, _ = text.partition("def rnn_backward(")
    _, _, after = RECURSIVE.partition("def rnn_backward(")
    lines = (before + "def rnn_backward(" + after).splitlines()
    (found,) = named(judge, "rnn_sequence.py", "\n".join(lines), "rnn_backward")
    assert found[0] <= lines.index("        rest = back(t - 1, carried)") + 1 <= found[1]
    assert not found[2]


def test_with_what_a_pair_holds_comes_the_line_that_makes_it_anew(judge_of: JudgeOf) -> None:
    """The first of it is right, and handed on as it is."""
    judge = judge_of("gated_rnn")
    text = judge.assignment.solution["lstm_sequence.py"].decode()
    _, _, rest = text.partition("def lstm_backward(")
    lines = [
        *text.partition("def lstm_forward(")[0].splitlines(),
        "def lstm_forward(x, a0, c0, parameters):",
        "    state, made = (a0, c0), []",
        "    for xt in np.moveaxis(x, 2, 0):",
        "        out = lstm_cell_forward(xt, state[0], state[1], parameters)",
        "        state = (out[0], c0)",
        "        made.append(out)",
        "    a, c, caches = zip(*made)",
        "    return np.stack(a, 2), np.stack(c, 2), (list(caches), x)",
        *("def lstm_backward(" + rest).splitlines(),
    ]
    (found,) = named(judge, "lstm_sequence.py", "\n".join(lines), "lstm_forward")
    line = lines.index("        state = (out[0], c0)") + 1
    assert found == (line - 1, line, False)


def test_a_change_that_makes_up_for_a_helper_proves_nothing(judge: Judge) -> None:
    """Without the square all is right, and the helper is not."""
    helper = "def size(value):\n    return (value**2).sum()\n\n\n"
    text = CLIPS.replace("def clip_by_value", helper + "def clip_by_value", 1)
    old, new = "        total += np.sum(value**2)", "        total += size(value) ** 2"
    assert text.count(old) == 1
    text = text.replace(old, new)
    line = text.splitlines().index(new) + 1
    assert (line, line, True) not in named(judge, "stabilize.py", text, "clip_by_global_norm")


def test_no_line_is_named_where_right_results_only_stand_in_another_order(
    judge_of: JudgeOf,
) -> None:
    """What they are made of goes into nothing else, and is right."""
    judge = judge_of("rnn_bptt")
    before, _, after = judge.assignment.solution["rnn_sequence.py"].decode().partition("def rnn_")
    _, name, after = after.partition("def rnn_backward(")
    forward = """class Steps:
    def __init__(self, parameters):
        self.parameters, self.caches = parameters, []

    def run(self, x, a):
        for t in range(x.shape[2]):
            a, y, cache = rnn_cell_forward(x[:, :, t], a, self.parameters)
            self.caches.append(cache)
            yield a, y


def rnn_forward(x, a0, parameters):
    steps = Steps(parameters)
    made = list(steps.run(x, a0))
    states = np.stack([a for a, _ in made], axis=-1)
    predicted = np.stack([y for _, y in made], axis=-1)
    return predicted, states, (steps.caches, x)


"""
    assert not named(judge, "rnn_sequence.py", before + forward + name + after, "rnn_forward")


def test_an_array_that_is_never_filled_is_not_made_wrongly(judge_of: JudgeOf) -> None:
    """It holds whatever was in memory: the line that makes it is as it must be."""
    judge = judge_of("gated_rnn")
    text = judge.assignment.solution["lstm_sequence.py"].decode()
    old = "        c[:, :, t] = c_t\n"
    assert text.count(old) == 1
    text = text.replace(old, "")
    made = text.splitlines().index("    a, c = np.empty(states), np.empty(states)") + 1
    found = named(judge, "lstm_sequence.py", text, "lstm_forward")
    assert made not in [line for first, last, _ in found for line in range(first, last + 1)]


SIZES = {
    "the largest example's": [
        "    sizes = (block**2).sum(axis=0)",
        "    return sizes.max() ** 0.5",
    ],
    "squared": ["    return (block**2).sum()"],
}


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_line_is_not_blamed_for_what_a_helper_answers_it_twice(
    judge: Judge, size: list[str]
) -> None:
    """The right ratio there makes all right, as would two right answers of the helper."""
    text = judge.assignment.solution["gradient_flow.py"].decode().partition("def growth_")[0]
    lines = [
        *text.splitlines(),
        "def size(block):",
        *size,
        "",
        "",
        "def growth_factors(delta):",
        "    factors = np.zeros(delta.shape[2] - 1)",
        "    for k in range(delta.shape[2] - 1):",
        "        later = size(delta[:, :, k + 1])",
        "        if later != 0:",
        "            factors[k] = size(delta[:, :, k]) / later",
        "    return factors",
    ]
    helper = range(lines.index(size[0]) + 1, lines.index(size[-1]) + 2)
    found = named(judge, "gradient_flow.py", "\n".join(lines) + "\n", "growth_factors")
    assert all(first in helper and last in helper for first, last, _ in found)


def test_what_fills_an_array_in_part_is_named_with_what_changes_all_of_it(judge: Judge) -> None:
    """Nobody reads the array in between, so that nobody sees that it is wrong by then."""
    text = judge.assignment.solution["rtrl.py"].decode()
    old = "influence[units, units] += u"
    assert text.count(old) == 1
    made = 1 + text[: text.index(old)].count("\n")
    text = text.replace(old, "influence[units, units] = u")
    (found,) = named(judge, "rtrl.py", text, "rtrl_gradients")
    assert found[0] <= made <= found[1]


def test_the_line_that_exchanges_two_variables_is_named_with_what_reads_them(judge: Judge) -> None:
    """Both hold what is right for the other, and the ratio of them is wrong."""
    text = judge.assignment.solution["gradient_flow.py"].decode().partition("def growth_")[0]
    lines = [
        *text.splitlines(),
        "def growth_factors(delta):",
        "    norms = np.linalg.norm(delta.reshape(-1, delta.shape[-1]), axis=0)",
        "    before, after = norms[1:], norms[:-1]",
        "    zero = np.zeros_like(before)",
        "    return np.divide(before, after, out=zero, where=after != 0)",
    ]
    made = lines.index("    before, after = norms[1:], norms[:-1]") + 1
    (found,) = named(judge, "gradient_flow.py", "\n".join(lines) + "\n", "growth_factors")
    assert found == (made, made + 2, False)


def test_a_line_that_only_gives_another_name_is_named_with_what_reads_it(judge: Judge) -> None:
    """What should have been made there has another shape, and cannot be tried out."""
    text = judge.assignment.solution["residual_rnn.py"].decode()
    _, name, after = text.partition("def residual_backward(")
    old = "steps, parameters = caches"
    assert after.count(old) == 1
    lines = [
        *text.partition("def residual_forward(")[0].splitlines(),
        "def residual_forward(x, h0, parameters):",
        '    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]',
        '    kept = {"g": [], "h": [h0]}',
        "    for t in range(x.shape[2]):",
        '        before = kept["h"][t]',
        "        z = ba",
        "        g = np.tanh(z)",
        "        after = before + g",
        '        kept["g"].append(g)',
        '        kept["h"].append(after)',
        '    h = np.stack(kept["h"][1:], axis=-1)',
        '    steps = list(zip(np.moveaxis(x, 2, 0), kept["h"], kept["g"]))',
        "    return h, (steps, parameters)",
        "",
        "",
        *(name + after).splitlines(),
    ]
    made = lines.index("        z = ba") + 1
    solution = judge.assignment.solution
    files = {one: solution[one] for one in judge.assignment.files}
    files["residual_rnn.py"] = "\n".join(lines).encode()
    functions = judge.judge(Submission("ada", files, (), "")).functions
    (found,) = next(one for one in functions if one.name == "residual_forward").places
    assert found.first <= made <= found.last


def test_what_is_right_and_handed_on_in_place_of_another_is_named_with_it(judge: Judge) -> None:
    """The line that reads it at the next step makes what the formula makes of the right state."""
    text = judge.assignment.solution["residual_rnn.py"].decode()
    old = "        h_prev = h_prev + g\n        h[:, :, t] = h_prev\n"
    assert text.count(old) == 1
    text = text.replace(
        old,
        "        h[:, :, t] = h_prev + g\n        h_prev = g.copy()\n"
        "        h_prev[0] = h[0, :, t]\n",
    )
    before, _, after = text.partition("    h_prev = h0\n")
    first = before.count("\n") + 1
    last = first + 1 + after[: after.index("h_prev = g.copy")].count("\n")
    files = {**judge.assignment.solution, "residual_rnn.py": text.encode()}
    functions = judge.judge(Submission("ada", files, (), "")).functions
    (found,) = (one for one in functions if one.name == "residual_forward")
    assert [(one.first, one.last, one.proved) for one in found.places] == [(first, last, False)]


GROWTH = """def growth_factors(delta):
    T_x = delta.shape[2]
    gamma = np.zeros(T_x)
    for k in range(T_x - 1):
        now, later = (np.linalg.norm(delta[:, :, one]) for one in (k, k + 1))
        gamma[k] = now / later if later else 0
    return gamma[1:]
"""


def test_an_array_cut_at_the_other_end_is_named_with_the_line_that_fills_it(judge: Judge) -> None:
    """A change of either mends all, and only one of them is wrong."""
    text = judge.assignment.solution["gradient_flow.py"].decode()
    text = text[: text.index("def growth_factors(")] + GROWTH
    line = text[: text.index("        gamma[k]")].count("\n") + 1
    assert named(judge, "gradient_flow.py", text, "growth_factors") == [(line, line + 1, True)]


BACK = """class Gradients:
    def __init__(self, n_a, n_x):
        self.total = {}
        for gate in "fico":
            self.total["dW" + gate] = np.zeros((n_a, n_a + n_x))
            self.total["db" + gate] = np.zeros((n_a, 1))

    def add(self, step):
        for name in self.total:
            self.total[name] = self.total[name] + step[name]


def lstm_backward(da, caches):
    cell_caches, x = caches
    n_a, m, T_x = da.shape
    collected = Gradients(n_a, x.shape[0])
    dxs = []
    dc, dh = np.zeros((n_a, m)), np.zeros((n_a, m))
    for t in range(T_x - 1, -1, -1):
        dh = dh + da[:, :, t]
        step = lstm_cell_backward(dc, dh, cell_caches[t])
        collected.add(step)
        dxs.append(step["dxt"])
        dh, dc = step["da_prev"], step["dc_prev"]
    return {"dx": np.stack(dxs[::-1], axis=-1), "da0": dh, "dc0": dc, **collected.total}
"""


def test_exchanged_arguments_are_named_where_they_are_given(judge_of: JudgeOf) -> None:
    """Both are right, each in the other's place."""
    judge = judge_of("gated_rnn")
    text = judge.assignment.solution["lstm_sequence.py"].decode()
    text = text[: text.index("def lstm_backward(")] + BACK
    line = text[: text.index("        step = ")].count("\n") + 1
    assert named(judge, "lstm_sequence.py", text, "lstm_backward") == [(line, line, True)]
