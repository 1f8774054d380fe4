"""Known mistakes are recognised by their numbers, and nothing is named that is not sure."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from grader.cases.case import LENT
from grader.cases.collecting import Suite
from grader.course import Assignment, Function
from grader.diagnosis.catalogue import Hooks, Mistakes, load_mistakes
from grader.diagnosis.observing import ABSENT, Place, looked_at
from grader.diagnosis.recognising import Diagnosis, load_probes
from grader.diagnosis.smallest_explanation import Fit, cover
from grader.diagnosis.variants import Variant, Variants
from grader.isolation.answers import GroupAnswer, Value
from grader.judging.judge import Judge
from grader.source.parsing import Parsed
from grader.source.reading import Source
from grader.source.used_names import Reach
from tests.edited import FILES, SLOPE, STEP_BACK, TASK, result
from tests.judges import JudgeOf


def catalogue(task: Assignment = TASK) -> Mistakes:
    """Load the catalogue of an assignment that has one."""
    mistakes = load_mistakes(task)
    assert mistakes is not None
    return mistakes


MISTAKES = catalogue()


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf) -> Judge:
    """A judge of rnn_bptt."""
    return judge_of(TASK.name)


class Answering:
    """The right function with some of its quantities computed otherwise, as one that answers."""

    def __init__(self, suite: Suite, function: Function) -> None:
        self._cases = suite.cases[function.name]
        self.variants = Variants(MISTAKES, suite, load_probes(TASK), function.name, self._cases)

    def __call__(self, hooks: Hooks) -> GroupAnswer:
        """Return its answers to all hidden cases, as a worker would send them."""
        replies = [
            tuple(
                Value(step, data)
                for step, data in zip(looked_at(case, LENT), answers, strict=True)
                if data is not ABSENT
            )
            for case, answers in zip(self._cases, self.variants.answers(hooks), strict=True)
        ]
        return GroupAnswer(tuple(replies), None, 0.0)


def named(diagnosis: Diagnosis, function: Function, answer: GroupAnswer) -> tuple[str, ...]:
    """Return what is named on the ground of numbers alone."""
    files = Parsed({})
    source = Source(files, lambda: Reach(files), function.file, function.name)
    return tuple(diagnosis.explained(function, [], {LENT: answer}, LENT, source))


def test_the_catalogue_is_large() -> None:
    """There are at least 80 different mistakes, and some for each of the seven functions."""
    assert MISTAKES.variants.keys() == FILES.keys()
    assert all(len(mistakes) >= 15 for mistakes in MISTAKES.variants.values())
    assert len({key for mistakes in MISTAKES.variants.values() for key in mistakes}) >= 80


@pytest.mark.parametrize("function", TASK.functions, ids=lambda one: one.name)
def test_every_mistake_is_wrong_and_recognised(judge: Judge, function: Function) -> None:
    """Every way to make every mistake changes an answer, and gets that mistake's name alone.

    So no two mistakes of a function answer alike in all cases: then neither would be named.
    """
    answering = Answering(judge.suite, function)
    assert named(judge.diagnosis, function, answering({})) == ()
    for key, ways in MISTAKES.variants[function.name].items():
        for number, hooks in enumerate(ways):
            found = named(judge.diagnosis, function, answering(hooks))
            assert found == (key,), f"{key}, in way {number}, is taken for {found}"


def outputs(changes: frozenset[Place]) -> frozenset[Any]:
    """Return the outputs that a mistake shows in."""
    return frozenset(path for criterion, path in changes if not criterion)


def apart(ones: list[Variant]) -> Iterator[tuple[Variant, Variant]]:
    """Yield the pairs of mistakes that show in different outputs and can be made together."""
    for one, other in itertools.combinations(ones, 2):
        mine, theirs = outputs(one.changes), outputs(other.changes)
        assert one.hooks is not None
        assert other.hooks is not None
        if mine and theirs and not mine & theirs and not one.hooks.keys() & other.hooks.keys():
            yield one, other


IN_EACH_OTHERS_WAY = {
    # the bias gradient is summed from a da_prev that has become dz: so it is right
    ("bias_gradient_through_weights", "state_gradient_not_through_weights"),
}


@pytest.mark.parametrize("function", TASK.functions[1:], ids=lambda one: one.name)
def test_two_mistakes_in_different_outputs_are_both_named(judge: Judge, function: Function) -> None:
    """Any two mistakes that show in different outputs are told from each other and both named."""
    answering = Answering(judge.suite, function)
    firsts = {one.keys: one for one in reversed(answering.variants.singles())}
    pairs = list(apart(list(firsts.values())))
    assert len(pairs) > 50
    for one, other in pairs:
        both = tuple(sorted(one.keys + other.keys))
        if both not in IN_EACH_OTHERS_WAY:
            assert one.hooks is not None
            assert other.hooks is not None
            found = named(judge.diagnosis, function, answering({**one.hooks, **other.hooks}))
            assert tuple(sorted(found)) == both


def test_two_mistakes_in_one_output(judge: Judge) -> None:
    """Two mistakes that both show in all outputs are found by running them together."""
    (backward,) = (one for one in TASK.functions if one.name == "rnn_backward")
    ways = MISTAKES.variants["rnn_backward"]
    answer = Answering(judge.suite, backward)(
        {**ways["derivative_not_squared"][0], **ways["carry_subtracted"][0]}
    )
    found = named(judge.diagnosis, backward, answer)
    assert sorted(found) == ["carry_subtracted", "derivative_not_squared"]


def with_entry(mistakes: Mistakes, function: str, key: str, hooks: Hooks) -> Mistakes:
    """Return a catalogue with one more entry."""
    entries = {**mistakes.variants[function], key: [hooks]}
    return replace(mistakes, variants={**mistakes.variants, function: entries})


@pytest.fixture
def two_names(monkeypatch: pytest.MonkeyPatch) -> str:
    """The catalogue, with a second name for one mistake; returns the first."""
    mistakes = with_entry(
        MISTAKES, "softmax", "second_name", MISTAKES.variants["softmax"]["softmax_twice"][0]
    )
    monkeypatch.setattr("grader.diagnosis.recognising.load_mistakes", lambda _: mistakes)
    return "softmax_twice"


def test_nothing_is_named_that_fits_two(judge: Judge, two_names: str) -> None:
    """Where two entries of the catalogue answer alike, neither is named; others still are."""
    function = TASK.functions[0]
    answering = Answering(judge.suite, function)
    diagnosis = Diagnosis(TASK, judge.suite)
    ways = MISTAKES.variants["softmax"]
    assert named(judge.diagnosis, function, answering(ways[two_names][0])) == (two_names,)
    assert named(diagnosis, function, answering(ways[two_names][0])) == ()
    assert named(diagnosis, function, answering(ways["sigmoid_for_softmax"][0])) != ()


def test_what_is_in_no_catalogue(judge: Judge) -> None:
    """Numbers that no mistake explains get no name, not even the nearest one."""
    (forward,) = (one for one in TASK.functions if one.name == "rnn_cell_forward")
    answer = Answering(judge.suite, forward)(
        {"a_next": lambda s: 0.1 + s.z / (1 + abs(s.z)), "logits": lambda s: s.Wya @ s.z**2}
    )
    assert named(judge.diagnosis, forward, answer) == ()


GENERAL: Mapping[str, tuple[str, Any]] = {
    "left_at_zero": ("dWaa", lambda s: 0 * s.Waa),
    "sign": ("dWaa", lambda s: -s.dz @ s.a_prev.T),
    "factor_two": ("dWax", lambda s: 2 * s.dz @ s.xt.T),
    "constant_factor": ("dWax", lambda s: 0.37 * s.dz @ s.xt.T),
    "transposed": ("dxt", lambda s: (s.Wax.T @ s.dz).T),
    "flattened": ("dWax", lambda s: (s.dz @ s.xt.T).ravel()),
    "rounded": ("dxt", lambda s: (s.Wax.T @ s.dz).round(4)),
    "clipped": ("dxt", lambda s: (s.Wax.T @ s.dz).clip(-0.3, 0.3)),
}
"""Mistakes of any function, in one output of rnn_cell_backward."""


@pytest.mark.parametrize("key", GENERAL)
def test_mistakes_of_any_function(judge: Judge, key: str) -> None:
    """What can become of any right array is recognised without an entry for it."""
    (backward,) = (one for one in TASK.functions if one.name == "rnn_cell_backward")
    output, wrong = GENERAL[key]
    answer = Answering(judge.suite, backward)({output: wrong})
    assert named(judge.diagnosis, backward, answer) == (key,)


def test_what_code_reads_once_is_disproved_by_any_right_output() -> None:
    """A formula may stand in code once for each output, the line that reads the cache may not."""
    right, wrong = ("", ("dWax",)), ("", ("dWaa",))
    variant = Variant(("read_wrongly",), {"read": None}, {}, frozenset({right, wrong}))
    fit = Fit(variant, frozenset({wrong}), frozenset({right}))
    assert cover([fit], frozenset({wrong}), whole=True) == ("read_wrongly",)
    assert cover([replace(fit, disproved=True)], frozenset({wrong}), whole=True) == ()


# --- submissions as they are ------------------------------------------------------------------


BY_NUMBERS: list[tuple[str, list[tuple[str, str]], tuple[str, ...]]] = [
    ("softmax", [("np.max(z, axis=0, keepdims=True)", "z.max()")],
     ("softmax_shifted_by_whole_maximum",)),
    ("softmax", [("np.sum(exp_z, axis=0, keepdims=True)", "exp_z.sum()")],
     ("softmax_whole_matrix",)),
    ("rnn_cell_forward", [('parameters["Wya"] @ a_next', 'np.dot(parameters["Wya"], a_prev)')],
     ("prediction_from_previous_state",)),
    ("rnn_cell_backward", [(SLOPE, "dz = (1 - np.tanh(a_next) ** 2) * da_next")],
     ("tanh_of_tanh",)),
    ("rnn_cell_backward", [("np.sum(dz, axis=1, keepdims=True)", "dz.sum(1)")],
     ("lost_keepdims",)),
    ("rnn_cell_backward",
     [("dz @ a_prev.T", "np.dot(dz, a_next.T)"), ("np.sum(dz, axis=1", "np.mean(dz, axis=1")],
     ("bias_gradient_by_mean", "recurrent_gradient_from_next_state")),
    ("rnn_forward", [("x[:, :, t], a_t, parameters", "x[:, :, t], a0, parameters")],
     ("first_state_at_every_step",)),
    ("rnn_forward", [("x[:, :, t], a_t, parameters", "x[:, :, t], a[:, :, t], parameters"),
                     ("a = np.empty(", "a = np.zeros(")], ("state_reset_at_every_step",)),
    ("rnn_forward", [("x[:, :, t], a_t, parameters", "x[:, :, t], a[:, :, t - 1], parameters"),
                     ("a = np.empty(", "a = np.zeros(")], ("first_state_ignored",)),
    ("softmax", [("np.max(z, axis=0, keepdims=True)",
                  "np.maximum(0, np.max(z, axis=0, keepdims=True))")],
     ("softmax_maximum_from_zero",)),
    ("rnn_cell_forward", [("@ a_prev + parameters", "@ a_prev + len(xt) * parameters")],
     ("hidden_bias_twice",)),
    ("rnn_cell_forward", [('+ parameters["by"]', '+ len(a_prev) * parameters["by"]')],
     ("output_bias_twice",)),
    ("rnn_backward", [(STEP_BACK, "rnn_cell_backward(da[:, :, t], cell_caches[t])")],
     ("gradient_not_carried",)),
    ("rnn_backward", [('"da0": da_prev', '"da0": da[:, :, 0]')], ("da0_from_outside",)),
    ("rnn_backward", [('da_prev = gradients["da_prev"]', 'gradients["da_prev"]')],
     ("gradient_not_carried",)),
    ("rnn_backward", [("for t in reversed(range(T_x)):", "for t in range(T_x - 1, 0, -1):")],
     ("first_step_skipped",)),
    ("rnn_backward", [("for t in reversed(range(T_x)):", "for t in range(T_x - 1, 0, -1):"),
                      ("dx = np.empty(x.shape)", "dx = np.full(x.shape, -3.7)")],
     ("first_step_skipped",)),
    ("RNNCell", [("dh if self.carried is None else dh + self.carried", "dh")],
     ("gradient_not_carried",)),
    ("RNNCell", [("self.dx_list.insert(0, dz @ self.weight_ih)",
                  "self.dx_list.append(dz @ self.weight_ih)")],
     ("dx_list_in_reverse",)),
    ("compare_with_torch", [("in reversed(dh)", "in dh")], ("backward_in_time_order",)),
    ("compare_with_torch", [("rnn(inputs, torch.tensor(h0))", "rnn(inputs)")],
     ("first_state_not_given",)),
    ("rnn_cell_backward", [(SLOPE, "dz = 0.1 + da_next**3 * abs(a_next)")], ()),
]  # fmt: skip


@pytest.mark.parametrize(("function", "edits", "keys"), BY_NUMBERS)
def test_real_code(
    judge: Judge, function: str, edits: list[tuple[str, str]], keys: tuple[str, ...]
) -> None:
    """A mistake in a submission is named with it, whatever its code looks like."""
    found = result(judge, function, *edits)
    assert tuple(sorted(found.mistakes)) == keys
    assert found.score is not None
    assert found.score < found.max_score
