"""The ladder: what came back beside what was due, and the rung that is named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.cases.comparing import by_position, compare
from grader.cases.tolerances import ANYTHING, Exactly, Summed, Tolerance
from grader.cases.unchanged import unchanged
from grader.worker.wire import Odd

GRADIENTS = {"dxt": np.arange(6.0).reshape(2, 3) + 1, "dba": np.ones((2, 1))}
OUTPUTS = by_position(("dxt", "dba"))


def rungs(got: Any, due: Any = GRADIENTS, tolerance: Tolerance | None = None) -> list[Any]:
    """Return (kind, output) of all that is wrong."""
    found = compare(got, due, OUTPUTS, tolerance or Tolerance())
    return [(one.finding.kind, one.finding.output) for one in found]


def changed(**parts: Any) -> dict[str, Any]:
    """Return right gradients with some parts exchanged."""
    return {**GRADIENTS, **parts}


@pytest.mark.parametrize(
    ("got", "due"),
    [
        (GRADIENTS, []),
        (changed(more=Odd("generator")), []),
        (changed(dxt=GRADIENTS["dxt"].tolist()), []),
        (None, [("returned nothing", "")]),
        (Odd("generator"), [("type", "")]),
        ([1.0], [("type", "")]),
        ({"dxt": GRADIENTS["dxt"]}, [("missing key", "dba")]),
        (changed(dba=None), [("returned nothing", "dba")]),
        (changed(dba=Odd("str")), [("not numbers", "dba")]),
        (changed(dba=Odd("too large")), [("too large answer", "dba")]),
        (changed(dba="ones"), [("not numbers", "dba")]),
        (changed(dba=True), [("not numbers", "dba")]),
        (changed(dba=[[1.0], [1.0, 2.0]]), [("ragged", "dba")]),
        (changed(dba=np.ones((2, 1), np.float32)), [("dtype", "dba")]),
        (changed(dba=np.ones((2, 1), int)), [("dtype", "dba")]),
        (changed(dba=np.ones(2)), [("shape", "dba")]),
        (changed(dba=np.array([[1.0], [np.nan]])), [("not finite", "dba")]),
        (changed(dba=np.array([[1.0], [np.inf]])), [("not finite", "dba")]),
        (changed(dba=np.ones((2, 1)) + 3e-7), [("precision", "dba")]),
        (changed(dba=np.ones((2, 1)) + 3e-2), [("values", "dba")]),
        (changed(dba=np.ones((2, 1)) + 0.9e-9), []),
        (changed(dba=np.ones((2, 1)) + 1.2e-9), [("precision", "dba")]),
        (
            changed(dba=np.zeros((2, 1)), dxt=np.zeros((3, 2))),
            [("shape", "dxt"), ("values", "dba")],
        ),
    ],
)
def test_the_rung(got: Any, due: list[Any]) -> None:
    """Each output stops at the lowest rung it fails."""
    assert rungs(got) == due


def test_a_dict_of_any_keys_is_all_the_only_output() -> None:
    """What is wrong in a part of it is wrong with that output, whatever the part's name."""
    output = by_position(("clipped",))
    (wrong,) = compare({"g": np.zeros(2)}, {"g": np.ones(2)}, output, Tolerance())
    (missing,) = compare({}, {"g": np.ones(2)}, output, Tolerance())
    assert (wrong.finding.kind, wrong.finding.output) == ("values", "clipped")
    assert (missing.finding.kind, missing.finding.output) == ("missing key", "clipped")


def test_nan_never_agrees() -> None:
    """Not even with a NaN that is due."""
    nan = {"dxt": np.full((2, 3), np.nan), "dba": GRADIENTS["dba"]}
    assert rungs(nan, nan) == [("not finite", "dxt")]


def test_a_sum_is_all_that_is_judged() -> None:
    """A stack may come in any order and any number of parts."""
    due = {"dxt": Summed(np.full((2, 2), 6.0)), "dba": GRADIENTS["dba"]}
    assert rungs(changed(dxt=[np.full((2, 2), n) for n in (1.0, 2.0, 3.0)]), due) == []
    assert rungs(changed(dxt=np.full((2, 2, 2), 2.0)), due) == [("values", "dxt")]
    assert rungs(changed(dxt=np.full((2, 2), 6.0)), due) == [("shape", "dxt")]
    endless = [np.full((2, 2), n) for n in (np.inf, -np.inf)]  # and no warning on a terminal
    assert rungs(changed(dxt=endless), due) == [("not finite", "dxt")]


def test_each_step_is_measured_by_its_own_size() -> None:
    """With a step axis, a vanishing step is judged as strictly as a large one."""
    due = np.stack([np.ones((2, 2)), np.full((2, 2), 1e-12)], axis=2)
    off = due + np.stack([np.zeros((2, 2)), np.full((2, 2), 1e-18)], axis=2)
    relative = Tolerance(rtol=1e-9, atol=0.0, step_axis=2)
    output = by_position(("delta",))
    assert [one.finding.kind for one in compare(off, due, output, relative)] == ["precision"]
    assert compare(off, due, output, Tolerance()) == []


def test_a_small_step_is_not_called_imprecise_for_being_small() -> None:
    """Wrong by as much as the step is large, and yet by nothing beside the largest entry."""
    due = np.stack([np.ones((2, 2)), np.full((2, 2), 1e-12)], axis=2)
    off = due + np.stack([np.zeros((2, 2)), np.full((2, 2), 1e-12)], axis=2)
    relative = Tolerance(rtol=1e-9, atol=0.0, step_axis=2)
    (wrong,) = compare(off, due, by_position(("delta",)), relative)
    assert (wrong.finding.kind, wrong.finding.facts["steps"]) == ("values", (1,))


def test_no_other_keys_where_exactly_these_are_due() -> None:
    """A further key is named, shortened; beside an ordinary due dict it is fine."""
    more = changed(**{"dWya" * 20: np.ones(1)})
    (wrong,) = compare(more, Exactly(GRADIENTS), OUTPUTS, Tolerance())
    assert (wrong.finding.kind, wrong.finding.facts["key"]) == ("extra key", "dWya" * 10)
    assert rungs(GRADIENTS, Exactly(GRADIENTS)) == []
    assert rungs(more) == []


@pytest.mark.parametrize("got", [None, Odd("generator"), np.full(3, np.nan), {"a": 1}])
def test_anything_is_right_where_nothing_is_asked(got: Any) -> None:
    """What stands beside it is judged all the same."""
    assert rungs((np.ones(2), got), (np.ones(2), ANYTHING)) == []
    assert rungs((np.zeros(2), got), (np.ones(2), ANYTHING)) == [("values", "dxt")]


def test_of_a_part_no_place_is_told() -> None:
    """A place is one of an output's, and nobody could tell of which of its parts."""
    whole, off = np.ones((2, 3)), np.array([[1.0, 1.0, 2.0], [1.0, 1.0, 2.0]])
    outputs = by_position(("a", "cache"))
    (found,) = compare((off, (whole, whole)), (whole, (whole, whole)), outputs, Tolerance())
    assert found.finding.facts["where"] == "entries"
    for got, due, part in (
        ((whole, off), (whole, whole), "[1]"),
        ({"x": off}, {"x": whole}, '["x"]'),
        ([whole, {"x": (off,)}], [whole, {"x": (whole,)}], '[1]["x"][0]'),
    ):
        (found,) = compare((whole, got), (whole, due), outputs, Tolerance())
        assert (found.finding.output, found.finding.facts) == ("cache", {"part": part})


def test_of_halves_of_pairs_every_wrong_key_is_told() -> None:
    """What is called by no key of its own may be wrong in several, and right in others."""

    def half(path: tuple[int | str, ...]) -> str:
        return ("one half", "other half")[int(path[1])] if len(path) > 1 else ""

    due = {name: (np.ones(2), np.ones(2)) for name in ("dx", "dba", "dWax", "dWaa")}
    got: dict[str, Any] = {**due, "dba": (np.zeros(2), np.ones(2)), "dWax": (np.zeros(2), 1.0)}
    found = compare(got, due, half, Tolerance())
    assert [(one.finding.kind, one.finding.output, one.finding.facts) for one in found] == [
        ("values", "one half", {"keys": ("dba", "dWax")}),
        ("shape", "other half", {"shape": (), "due": (2,), "keys": ("dWax",)}),
    ]


def test_where_never_says_how_much() -> None:
    """The facts of wrong values are places, not numbers."""
    got = changed(dxt=GRADIENTS["dxt"] + np.array([[0.0, 7.25, 0.0], [0.0, 0.0, 0.0]]))
    (wrong,) = compare(got, GRADIENTS, OUTPUTS, Tolerance())
    assert wrong.finding.facts["where"] == "entries"
    assert (wrong.finding.facts["wrong"], wrong.finding.facts["of"]) == (1, 6)
    assert "7.25" not in repr(wrong.finding)


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        (np.ones(2), np.ones(2), None),
        (np.array([np.nan]), np.array([np.nan]), None),
        (np.ones(2), np.array([1.0, 2.0]), "x"),
        (np.ones(2), np.ones(2, np.float32), "x"),
        ({"Wax": np.ones(1)}, {"Wax": np.ones(1)}, None),
        ({"Wax": np.ones(1)}, {"Wax": np.zeros(1)}, "x['Wax']"),
        ({"Wax": np.ones(1)}, {"Wax": np.ones(1), "new": 1}, "x"),
        ([1, (2, np.ones(1))], [1, (2, np.zeros(1))], "x[1][1]"),
        (float("nan"), float("nan"), None),
        (3, np.ones(2), "x"),
        (3, np.zeros(0), "x"),
        (3, np.array([3]), "x"),
        (3, [3], "x"),
        (np.ones(2), 1.0, "x"),
    ],
)
def test_a_change_of_an_argument_is_found(before: Any, after: Any, name: str | None) -> None:
    """To the bit, and named by its place."""
    assert unchanged(before, after, "x") == name


def test_what_is_due_under_each_wrong_key_is_kept() -> None:
    """One output's wrong numbers may stand under several keys; the right ones are left out."""
    due = {name: (np.full(2, float(at)), np.zeros(2)) for at, name in enumerate(("h", "dx", "dw"))}
    got = {name: (np.full(2, 9.0) if name != "dx" else one, other)
           for name, (one, other) in due.items()}  # fmt: skip
    (wrong,) = compare(got, due, lambda path: "half" if path[1:] == (0,) else "", Tolerance())
    assert wrong.finding.facts["keys"] == ("h", "dw")
    assert {key: one.tolist() for key, one in wrong.by_key.items()} == {"h": [0, 0], "dw": [2, 2]}
