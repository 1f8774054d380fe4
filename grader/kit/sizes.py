"""Sizes that several assignments are judged at: a fixed, designed list; the seed draws values.

All dimensions of a size differ, so that a transposed or mixed-up axis cannot fit by chance.
"""

from __future__ import annotations

from typing import NamedTuple


class Sequence(NamedTuple):
    """A sequence through a recurrent network, examples in columns."""

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


SEQUENCES = (Sequence(3, 4, 6, 5), Sequence(5, 6, 2, 4))
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
