"""The lines that take a size off an array, and take the right one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from grader.diagnosis.expressions import Expressions
from grader.diagnosis.traces import Trace


def sizes_given(
    expressions: Expressions, student: Trace, sizes: Mapping[str, int]
) -> Iterator[tuple[str, int]]:
    """Yield the file and line of what gives a variable the size of the case that it is called by.

    Another size there may mend what uses the wrong variable: the line is right all the same.
    """
    for spot, values in student.sequences.items():
        one = expressions.at(spot)
        if one is None or not one.whole or any(value.size > 1 for value in values):
            continue
        for name, size in sizes.items():
            given = expressions.assigned(replace(one, name=name))
            if any(made.value == spot for made in given) and all(
                float(value.flat[0]) == size for value in values
            ):
                yield spot[0], spot[1]
