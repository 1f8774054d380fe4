"""What a class did not understand: the causes of its wrong functions, the commonest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from grader.phrases import Phrases
from grader.record import Report
from grader.reports import statistics
from grader.reports.html import HTML

_SAID = frozenset({"not written yet", "missing function"})
"""Findings that say all there is to say, and are no example."""


@dataclass(frozen=True)
class Cause:
    """One thing that is wrong, and with whom; ``function`` is "" where several are hit.

    ``what`` is markup, ``note`` the instructor's note to it, "" where there is none.
    """

    function: str
    what: Markup
    note: str
    students: tuple[str, ...]


def causes(reports: Sequence[Report], phrases: Phrases, notes: Mapping[str, str]) -> list[Cause]:
    """Return the known mistakes of a class and, by an example, what no known one explains."""
    found = [_known(one, phrases, notes) for one in statistics.common_mistakes(reports)]
    found += [_unknown(one, phrases) for one in statistics.unrecognised(reports)]
    return sorted(found, key=lambda cause: -len(cause.students))


def _known(group: statistics.Group, phrases: Phrases, notes: Mapping[str, str]) -> Cause:
    known = phrases.catalogue.mistakes.get(group.mistake)
    said = known.cause if known else group.mistake.replace("_", " ")
    what = Markup(HTML.words(said))
    return Cause(group.function, what, notes.get(group.mistake, ""), group.students)


def _unknown(group: statistics.Group, phrases: Phrases) -> Cause:
    assert group.example is not None
    said = phrases.what(group.example, HTML)
    if group.function and group.example.kind not in _SAID:
        said = phrases.word("report unknown", {}, HTML) + phrases.colon + said
    return Cause(group.function, Markup(said), "", group.students)
