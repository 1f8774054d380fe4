"""The mistakes that gated_rnn's functions are known to be made with, as variants of the formulas.

One line is one mistake: its key in ``mistakes.<language>.toml``, and which quantities of
``mistake_families.py`` it computes otherwise.  Several sets of hooks in one line are several
ways to make the same mistake.
"""

from mistake_families import FAMILIES, PROBES, Module
from mistakes_of_gru import BACKWARD as GRU_BACKWARD
from mistakes_of_gru import BIASES as GRU_BIASES
from mistakes_of_gru import FORWARD as GRU_FORWARD
from mistakes_of_lstm import CELL_FORWARD
from mistakes_of_lstm_back import BIASES, CELL_BACKWARD
from mistakes_of_sequence import BACKWARD, FORWARD
from mistakes_of_torch import COMPARISON

from grader.kit import Mistakes, Quantities, lost_axis

CATALOGUE = Mistakes(
    families=FAMILIES,
    variants={
        "lstm_cell_forward": CELL_FORWARD,
        "lstm_cell_backward": CELL_BACKWARD,
        "lstm_forward": FORWARD,
        "lstm_backward": BACKWARD,
        "gru_cell_forward": GRU_FORWARD,
        "gru_cell_backward": GRU_BACKWARD,
        "compare_gates_with_torch": COMPARISON,
    },
    quantities={"compare_gates_with_torch": Quantities(depth=2)},
    probes=PROBES,
    makers={"lstm": Module, "gru": Module},
    rules={
        "lstm_cell_backward": {"lost_keepdims": lost_axis(*BIASES)},
        "lstm_backward": {"lost_keepdims": lost_axis(*BIASES)},
        "gru_cell_backward": {"lost_keepdims": lost_axis(*GRU_BIASES)},
    },
)
