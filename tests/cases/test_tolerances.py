"""How far a number may be off."""

from __future__ import annotations

import numpy as np

from grader.cases.comparing import by_position, compare
from grader.cases.tolerances import Tolerance

EVERY_STEP = Tolerance(rtol=1e-9, atol=0.0, step_axis=2)
DUE = np.stack([np.full((2, 3), size) for size in (1e-30, 1.0, 1e30)], axis=2)
"""Three steps that lie far apart in size."""


def test_each_step_has_its_own_bound() -> None:
    """The largest entry of a step, and of no other, says what is small beside it."""
    due = DUE.copy()
    due[0, 0, 0] = 0.0
    bound = EVERY_STEP.bound(due)
    assert np.allclose(bound[..., 0], 1e-39, rtol=1e-12, atol=0.0)
    assert np.allclose(bound[..., 2], 1e21, rtol=1e-12, atol=0.0)


def test_without_steps_each_entry_has_its_own() -> None:
    """An entry of 0 leaves only the absolute part."""
    assert Tolerance(rtol=1e-9, atol=1e-10).bound(np.array([0.0, 10.0])).tolist() == [
        1e-10,
        1e-10 + 1e-8,
    ]


def test_a_step_that_is_off_is_found_beside_one_that_is_larger() -> None:
    """An error that is nothing beside the largest step is one beside its own."""
    off, noise = DUE.copy(), DUE.copy()
    off[0, 0, 0] *= 1.001
    noise[0, 0, 0] += 1e-40  # far less than its step's bound
    outputs = by_position(("delta",))
    assert [one.finding.kind for one in compare(off, DUE, outputs, EVERY_STEP)] == ["values"]
    assert compare(noise, DUE, outputs, EVERY_STEP) == []


def test_a_number_beside_an_array_of_steps_has_no_axis() -> None:
    """It is measured by itself."""
    due = {"delta": DUE, "norm": 2.0}
    output_of = by_position(("delta", "norm"))
    assert compare({"delta": DUE, "norm": 2.0}, due, output_of, EVERY_STEP) == []
    (wrong,) = compare({"delta": DUE, "norm": 2.1}, due, output_of, EVERY_STEP)
    assert wrong.finding.output == "norm"
