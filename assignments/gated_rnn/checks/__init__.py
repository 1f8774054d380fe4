"""What the public tests check with.  Read it, and use it in checks of your own.

    from checks import expect, numerical_gradient

`load(name, FILES)` finds a function of yours, where FILES maps each file of the homework, in
order of work, to the names it has to define.  `numerical_gradient(loss, array)` differentiates.
`fail(what, todo, **numbers)` stops a test; the others do so if something is not as it must be:

    expect(what, got, expected, todo)               shape and numbers
    expect_shape(what, got, shape, todo)            float64 numbers of that shape
    expect_keys(what, got, keys, exactly=False)     a dict with these keys
    expect_parts(what, got, names)                  a tuple; returns its parts
    expect_untouched(what, function, arguments)     a call leaves its arguments; returns the answer
    expect_kept(what, function, first, second)      a second call leaves the first one's answer
    check_submission(file, FILES)                   the file is one the grader can use

`what` begins with the quantity that is looked at, spelled as in the stub ("dba", "dx[1, 2]"),
and `todo` is one action.  A test is named after its function: test_<function>_<what it shows>.
"""

from .expecting import (
    expect,
    expect_kept,
    expect_keys,
    expect_parts,
    expect_shape,
    expect_untouched,
    same,
)
from .loading import load, standing_in
from .numerical import numerical_gradient
from .submission import check_submission
from .telling import fail

__all__ = [
    "check_submission",
    "expect",
    "expect_kept",
    "expect_keys",
    "expect_parts",
    "expect_shape",
    "expect_untouched",
    "fail",
    "load",
    "numerical_gradient",
    "same",
    "standing_in",
]
