"""The sizes at which all submissions are judged: a fixed, designed list; the seed draws values.

All dimensions of a size differ, so that a transposed or mixed-up axis cannot fit by chance;
the hidden sizes (5 hidden units, 10 in a batch) that students know come last, if at all.
"""

from typing import NamedTuple

from grader.kit.sizes import BATCHES, EDGE_BATCHES, Batch

__all__ = [
    "BATCHES",
    "CELLS",
    "EDGE_BATCHES",
    "EDGE_CELLS",
    "EDGE_COMPARISONS",
    "EDGE_MATRICES",
    "EDGE_SEQUENCES",
    "MATRICES",
    "SEQUENCES",
    "Batch",
    "Cell",
    "Matrix",
    "Sequence",
]


class Matrix(NamedTuple):
    """A matrix of logits, (n_y, m)."""

    n_y: int
    m: int


class Cell(NamedTuple):
    """One step of the RNN."""

    n_x: int
    n_a: int
    n_y: int
    m: int


class Sequence(NamedTuple):
    """A sequence through the RNN."""

    n_x: int
    n_a: int
    n_y: int
    m: int
    T_x: int


MATRICES = (Matrix(4, 3), Matrix(2, 7))
EDGE_MATRICES = (Matrix(1, 3), Matrix(3, 1), Matrix(1, 1))

CELLS = (Cell(3, 4, 2, 6), Cell(5, 7, 3, 2))
EDGE_CELLS = (
    Cell(3, 4, 2, 1),
    Cell(1, 4, 2, 3),
    Cell(3, 1, 2, 4),
    Cell(3, 4, 1, 2),
    Cell(1, 1, 1, 1),
)

SEQUENCES = (Sequence(3, 4, 2, 6, 5), Sequence(5, 6, 3, 2, 4))
EDGE_SEQUENCES = (
    Sequence(3, 4, 2, 5, 1),
    Sequence(3, 4, 2, 1, 5),
    Sequence(1, 4, 3, 2, 5),
    Sequence(2, 1, 3, 4, 5),
    Sequence(3, 4, 1, 2, 5),
    Sequence(1, 1, 1, 1, 1),
)

EDGE_COMPARISONS = (Batch(1, 4, 3, 1), Batch(3, 1, 1, 5))
"""Those of a comparison with PyTorch, whose calls are dear: no mutant of it needs another one."""
