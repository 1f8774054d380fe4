"""The sizes at which all submissions are judged: a fixed, designed list; the seed draws values.

All dimensions of a size differ, so that a transposed or mixed-up axis cannot fit by chance.
"""

from typing import NamedTuple

from grader.kit.sizes import EDGE_SEQUENCES, SEQUENCES, Sequence

__all__ = [
    "EDGE_FLOWS",
    "EDGE_SEQUENCES",
    "EDGE_WEIGHTS",
    "FLOWS",
    "LONG_FLOW",
    "SEQUENCES",
    "WEIGHTS",
    "Flow",
    "Sequence",
    "Weights",
]


class Flow(NamedTuple):
    """Hidden states of a sequence, (n_a, m, T_x)."""

    n_a: int
    m: int
    T_x: int


class Weights(NamedTuple):
    """The weights of a recurrent network with an output layer."""

    n_x: int
    n_a: int
    n_y: int


FLOWS = (Flow(4, 6, 5), Flow(7, 2, 3))
LONG_FLOW = Flow(3, 2, 40)
EDGE_FLOWS = (Flow(4, 3, 1), Flow(3, 1, 4), Flow(1, 2, 5), Flow(3, 4, 2), Flow(1, 1, 1))


WEIGHTS = (Weights(3, 4, 2), Weights(2, 5, 6))
EDGE_WEIGHTS = (Weights(1, 3, 2), Weights(3, 1, 2), Weights(1, 1, 1))
