"""All that the hidden folder of an assignment imports: the one public face for its author.

Everything here is explained, with examples that are run, in ``docs/adding-an-assignment.md``.

=====================  =========================================================================
 for                    names
=====================  =========================================================================
 hidden cases           ``Finding`` (what is said of an answer), ``ANYTHING``, ``Exactly`` and
                        ``Summed`` (due in the place of plain values)
 worlds of inputs       ``World``, ``Passes``, ``drawn``, ``Array``, ``Parameters``,
                        ``central_differences``
 the catalogue          ``Mistakes``, ``family``, ``Family``, ``State``, ``Quantities``
 families               ``columns``, ``work_out``, ``along_time``, ``totals``, ``summed``
 shared mistakes        ``tanh_slopes``, ``sigmoid_slopes``, ``batch_sum``, ``bias_again``,
                        ``over_units``, ``over_everything``, ``products``, ``transposed``,
                        ``divided``, ``together``, ``each_and_together``, ``at_step``,
                        ``not_carried``, ``sums_over_time``, ``one_step_late``, ``sigmoid``,
                        ``into_what_was_returned``
 rules                  ``of_kind``, ``raised``, ``saying``, ``lost_axis``
=====================  =========================================================================

What runs in the worker (``witness.py``, ``probes.py``, ``makers.py``) imports nothing of this
program but ``torch_kit``, a file that travels beside it.
"""

from types import SimpleNamespace as State

from grader.cases.tolerances import ANYTHING, Exactly, Summed
from grader.diagnosis.catalogue import Family, Mistakes, family
from grader.diagnosis.observing import Quantities
from grader.kit.differences import central_differences
from grader.kit.families import along_time, columns, summed, totals, work_out
from grader.kit.mistakes import (
    at_step,
    batch_sum,
    bias_again,
    divided,
    each_and_together,
    into_what_was_returned,
    not_carried,
    one_step_late,
    over_everything,
    over_units,
    products,
    sigmoid,
    sigmoid_slopes,
    sums_over_time,
    tanh_slopes,
    together,
    transposed,
)
from grader.kit.rules import lost_axis, of_kind, raised, saying
from grader.kit.worlds import Array, Parameters, Passes, World, drawn
from grader.record import Finding

__all__ = [
    "ANYTHING",
    "Array",
    "Exactly",
    "Family",
    "Finding",
    "Mistakes",
    "Parameters",
    "Passes",
    "Quantities",
    "State",
    "Summed",
    "World",
    "along_time",
    "at_step",
    "batch_sum",
    "bias_again",
    "central_differences",
    "columns",
    "divided",
    "drawn",
    "each_and_together",
    "family",
    "into_what_was_returned",
    "lost_axis",
    "not_carried",
    "of_kind",
    "one_step_late",
    "over_everything",
    "over_units",
    "products",
    "raised",
    "saying",
    "sigmoid",
    "sigmoid_slopes",
    "summed",
    "sums_over_time",
    "tanh_slopes",
    "together",
    "totals",
    "transposed",
    "work_out",
]
