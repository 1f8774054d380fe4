"""Rules for known mistakes that numbers do not tell, but a finding and a function's text do.

A rule takes a finding, the words of its exception ("" where it is none) and the function's
text, and says whether the mistake is there.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from grader.record import Finding

Rule = Callable[[Finding, str, str], bool]


def of_kind(kind: str) -> Rule:
    """Everything of one kind."""
    return lambda finding, text, body: finding.kind == kind


def raised(error: str) -> Rule:
    """An exception of one type."""
    return lambda finding, text, body: (
        finding.kind == "raised" and finding.facts.get("error") == error
    )


def saying(pattern: str) -> Rule:
    """An exception that says something."""
    return lambda finding, text, body: (
        finding.kind == "raised" and re.search(pattern, text) is not None
    )


def lost_axis(*outputs: str) -> Rule:
    """One of these columns (n, 1) became a plain row of numbers (n,)."""

    def rule(finding: Finding, text: str, body: str) -> bool:
        shape = finding.facts.get("shape", (0, 0))
        return (
            finding.kind == "shape"
            and finding.output in outputs
            and isinstance(shape, tuple)
            and len(shape) == 1
        )

    return rule
