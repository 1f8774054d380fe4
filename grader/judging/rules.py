"""Rules for known mistakes that show in no numbers: exceptions, types, names, precision."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from grader.course import Function
from grader.isolation.lane import GroupAnswer
from grader.record import Finding


def recognised_by_rule(
    function: Function,
    findings: Sequence[Finding],
    answer: GroupAnswer | None,
    by_numbers: bool,
    own: Mapping[str, Mapping[str, Callable[[Finding], bool]]],
) -> Iterator[str]:
    """Yield the keys of mistakes that findings show."""
    yield from ()
