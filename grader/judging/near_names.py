"""What a misspelt name may have been meant to be: "did you mean".

Names are offered from the submission itself, from the contract and from NumPy, and only where
the misspelt one stands in the submission too: nothing of it is a worker's word.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection

import numpy as np

_MODULES = {"numpy": dir(np), "math": dir(math)}
_UNKNOWN = re.compile(
    r"name '(?P<name>\w+)' is not defined"
    r"|module '(?P<module>[\w.]+)' has no attribute '(?P<member>\w+)'"
    r"|'[\w.]+' object has no attribute '(?P<attribute>\w+)'"
    r"|'(?P<key>\w+)'"
)
_LONGEST, _LONGER, _MOST = 60, 3, 2000
_CUTOFF = 0.75
"""How alike two names are, as difflib measures it, for one to be a slip in the other."""


def near_name(text: str, names: Collection[str], contract: Collection[str]) -> str:
    """Return the name that is most like the unknown one of an exception, "" if none is.

    ``text`` is the exception in the judge's own words, ``names`` are those of the submission.
    """
    match = _UNKNOWN.fullmatch(text)
    if match is None:
        return ""
    module = match["module"]
    wrong = next(filter(None, match.group("name", "member", "attribute", "key")))
    some = {*names, *contract} if module is None else _MODULES.get(module, ())
    known = {one for one in some if one != wrong and abs(len(one) - len(wrong)) <= _LONGER}
    if len(wrong) > _LONGEST or len(known) > _MOST:  # a submission may hold any number of names
        return ""
    near = difflib.get_close_matches(wrong, sorted(known), n=2, cutoff=_CUTOFF)
    ratios = [difflib.SequenceMatcher(None, one, wrong).ratio() for one in near]
    if len(near) == 2 and ratios[0] == ratios[1]:  # two fit equally
        return ""
    return near[0] if near else ""
