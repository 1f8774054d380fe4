"""What rules for known mistakes may look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grader.course import Function
from grader.isolation.answers import GroupAnswer, Raised, Value
from grader.record import Finding
from grader.source.reading import Source

NO_NAME = "an exception"
"""What a finding has for an exception whose type is not to be shown."""


@dataclass(frozen=True)
class Evidence:
    """A function's answers, its text, and what its numbers have told.

    ``right`` are the functions that are known to be right, ``keys`` those of the dict that is
    due, if one is.  ``explained`` says whether numbers have told the mistake, ``in_rules_alone``
    whether all that is wrong are numbers in small criteria, those about rules among them;
    ``begins_right`` whether what is wrong was right in its first case.  ``sizes_of_right`` are
    those sizes of the cases in which all is right that the same dimension has in no other.
    """

    function: Function
    answer: GroupAnswer | None
    source: Source
    right: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    explained: bool = False
    in_rules_alone: bool = False
    begins_right: bool = False
    sizes_of_right: frozenset[int] = frozenset()

    def returned(self) -> Iterator[Any]:
        """Yield what the calls of the function came to, as plain data."""
        for replies in self.answer.replies if self.answer else ():
            for reply in replies or ():
                if isinstance(reply, Value):
                    yield reply.data

    def named(self, output: str) -> list[Any]:
        """Return what was answered under one key."""
        return [data.get(output) for data in self.returned() if isinstance(data, dict)]

    def raised(self) -> list[Raised | None]:
        """Return the exception of each case, None where it came to its end."""
        return [
            next((reply for reply in replies or () if isinstance(reply, Raised)), None)
            for replies in (self.answer.replies if self.answer else ())
        ]

    def text(self, finding: Finding) -> str:
        """Return an exception's own words, which are never shown; "" for what is none."""
        error = finding.facts.get("error")
        if finding.kind != "raised":
            return ""
        raised = [one for one in self.raised() if one]
        same = (one.text for one in raised if error in (one.type, *one.bases, NO_NAME))
        return next(same, "")
