"""The catalogue of long_term_dependencies: its words, and what it recognises."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from grader.course import Assignment, find_course
from grader.diagnosis.catalogue import Mistakes, load_mistakes
from grader.diagnosis.variants import differences
from grader.intake.submission import Submission, read_submission
from grader.judging.judge import Judge
from grader.phrases.catalogue import Catalogue
from tests.judges import JudgeOf

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = Path(__file__).parent / "golden" / "long_term"
CLASS = ROOT / "samples" / "long_term_dependencies" / "submitted"
FUNCTIONS = (
    "backpropagate_error",
    "growth_factors",
    "residual_forward",
    "residual_backward",
    "clip_by_value",
    "clip_by_global_norm",
    "weight_decay",
    "rtrl_gradients",
)


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    """The assignment whose catalogue this is."""
    return find_course(ROOT).assignment("long_term_dependencies")


@pytest.fixture(scope="module")
def mistakes(assignment: Assignment) -> Mistakes:
    """The catalogue."""
    loaded = load_mistakes(assignment)
    assert loaded is not None
    return loaded


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf, assignment: Assignment) -> Judge:
    """A judge, for the hidden inputs of a run."""
    return judge_of(assignment.name)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_mistake_of_long_term_has_words(
    assignment: Assignment, mistakes: Mistakes, language: str
) -> None:
    """No key without a cause and a next step, and no words without a key."""
    keys = {
        key for one in (mistakes.variants, mistakes.rules) for some in one.values() for key in some
    }
    words = Catalogue.load([assignment.hidden / f"mistakes.{language}.toml"]).mistakes
    assert set(words) == keys
    assert len(keys) >= 40
    causes = [one.cause for one in words.values()]
    assert len(set(causes)) == len(causes)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_mistakes_of_long_term_can_be_told_apart(judge: Judge, function: str) -> None:
    """Each is told from a right answer, and from every other mistake of the function."""
    singles = judge.diagnosis.known(function).variants.singles()
    assert singles
    for one in singles:
        assert one.changes, one.keys
    for one, other in itertools.combinations(singles, 2):
        if one.keys != other.keys:
            assert any(differences(one.seen, other.seen)), (one.keys, other.keys)


@pytest.mark.parametrize(
    ("student", "function", "due"),
    [
        ("dalia_mansour", "backpropagate_error", ("through_weights_not_transposed",)),
        ("emre_yilmaz", "backpropagate_error", ("derivative_of_later_step",)),
        ("emre_yilmaz", "growth_factors", ("divided_by_zero",)),
        ("fatima_diallo", "residual_backward", ("straight_way_forgotten",)),
        ("goran_petrovic", "residual_forward", ("plain_update",)),
        ("goran_petrovic", "residual_backward", ()),
        ("goran_petrovic", "rtrl_gradients", ("derivative_missing",)),
        ("hana_suzuki", "residual_backward", ("lost_keepdims",)),
        ("hana_suzuki", "rtrl_gradients", ("lost_keepdims",)),
        ("ivan_horvat", "clip_by_global_norm", ("each_array_by_its_own_norm",)),
        ("jiwoo_park", "clip_by_value", ("writes_into_argument",)),
        ("karim_benali", "weight_decay", ("biases_decayed", "l2_other_factor")),
        ("leila_rahimi", "rtrl_gradients", ("past_is_kept",)),
        ("pavel_dvorak", "clip_by_global_norm", ("always_scaled",)),
    ],
)
def test_mistakes_of_the_sample_class_are_recognised(
    judge: Judge, assignment: Assignment, student: str, function: str, due: tuple[str, ...]
) -> None:
    """By their numbers, in code that was not written for the catalogue."""
    report = judge.judge(read_submission(CLASS / student / assignment.name, student, assignment))
    (result,) = [one for one in report.functions if one.name == function]
    assert sorted(result.mistakes) == sorted(due)


@pytest.mark.parametrize(
    ("golden", "function", "due"),
    [
        ("same_dict", "clip_by_value", "argument_returned"),
        ("same_dict", "weight_decay", "gradient_made_up"),
        ("caches_used_up", "residual_backward", "caches_used_up"),
        ("rtrl_by_bptt", "rtrl_gradients", "past_is_kept"),
    ],
)
def test_what_numbers_do_not_tell_of_long_term(
    judge: Judge, assignment: Assignment, tmp_path: Path, golden: str, function: str, due: str
) -> None:
    """It is told by rule."""
    for file in assignment.files:
        own = GOLDEN / golden / file
        source = own if own.exists() else assignment.solutions / file
        (tmp_path / file).write_bytes(source.read_bytes())
    report = judge.judge(read_submission(tmp_path, golden, assignment))
    (result,) = [one for one in report.functions if one.name == function]
    assert result.mistakes == (due,)


TAPE = """
import numpy as np


def residual_forward(x, h0, parameters):
    tape, state, states = [], h0, []
    for t in range(x.shape[2]):
        z = parameters["Wax"] @ x[:, :, t] + parameters["Waa"] @ state + parameters["ba"]
        tape.append((x[:, :, t], state, np.tanh(z)))
        state = state + np.tanh(z)
        states.append(state)
    return np.stack(states, axis=2), (tape, parameters)


def residual_backward(dh, caches):
    tape, parameters = caches
    sums, back, dx = [0, 0, 0], 0, []
    while tape:
        t = len(tape) - 1
        xt, before, squashed = tape.pop()
        total = dh[:, :, t] + back
        dz = total * (1 - squashed**2)
        dx.insert(0, parameters["Wax"].T @ dz)
        parts = dz @ xt.T, dz @ before.T, dz.sum(axis=1, keepdims=True)
        sums = [one + part for one, part in zip(sums, parts)]
        back = total + parameters["Waa"].T @ dz
    return {
        "dx": np.stack(dx, axis=2), "dh0": back,
        "dWax": sums[0], "dWaa": sums[1], "dba": sums[2],
    }
"""

EMPTYING = """
def residual_backward(dh, caches):
    tape, parameters = caches
    dx, back = np.zeros((parameters["Wax"].shape[1], *dh.shape[1:])), 0
    sums = {f"d{name}": np.zeros(value.shape) for name, value in parameters.items()}
    todo, t = tape, dh.shape[2]
    while todo:
        t -= 1
        xt, before, squashed = todo.pop()
        total = dh[:, :, t] + back
        dz = total * (1 - squashed**2)
        dx[:, :, t] = parameters["Wax"].T @ dz
        for name, part in (("dWax", dz @ xt.T), ("dWaa", dz @ before.T)):
            sums[name] += part
        sums["dba"] += dz.sum(axis=1, keepdims=True)
        back = total + parameters["Waa"].T @ dz
    return {"dx": dx, "dh0": back + np.zeros(dh.shape[:2]), **sums}
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [("tape.pop()", "tape.pop(-1)", True), ("np.stack(dx, axis=2)", "np.stack(dx, axis=3)", False)],
)
def test_emptied_caches_are_told_wherever_a_second_call_fails(
    judge: Judge, assignment: Assignment, old: str, new: str, told: bool
) -> None:
    """It fails where the taken entries are missed; what fails on the first call is no sign."""
    head, middle, tail = TAPE.rpartition(old)
    files = {name: (assignment.solutions / name).read_bytes() for name in assignment.files}
    files["residual_rnn.py"] = (head + new + tail).encode()
    report = judge.judge(Submission("ada", files, (), ""))
    (result,) = [one for one in report.functions if one.name == "residual_backward"]
    assert middle
    assert ("caches_used_up" in result.mistakes) is told


SKIPPING = """    new = {}
    for name, gradient in gradients.items():
        if np.max(np.abs(gradient)) <= limit:
            continue
        new[name] = np.clip(gradient, -limit, limit)
    return new"""
DECAYS = 'if name.startswith("W") and "d" + name in gradients:'


@pytest.mark.parametrize(
    ("file", "old", "new", "due"),
    [
        ("stabilize.py", DECAYS, DECAYS.replace('name.startswith("W")', 'name in ("Wax", "Waa")'),
         {"weight_decay": ("some_weights_left_out",)}),
        ("stabilize.py", DECAYS, "if False:", {"weight_decay": ("nothing_decayed",)}),
        ("gradient_flow.py", "np.divide(earlier, later, out=gamma, where=later > 0)",
         "gamma = earlier / later", {"growth_factors": ("divided_by_zero",)}),
        ("stabilize.py", "return {name: gradient * scale for",
         "norms = {name: np.linalg.norm(gradient) for name, gradient in gradients.items()}\n"
         "    scale = {name: max_norm / own if norm > max_norm else 1\n"
         "             for name, own in norms.items()}\n"
         "    return {name: gradient * scale[name] for",
         {"clip_by_global_norm": ("each_array_by_its_own_norm",)}),
        ("stabilize.py", "l1=0.0, l2=0.0", "l1=0.0, l2=1e-4",
         {"weight_decay": ("penalty_by_default",)}),
        ("stabilize.py", "l1=0.0, l2=0.0", "l1=0.0, *, l2=0.5",
         {"weight_decay": ("penalty_by_default",)}),
        ("stabilize.py", "np.clip(gradient, -limit, limit)",
         "np.where(gradient >= limit, limit, -limit)",
         {"clip_by_value": ("compared_with_one_limit_alone",)}),
        ("stabilize.py", "    return {name: np.clip(gradient, -limit, limit) for "
         "name, gradient in gradients.items()}", SKIPPING,
         {"clip_by_value": ("skipped_by_continue",)}),
        ("gradient_flow.py", "np.divide(earlier, later, out=gamma, where=later > 0)",
         "np.divide(earlier, later, out=gamma, where=np.logical_and.accumulate(later > 0))",
         {"growth_factors": ("ends_where_error_is_dead",)}),
        ("gradient_flow.py",
         "        delta[:, :, k] = Waa.T @ delta[:, :, k + 1]\n",
         "        da_T = Waa.T @ da_T\n        delta[:, :, k] = da_T\n",
         {"backpropagate_error": ("derivative_missing_in_some",)}),
        ("residual_rnn.py", "        h_prev = h_prev + g\n        h[:, :, t] = h_prev\n",
         "        h[:, :, t] = h_prev + g\n        h_prev = g\n",
         {"residual_forward": ("update_alone_handed_on",)}),
        ("residual_rnn.py", "@ h_prev + ba", "@ h_prev + 2 * ba",
         {"residual_forward": ("bias_twice",)}),
        ("residual_rnn.py", "@ h_prev + ba", "@ h_prev + len(xt) * ba",
         {"residual_forward": ("bias_twice",)}),
        ("gradient_flow.py", "gamma = np.zeros(len(later))", "gamma = np.ones(len(later))",
         {"growth_factors": ("one_where_error_is_dead",)}),
    ],
)  # fmt: skip
def test_what_the_code_does_not_do_is_not_said(
    judge: Judge, assignment: Assignment, file: str, old: str, new: str, due: dict[str, object]
) -> None:
    """No names written down where nothing is decayed, no division by 0 where it is kept off."""
    files = {name: (assignment.solutions / name).read_text("utf-8") for name in assignment.files}
    assert files[file].count(old) == 1
    files[file] = files[file].replace(old, new)
    handed_in = {name: text.encode() for name, text in files.items()}
    report = judge.judge(Submission("sam", handed_in, (), ""))
    assert {
        one.name: tuple(sorted(one.mistakes)) for one in report.functions if one.mistakes
    } == due


CLIPPING = """

def clip_by_value(gradients, limit):
    out = {}
    for k in gradients:
        g = gradients[k]
        g = np.where(g > limit, limit, g)
        g = np.where(g is -limit, -limit, g)
        out[k] = g
    return out
"""
PRODUCTS = """

def backpropagate_error(Waa, a, da_T):
    slope = np.moveaxis(1 - a**2, (0, 1, 2), (2, 1, 0))
    n_a, m, T_x = a.shape
    jacobian = np.broadcast_to(np.eye(n_a), (m, n_a, n_a))
    delta = np.empty((T_x, m, n_a))
    for k in range(T_x - 1, -1, -1):
        last = (da_T * (1 - a[:, :, -1] ** 2)).T
        delta[k] = slope[k] * np.einsum("bij,bj->bi", jacobian, last)
        if k == T_x - 1:
            delta[k] = last
        step = Waa.T if k == T_x - 1 else Waa.T @ (slope[k][:, :, None] * np.eye(n_a))
        jacobian = step @ jacobian
    return np.moveaxis(delta, (0, 1, 2), (2, 1, 0))
"""


@pytest.mark.parametrize(
    ("file", "text", "old", "new"),
    [
        ("stabilize.py", CLIPPING, "g is -limit", "g is -limit"),
        ("gradient_flow.py", PRODUCTS, "[:, :, None] * np.eye", "[:, :, None] + np.eye"),
        ("gradient_flow.py", PRODUCTS, "if k == T_x - 1:", "if k == T_x / 1:"),
    ],
)
def test_no_line_is_named_before_or_after_the_wrong_one(
    judge: Judge, assignment: Assignment, file: str, text: str, old: str, new: str
) -> None:
    """What hands a number on, another suspect's number, and a branch that is never taken."""
    files = {one: (assignment.solutions / one).read_bytes() for one in assignment.files}
    whole = files[file].decode() + text.replace(old, new)
    line = next(n for n, one in enumerate(whole.splitlines(), 1) if new in one)
    report = judge.judge(Submission("ada", {**files, file: whole.encode()}, (), ""))
    (result,) = [one for one in report.functions if one.score != one.max_score]
    assert all((one.file, one.first <= line <= one.last) == (file, True) for one in result.places)


def test_a_key_of_an_earlier_call_is_one_that_was_kept(
    judge: Judge, assignment: Assignment
) -> None:
    """Nothing in the function writes it; what it writes itself is no such key."""
    text = assignment.solution["stabilize.py"].decode()
    head, _, rest = text.partition("def clip_by_value(")
    _, _, rest = rest.partition("def clip_by_global_norm(")
    kept = (
        "def clip_by_value(gradients, limit, clipped={}):\n    for key in gradients:\n"
        "        g = gradients[key]\n        clipped[key] = np.clip(g, -limit, limit)\n"
        "    return clipped\n\n\n"
    )
    own = kept.replace("    return", '    clipped["limit"] = np.ones(1)\n    return')
    for body, mistakes in ((kept, True), (own.replace(", clipped={}", ", clipped=()"), False)):
        body = body.replace("clipped=()):\n", "clipped=()):\n    clipped = dict(clipped)\n")
        files = {name: assignment.solution[name] for name in assignment.files}
        files["stabilize.py"] = f"{head}{body}def clip_by_global_norm({rest}".encode()
        functions = judge.judge(Submission("ada", files, (), "")).functions
        (found,) = (one for one in functions if one.name == "clip_by_value")
        assert found.finding is not None
        assert found.finding.kind == "extra key"
        assert ("state_kept_between_calls" in found.mistakes) == mistakes


def test_a_default_stands_where_nothing_is_computed(judge: Judge, assignment: Assignment) -> None:
    """So no line is named, and what is said first is what the plainest call shows."""
    files = {name: (assignment.solutions / name).read_bytes() for name in assignment.files}
    files["stabilize.py"] = files["stabilize.py"].replace(b"l2=0.0", b"l2=1e-4")
    report = judge.judge(Submission("ada", files, (), ""))
    (result,) = [one for one in report.functions if one.score != one.max_score]
    assert result.finding is not None
    assert (result.finding.output, result.places) == ("biases and defaults", ())


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (EMPTYING, "caches_used_up"),
        (
            EMPTYING.replace("while todo:", "for entry in tape[::-1]:")
            .replace("todo.pop()", "entry")
            .replace("dx[:, :, t]", "dx[1:, :, t]")
            .replace(".T @ dz\n        for", ".T[1:] @ dz\n        for"),
            "partly_left_at_zero",
        ),
    ],
)
def test_a_part_is_zero_only_of_an_answer_that_is_right_in_the_rest(
    judge: Judge, assignment: Assignment, text: str, due: str
) -> None:
    """Not where all of a later answer is."""
    files = {name: (assignment.solutions / name).read_bytes() for name in assignment.files}
    head, _, _ = TAPE.partition("def residual_backward")
    files["residual_rnn.py"] = (head + text).encode()
    report = judge.judge(Submission("ada", files, (), ""))
    (result,) = [one for one in report.functions if one.name == "residual_backward"]
    assert result.mistakes == (due,)
