"""The sizes at which all submissions are judged: a fixed, designed list; the seed draws values.

All dimensions of a size differ, n_a + n_x among them, so that no transposed or mixed-up axis fits
by chance.
"""

from typing import NamedTuple


class Cell(NamedTuple):
    """One step of a cell with gates."""

    n_x: int
    n_a: int
    m: int


class Sequence(NamedTuple):
    """A sequence through the LSTM."""

    n_x: int
    n_a: int
    m: int
    T_x: int


class Batch(NamedTuple):
    """A sequence in PyTorch's layout."""

    n_x: int
    n_h: int
    m: int
    T: int


CELLS = (Cell(3, 4, 6), Cell(5, 7, 2))
EDGE_CELLS = (Cell(3, 4, 1), Cell(1, 4, 3), Cell(3, 1, 2), Cell(1, 1, 1))

SEQUENCES = (Sequence(3, 4, 6, 5), Sequence(5, 6, 2, 4))
LONG_SEQUENCE = Sequence(2, 4, 3, 12)
EDGE_SEQUENCES = (
    Sequence(3, 4, 5, 1),
    Sequence(3, 4, 1, 5),
    Sequence(1, 4, 2, 5),
    Sequence(2, 1, 4, 5),
    Sequence(1, 1, 1, 1),
)

BATCHES = (Batch(4, 5, 2, 3), Batch(2, 3, 5, 6))
EDGE_BATCHES = (
    Batch(3, 4, 2, 1),
    Batch(3, 4, 1, 5),
    Batch(1, 4, 3, 2),
    Batch(3, 1, 2, 4),
    Batch(1, 1, 1, 1),
)
