"""The mistakes that long_term_dependencies' functions are known to be made with, as variants.

One line is one mistake: its key in ``mistakes.<language>.toml``, and which quantities of
``mistake_families.py`` it computes otherwise.  Several sets of hooks in one line are several
ways to make the same mistake.  To add one: add a line here, its words to both languages, and
run ``pytest tests/test_mistakes_long_term.py``, which tells if it cannot be told from another.
"""

from mistake_families import FAMILIES
from mistakes_by_rule import RULES
from mistakes_of_errors import ERROR_PATH, GROWTH
from mistakes_of_residual import RESIDUAL_BACKWARD, RESIDUAL_FORWARD_MISTAKES
from mistakes_of_rtrl import RTRL
from mistakes_of_steps import CLIP_BY_NORM_MISTAKES, CLIP_BY_VALUE, WEIGHT_DECAY

from grader.kit import Mistakes, Quantities


def no_growth(module, *sizes):
    """Stand in for the measurement of memory, which is not the judge's own."""
    return {"growth": 0.0}


CATALOGUE = Mistakes(
    families=FAMILIES,
    variants={
        "backpropagate_error": ERROR_PATH,
        "growth_factors": GROWTH,
        "residual_forward": RESIDUAL_FORWARD_MISTAKES,
        "residual_backward": RESIDUAL_BACKWARD,
        "clip_by_value": CLIP_BY_VALUE,
        "clip_by_global_norm": CLIP_BY_NORM_MISTAKES,
        "weight_decay": WEIGHT_DECAY,
        "rtrl_gradients": RTRL,
    },
    quantities={"rtrl_gradients": Quantities(ignored={"memory": frozenset({"growth"})})},
    probes={"memory_growth": no_growth},
    unplaced=frozenset({"penalty_by_default"}),
    rules=RULES,
)
