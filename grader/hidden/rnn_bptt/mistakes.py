"""The mistakes that rnn_bptt's functions are known to be made with, as variants of the formulas.

One line is one mistake: its key in ``mistakes.<language>.toml``, and which quantities of
``mistake_families.py`` it computes otherwise.  Several sets of hooks in one line are several
ways to make the same mistake.  To add one: add a line to one of the modules that are brought
together here, its words to both languages, and run ``pytest tests/diagnosis/test_recognising.py``,
which tells if it cannot be told from another.
"""

from mistake_families import FAMILIES, STACKS, Rnn, changed_rnn, rnn_after
from mistakes_by_rule import EXCEPTIONS, RULES
from mistakes_of_cell import CELL_BACKWARD, CELL_FORWARD, SHIFTS, SOFTMAX
from mistakes_of_sequence import SEQUENCE_BACKWARD, SEQUENCE_FORWARD
from mistakes_of_torch import COMPARISON, TORCH_CELL

from grader.kit import Mistakes, Quantities

CATALOGUE = Mistakes(
    families=FAMILIES,
    variants={
        "softmax": {**SOFTMAX, **SHIFTS},
        "rnn_cell_forward": CELL_FORWARD,
        "rnn_cell_backward": CELL_BACKWARD,
        "rnn_forward": SEQUENCE_FORWARD,
        "rnn_backward": SEQUENCE_BACKWARD,
        "RNNCell": TORCH_CELL,
        "compare_with_torch": COMPARISON,
    },
    quantities={
        "RNNCell": Quantities(
            sums={"dw_ih": (0,), "dw_hh": (0,), "db_ih": (0, 1), "db_hh": (0, 1)},
            ignored={"second sequence": frozenset(STACKS)},
        ),
        "compare_with_torch": Quantities(depth=2),
    },
    probes={"comparison_with_changed_rnn": changed_rnn, "rnn_after_comparison": rnn_after},
    makers={"rnn": Rnn},
    rules=RULES,
    exceptions=EXCEPTIONS,
    unplaced=frozenset({"carry_kept_for_next_sequence"}),
)
