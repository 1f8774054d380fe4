"""The sizes at which all submissions are judged: a fixed, designed list; the seed draws values.

All dimensions of a size differ, n_a + n_x among them, so that no transposed or mixed-up axis fits
by chance.
"""

from typing import NamedTuple

from grader.kit.sizes import BATCHES, EDGE_BATCHES, EDGE_SEQUENCES, SEQUENCES, Batch, Sequence

__all__ = [
    "BATCHES",
    "CELLS",
    "EDGE_BATCHES",
    "EDGE_CELLS",
    "EDGE_SEQUENCES",
    "LONG_SEQUENCE",
    "SEQUENCES",
    "Batch",
    "Cell",
    "Sequence",
]


class Cell(NamedTuple):
    """One step of a cell with gates."""

    n_x: int
    n_a: int
    m: int


CELLS = (Cell(3, 4, 6), Cell(5, 7, 2))
EDGE_CELLS = (Cell(3, 4, 1), Cell(1, 4, 3), Cell(3, 1, 2), Cell(1, 1, 1))

LONG_SEQUENCE = Sequence(2, 4, 3, 12)
