"""What is offered for a misspelt name, and where nothing is."""

from __future__ import annotations

import pytest

from grader.judging.near_names import near_name

NAMES = frozenset({"weights_hh", "weight_hh", "da_nxt", "da_next", "softmx", "Wy", "Wya", "Waa"})
CONTRACT = frozenset({"softmax", "rnn_backward"})


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("module 'numpy' has no attribute 'tanhh'", "tanh"),
        ("module 'torch' has no attribute 'tanhh'", ""),
        ("'RNNCell' object has no attribute 'weights_hh'", "weight_hh"),
        ("name 'da_nxt' is not defined", "da_next"),
        ("name 'softmx' is not defined", "softmax"),
        ("'Wy'", "Wya"),
        ("name 'entirely' is not defined", ""),
        ("operands could not be broadcast together", ""),
        ("", ""),
    ],
)
def test_the_nearest_name_is_offered(text: str, near: str) -> None:
    """Of the submission, of the contract or of NumPy; none where nothing is near."""
    assert near_name(text, NAMES, CONTRACT) == near


def test_a_submission_of_countless_names_costs_nothing() -> None:
    """Where there are more than a few thousand like it, none is offered."""
    names = {"da_nxt", "da_next", *(f"name{number:03x}" for number in range(4096))}
    assert near_name("name 'da_nxt' is not defined", names, ()) == ""


def test_of_two_that_are_equally_near_none_is_offered() -> None:
    """A guess would be no better than the other."""
    assert near_name("name 'dba1' is not defined", {"dba2", "dba3", "dba1"}, ()) == ""
