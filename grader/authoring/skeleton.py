"""The files a new assignment starts from: one function that is complete in every part.

``FILES`` maps a part of a course and a file name to its text, where @NAME@ and @TITLE@ stand
for the assignment's name and title.
"""

from __future__ import annotations

HIDDEN, SOLUTIONS, STUDENTS = "hidden", "solutions", "assignments"

_POINTS = """\
# Points of the assignment @NAME@.  `outputs` are the quantities a function returns, in the order
# it returns them; each is right or wrong over all its hidden cases.  `small` criteria are judged
# on the outputs that are right, and scaled by the share of the output points earned.

title = "@TITLE@"
torch = false

[functions.leaky_sum]
file = "leaky.py"
outputs = { h = 8 }
small = { "edge sizes" = 1, rules = 1 }
"""

_HINTS = """\
# Hints to the functions of @NAME@, smallest step first; none gives a line of the solution.

leaky_sum = [
    "Do two steps on paper. What does the second need to know of the first?",
    "Begin with a state of zeros, and let each turn of the loop make the next state from it.",
]
"""

_SIZES = '''\
"""The sizes at which all submissions are judged: a fixed list; the seed draws values.

All dimensions of a size differ, so that a mixed-up axis cannot fit by chance.
"""

from typing import NamedTuple


class Signal(NamedTuple):
    """A signal, (n, T)."""

    n: int
    T: int


SIGNALS = (Signal(3, 5), Signal(4, 2))
EDGE_SIGNALS = (Signal(3, 1), Signal(1, 4), Signal(1, 1))
'''

_CONFTEST = '''\
"""Inputs of the hidden cases, drawn from the run's seed at designed sizes."""

import pytest


@pytest.fixture
def signal(size, draw):
    """A signal of ordinary numbers."""
    return draw(size.n, size.T)


@pytest.fixture
def other_signal(size, draw):
    """A second one of the same size."""
    return draw(size.n, size.T)
'''

_CASES = '''\
import pytest
from sizes import EDGE_SIGNALS, SIGNALS, Signal

pytestmark = pytest.mark.function("leaky_sum")


@pytest.mark.parametrize("size", SIGNALS, ids=str)
@pytest.mark.parametrize("keep", [0.0, 0.7, 1.0])
def test_a_signal(student, reference, signal, keep, size):
    """A signal, forgotten at once, slowly and never."""
    student.leaky_sum(signal, keep).agrees_with(reference.leaky_sum(signal, keep))


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_SIGNALS, ids=str)
def test_edge_sizes(student, reference, signal, size):
    """A single row, and a single step."""
    student.leaky_sum(signal, 0.5).agrees_with(reference.leaky_sum(signal, 0.5))


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Signal(2, 3)], ids=str)
def test_rules(student, reference, signal, other_signal, size):
    """Arguments are left alone, and a later call changes no earlier answer."""
    first = student.leaky_sum(signal, 0.5)
    first.leaves_arguments_alone()
    second = student.leaky_sum(other_signal, 0.5)
    first.looked_at_again().agrees_with(reference.leaky_sum(signal, 0.5))
    second.agrees_with(reference.leaky_sum(other_signal, 0.5))
'''

_SOLUTION = '''\
"""A sum that forgets: the smallest recurrent network there is."""

import numpy as np


def leaky_sum(x, keep):
    """Add up a signal, and forget a part of the sum at every step.

        h_t = keep * h_{t-1} + x_t    with    h_0 = 0

    x: (n, T).  keep: a number from 0 to 1.
    Returns h: (n, T).
    """
    ### BEGIN SOLUTION
    state = np.zeros(len(x))
    states = []
    for x_t in x.T:
        state = keep * state + x_t
        states.append(state)
    return np.stack(states, axis=1)
    ### END SOLUTION
'''

_PUBLIC = '''\
"""Public tests of the homework: run `pytest` in this folder.

At first every function's tests fail with the NotImplementedError of its stub.
"""

import numpy as np
import pytest
from checks import check_submission, expect, expect_kept, expect_untouched, load

FILES = {"leaky.py": ["leaky_sum"]}


def yours(name):
    """Import one of your functions."""
    return load(name, FILES)


@pytest.mark.parametrize("file", FILES)
def test_submission(file):
    """Each file is here, imports what is allowed, and defines what is asked for."""
    check_submission(file, FILES)


SIGNAL = np.array([[1.0, 2.0, 4.0], [8.0, 0.0, 0.0]])


def test_leaky_sum_example():
    """Two rows, three steps."""
    todo = "h_t is keep * h_{t-1} + x_t, and h before the first step is 0"
    expect("h", yours("leaky_sum")(SIGNAL, 0.5), [[1.0, 2.5, 5.25], [8.0, 4.0, 2.0]], todo)


def test_leaky_sum_leaves_its_argument():
    """x is not changed."""
    expect_untouched("leaky_sum", yours("leaky_sum"), {"x": SIGNAL.copy(), "keep": 0.5})


def test_leaky_sum_twice():
    """What a first call returned is not changed by a second one."""
    expect_kept("leaky_sum", yours("leaky_sum"), (SIGNAL, 0.5), (-SIGNAL, 0.5))
'''

_README = """\
# Homework: @TITLE@

| file | function | points |
| --- | --- | --- |
| `leaky.py` | `leaky_sum` | 10 |

Replace the `# TODO` and the `raise` by your code, and run `pytest` in this folder until all tests
pass, or `python check.py`.  `python hint.py leaky_sum` gives a hint.  Hand in `leaky.py`.
"""

FILES: dict[tuple[str, str], str] = {
    (HIDDEN, "assignment.toml"): _POINTS,
    (HIDDEN, "hints.en.toml"): _HINTS,
    (HIDDEN, "sizes.py"): _SIZES,
    (HIDDEN, "conftest.py"): _CONFTEST,
    (HIDDEN, "test_leaky_sum.py"): _CASES,
    (SOLUTIONS, "leaky.py"): _SOLUTION,
    (STUDENTS, "README.md"): _README,
    (STUDENTS, "test_public.py"): _PUBLIC,
}
